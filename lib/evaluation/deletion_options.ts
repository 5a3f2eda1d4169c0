import { described } from "../described.ts";

/** What is asked of a word deletion before it begins. */
export interface DeletionChecks {
  /** How many random orders the control has. */
  readonly randomRuns: number;
  /** Names of methods without sign. */
  readonly unsigned: readonly string[];
  /** The names of the methods, and of the control if there is one: each has a row of its own. */
  readonly names: readonly string[];
}

/**
 * Throws where random runs cannot be counted, names are no list, or two rows would have one name.
 *
 * @throws {TypeError} If `unsigned` is no list of names.
 * @throws {RangeError} If `randomRuns` is no non-negative integer, or a name is there twice.
 */
export function requireDeletionOptions({ randomRuns, unsigned, names }: DeletionChecks): void {
  if (!Number.isInteger(randomRuns) || randomRuns < 0) {
    throw new RangeError(
      `Cannot delete words: randomRuns must be a non-negative integer, got ${described(randomRuns)}`,
    );
  }
  // In a text, every part of it would count as a name.
  const place = Array.isArray(unsigned) ? unsigned.findIndex((name) => typeof name !== "string") : undefined;
  if (place !== -1) {
    const got = place === undefined ? described(unsigned) : `${described(unsigned[place])} at ${place}`;
    throw new TypeError(`Cannot delete words: unsigned must be a list of names, got ${got}`);
  }
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) {
    const got = `${JSON.stringify(twice)} twice`;
    throw new RangeError(
      `Cannot delete words: methods and the control must have different names, got ${got}`,
    );
  }
}
