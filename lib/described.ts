/** How a message calls a value that stands where something else was wanted. */
export function described(given: unknown): string {
  if (typeof given === "function") return given.name === "" ? "a function" : `the function ${given.name}`;
  if (typeof given === "bigint") return `${given}n`;
  if (typeof given === "string") return JSON.stringify(given);
  if (Array.isArray(given)) return "a list";
  if (typeof given !== "object" || given === null) return String(given);
  if ("shape" in given && "stride" in given) return "an ndarray";
  const kind = given.constructor?.name ?? "Object";
  if (kind !== "Object") return `a ${kind}`;
  const { name } = given as { name?: unknown };
  return typeof name === "string" ? `an object called ${JSON.stringify(name)}` : "an object";
}
