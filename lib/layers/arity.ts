import type { Layer } from "./layer.ts";

/** Throws unless a layer can work on this number of values; one value where it does not say how many. */
export function requireArity(
  { kind, arity: [least, most] = [1, 1] }: Layer,
  count: number,
  { action, name }: { readonly action: string; readonly name: string },
): void {
  if (count >= least && count <= most) return;
  const range = least === most
    ? String(least)
    : most === Infinity
    ? `at least ${least}`
    : `${least} to ${most}`;
  throw new RangeError(
    `Cannot ${action}: layer ${JSON.stringify(name)} (${kind}) must read ${range} value${
      range === "1" || range === "at least 1" ? "" : "s"
    }, got ${count}`,
  );
}
