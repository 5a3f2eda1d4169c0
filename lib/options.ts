/** What a call takes as options: which names there are, and which of them it cannot do without. */
export interface OptionNames {
  /** What is attempted, for the message. */
  readonly action: string;
  /** All names. */
  readonly known: readonly string[];
  /** Names that must be given. */
  readonly required?: readonly string[];
  /** The values that an option can have, for those that have only a few. */
  readonly choices?: Readonly<Record<string, readonly unknown[]>>;
}

/**
 * Throws if an option is misspelt or missing, or has not one of its few values. Notebook cells are not type-checked, so nothing else would say so.
 *
 * @throws {TypeError} If a name is not known, or a required one is not given.
 * @throws {RangeError} If an option has another value than its choices.
 */
export function requireOptions(
  options: object,
  { action, known, required = [], choices = {} }: OptionNames,
): void {
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
  for (const [name, values] of Object.entries(choices)) {
    const value = (options as Record<string, unknown>)[name];
    if (value === undefined || values.includes(value)) continue;
    throw new RangeError(
      `Cannot ${action}: ${name} must be one of ${values.join(", ")}, got ${
        typeof value === "string" ? JSON.stringify(value) : String(value)
      }`,
    );
  }
}
