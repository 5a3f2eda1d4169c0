import { formatShape, NumericalError, ShapeError } from "../errors.ts";

/** What is being done and to what, for the message: `Cannot <action>: <what> must …`. */
export interface Requirement {
  /** What is attempted, such as `propagate relevance`. */
  readonly action: string;
  /** The array or layer looked at, such as `weights of layer 0`. */
  readonly where: string;
}

/**
 * Throws unless a shape is the expected one; an expected size of -1 stands for any size.
 *
 * @throws {ShapeError} If the shapes differ.
 * @throws {TypeError} If there is no shape, because nested lists were given where an ndarray is required.
 *
 * @example A matrix with any number of rows
 * ```ts
 * import { requireShape } from "@relprop/lrp/tensor";
 * import { assertThrows } from "@std/assert";
 *
 * const requirement = { action: "multiply", where: "weights" };
 * requireShape([4, 3], [-1, 3], requirement);
 * assertThrows(
 *   () => requireShape([4, 2], [-1, 3], requirement),
 *   RangeError,
 *   "Cannot multiply: weights must have shape [any, 3], got [4, 2]",
 * );
 * ```
 */
export function requireShape(
  actual: readonly number[] | undefined,
  expected: readonly number[],
  { action, where }: Requirement,
): void {
  const wanted = `[${expected.map((size) => size === -1 ? "any" : size).join(", ")}]`;
  if (actual === undefined) {
    throw new TypeError(`Cannot ${action}: ${where} must be an ndarray of shape ${wanted}, got no ndarray`);
  }
  const fits = actual.length === expected.length &&
    expected.every((size, axis) => size === -1 || size === actual[axis]);
  if (fits) return;
  throw new ShapeError(`Cannot ${action}: ${where} must have shape ${wanted}, got ${formatShape(actual)}`, {
    where,
    expected,
    actual,
  });
}

/**
 * Throws if a number is NaN or infinite, naming the first index at which it stands.
 *
 * @param values The numbers in row-major order.
 * @param shape Their shape, so that the index has one part per axis.
 * @throws {NumericalError} At the first value that is not finite.
 *
 * @example The place of a NaN
 * ```ts
 * import { requireFinite } from "@relprop/lrp/tensor";
 * import { assertThrows } from "@std/assert";
 *
 * assertThrows(
 *   () => requireFinite([1, 2, 3, NaN], [2, 2], { action: "propagate", where: "weights" }),
 *   RangeError,
 *   "Cannot propagate: weights must be finite, got NaN at [1, 1]",
 * );
 * ```
 */
export function requireFinite(
  values: ArrayLike<number>,
  shape: readonly number[],
  { action, where }: Requirement,
): void {
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (value - value === 0) continue;
    const index: number[] = [];
    for (let axis = shape.length - 1, rest = i; axis >= 0; axis--) {
      index.unshift(rest % shape[axis]!);
      rest = Math.floor(rest / shape[axis]!);
    }
    throw new NumericalError(
      `Cannot ${action}: ${where} must be finite, got ${value} at ${formatShape(index)}`,
      { where, index, value },
    );
  }
}
