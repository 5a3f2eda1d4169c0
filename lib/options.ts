/** What a call takes as options: which names there are, and which of them it cannot do without. */
export interface OptionNames {
  /** What is attempted, for the message. */
  readonly action: string;
  /** All names. */
  readonly known: readonly string[];
  /** Names that must be given. */
  readonly required?: readonly string[];
}

/**
 * Throws if an option is misspelt or missing. Notebook cells are not type-checked, so nothing else would say so.
 *
 * @throws {TypeError} If a name is not known, or a required one is not given.
 *
 * @example A misspelt option
 * ```ts
 * import { requireOptions } from "@relprop/lrp";
 * import { assertThrows } from "@std/assert";
 *
 * assertThrows(
 *   () => requireOptions({ eps: 1 }, { action: "use LRP", known: ["epsilon", "biasFactor"] }),
 *   TypeError,
 *   'Cannot use LRP: options must be among epsilon, biasFactor, got "eps"',
 * );
 * ```
 */
export function requireOptions(options: object, { action, known, required = [] }: OptionNames): void {
  if (typeof options !== "object" || options === null) {
    throw new TypeError(
      `Cannot ${action}: options must be an object, got ${options === null ? "null" : typeof options}`,
    );
  }
  const unknown = Object.keys(options).find((name) => !known.includes(name));
  if (unknown !== undefined) {
    throw new TypeError(
      `Cannot ${action}: options must be among ${known.join(", ")}, got ${JSON.stringify(unknown)}`,
    );
  }
  const missing = required.find((name) => (options as Record<string, unknown>)[name] === undefined);
  if (missing !== undefined) {
    throw new TypeError(`Cannot ${action}: the option ${missing} must be given, got undefined`);
  }
}
