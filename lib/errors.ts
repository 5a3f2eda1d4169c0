/** The typed errors of relprop: every message says what was attempted, what is required, and what was given. */

/** A shape written as `[2, 3]`, for messages. */
export function formatShape(shape: ArrayLike<number>): string {
  return `[${Array.from(shape).join(", ")}]`;
}

/** Where an error message stops listing things one by one. */
const LISTED = 5;

/** At most five things, quoted, then how many more there are. */
export function formatList(items: readonly string[]): string {
  const shown = items.slice(0, LISTED).map((item) => JSON.stringify(item)).join(", ");
  return items.length > LISTED ? `${shown} and ${items.length - LISTED} more` : shown;
}

/**
 * Sizes that do not fit together.
 *
 * @example What was expected and what came
 * ```ts
 * import { ShapeError } from "@relprop/lrp";
 * import { assertEquals } from "@std/assert";
 *
 * const error = new ShapeError("Cannot multiply: inner sizes must be equal, got [2, 3] and [4, 5]", {
 *   where: "weights",
 *   expected: [3, 5],
 *   actual: [4, 5],
 * });
 * assertEquals(error.expected, [3, 5]);
 * ```
 */
export class ShapeError extends RangeError {
  /** The name of the error class. */
  override readonly name = "ShapeError";
  /** Which argument or layer. */
  readonly where: string;
  /** The shape that fits. */
  readonly expected: readonly number[];
  /** The shape that was given. */
  readonly actual: readonly number[];

  /** Makes the error from its message and its fields. */
  constructor(
    message: string,
    fields: { where: string; expected: readonly number[]; actual: readonly number[] },
  ) {
    super(message);
    this.where = fields.where;
    this.expected = fields.expected;
    this.actual = fields.actual;
  }
}

/** A NaN or an infinity in weights, activations or relevance: it is the finding, so it is never skipped. */
export class NumericalError extends RangeError {
  /** The name of the error class. */
  override readonly name = "NumericalError";
  /** Which array or layer. */
  readonly where: string;
  /** The index at which the first such value stands. */
  readonly index: readonly number[];
  /** The value itself. */
  readonly value: number;

  /** Makes the error from its message and its fields. */
  constructor(message: string, fields: { where: string; index: readonly number[]; value: number }) {
    super(message);
    this.where = fields.where;
    this.index = fields.index;
    this.value = fields.value;
  }
}

/** A layer without a rule, or a rule that is not defined for a layer. */
export class UnsupportedLayerError extends TypeError {
  /** The name of the error class. */
  override readonly name = "UnsupportedLayerError";
  /** The name of the layer. */
  readonly layer: string;
  /** The name of the rule, empty when no rule was found. */
  readonly rule: string;

  /** Makes the error from its message and its fields. */
  constructor(message: string, fields: { layer: string; rule?: string }) {
    super(message);
    this.layer = fields.layer;
    this.rule = fields.rule ?? "";
  }
}

/** A file or a stream that is not what it says. */
export class FormatError extends SyntaxError {
  /** The name of the error class. */
  override readonly name = "FormatError";
  /** The file, or what stands in its place. */
  readonly path: string;
  /** The byte at which reading stopped, when it is known. */
  readonly offset: number | undefined;

  /** Makes the error from its message and its fields. */
  constructor(message: string, fields: { path: string; offset?: number; cause?: unknown }) {
    super(message, fields.cause === undefined ? undefined : { cause: fields.cause });
    this.path = fields.path;
    this.offset = fields.offset;
  }
}

/** Words that a vocabulary does not hold. */
export class UnknownTokenError extends RangeError {
  /** The name of the error class. */
  override readonly name = "UnknownTokenError";
  /** The words, each once, in the order of the input. */
  readonly tokens: readonly string[];

  /** Makes the error from its message and its fields. */
  constructor(message: string, fields: { tokens: readonly string[] }) {
    super(message);
    this.tokens = fields.tokens;
  }
}
