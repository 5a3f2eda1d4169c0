import { AssertionError } from "@std/assert";
import { contiguous, type NumericArray } from "../../lib/tensor/mod.ts";

/** What can be compared: a number, a list or typed array of numbers, nested lists of them, or an ndarray. */
export type Numbers = number | ArrayLike<number> | readonly Nested[] | NumericArray;
type Nested = number | ArrayLike<number> | readonly Nested[];

/** How far two numbers may be apart: within either bound is close. */
export interface Tolerance {
  /** Times the size of the expected number. Default 0. */
  readonly relative?: number;
  /** In the unit of the numbers. Default 0. */
  readonly absolute?: number;
  /** What is compared, for the message. */
  readonly where?: string;
}

/** The largest differences between two arrays of one shape. */
export interface LargestError {
  /** Largest |actual - expected|; infinite where one is NaN or infinite and the other is not the same. */
  readonly absolute: number;
  /** Largest |actual - expected| / |expected|, over expected numbers that are not 0. */
  readonly relative: number;
  /** Largest |actual - expected| over the largest |expected| of the whole array. */
  readonly scaled: number;
  /** Where the largest absolute difference stands. */
  readonly index: readonly number[];
}

/**
 * Passes if the shapes are equal and every number is within the tolerance.
 *
 * NaN equals only NaN, and an infinity only itself, however large the tolerance.
 */
export function assertClose(actual: Numbers, expected: Numbers, tolerance: Tolerance): void {
  const { relative = 0, absolute = 0, where = "numbers" } = tolerance;
  const [a, e] = pair(actual, expected, where);
  const first = a.flat.findIndex((value, i) => {
    const difference = distance(value, e.flat[i]!);
    return !(difference <= absolute || difference <= relative * Math.abs(e.flat[i]!)) ||
      difference === Infinity;
  });
  if (first < 0) return;
  const largest = largestError(actual, expected);
  throw new AssertionError(
    `${where} at ${format(unravel(first, a.shape))}: got ${a.flat[first]}, expected ${e.flat[first]}` +
      ` within relative ${relative} or absolute ${absolute};` +
      ` largest error ${largest.absolute} absolute at ${format(largest.index)}, ${largest.relative} relative`,
  );
}

/** How far two arrays are apart, for tolerances that are measured and for reports. */
export function largestError(actual: Numbers, expected: Numbers): LargestError {
  const [a, e] = pair(actual, expected, "numbers");
  let [absolute, relative, size, at] = [0, 0, 0, 0];
  for (let i = 0; i < a.flat.length; i++) {
    const difference = distance(a.flat[i]!, e.flat[i]!);
    const magnitude = Math.abs(e.flat[i]!);
    if (difference > absolute) [absolute, at] = [difference, i];
    if (difference === Infinity) relative = Infinity;
    else if (magnitude > 0) relative = Math.max(relative, difference / magnitude);
    if (Number.isFinite(magnitude)) size = Math.max(size, magnitude);
  }
  const scaled = absolute === 0 ? 0 : absolute / size;
  return { absolute, relative, scaled, index: unravel(at, a.shape) };
}

function distance(actual: number, expected: number): number {
  if (Object.is(actual, expected) || actual === expected) return 0;
  const difference = Math.abs(actual - expected);
  return Number.isNaN(difference) ? Infinity : difference;
}

interface Flat {
  readonly flat: ArrayLike<number> & { findIndex(fits: (value: number, i: number) => boolean): number };
  readonly shape: readonly number[];
}

function pair(actual: Numbers, expected: Numbers, where: string): [Flat, Flat] {
  const [a, e] = [flatten(actual), flatten(expected)];
  if (format(a.shape) !== format(e.shape)) {
    throw new AssertionError(`${where}: got shape ${format(a.shape)}, expected shape ${format(e.shape)}`);
  }
  return [a, e];
}

function flatten(numbers: Numbers): Flat {
  if (typeof numbers === "number") return { flat: [numbers], shape: [] };
  if ("stride" in numbers) return { flat: contiguous(numbers), shape: numbers.shape };
  const parts = Array.from(numbers as ArrayLike<Nested>);
  if (parts.every((part) => typeof part === "number")) return { flat: parts, shape: [parts.length] };
  const rows = parts.map((part) => flatten(part as Numbers));
  const ragged = rows.find((row) => format(row.shape) !== format(rows[0]!.shape));
  if (ragged) {
    throw new AssertionError(
      `numbers: lists of shapes ${format(rows[0]!.shape)} and ${format(ragged.shape)}`,
    );
  }
  return { flat: rows.flatMap((row) => Array.from(row.flat)), shape: [rows.length, ...rows[0]!.shape] };
}

function unravel(position: number, shape: readonly number[]): number[] {
  const index: number[] = [];
  for (let axis = shape.length - 1, rest = position; axis >= 0; axis--) {
    index.unshift(rest % shape[axis]!);
    rest = Math.floor(rest / shape[axis]!);
  }
  return index;
}

const format = (numbers: readonly number[]): string => `[${numbers.join(", ")}]`;
