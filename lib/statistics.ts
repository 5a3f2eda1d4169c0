/** Sums without rounding loss and plain statistics. A NaN is a finding, so it is an error and never skipped. */
import { NumericalError, ShapeError } from "./errors.ts";

/**
 * The sum of numbers, rounded once: the float64 nearest to the exact sum, in whatever order they come.
 *
 * @throws {NumericalError} If a number is NaN or infinite.
 *
 * @example Cancellation loses nothing
 * ```ts
 * import { exactSum } from "@relprop/lrp";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(1e16 + 1 - 1e16, 0);
 * assertEquals(exactSum([1e16, 1, -1e16]), 1);
 * ```
 */
export function exactSum(values: ArrayLike<number>): number {
  requireNumbers(values, { action: "sum", atLeast: 0 });
  // An empty sum is -0 to the platform, which would read as a negative relevance.
  return Math.sumPrecise(isIterable(values) ? values : Array.from(values)) + 0;
}

/**
 * The mean of numbers.
 *
 * @throws {RangeError} If there is no number.
 * @throws {NumericalError} If a number is NaN or infinite.
 *
 * @example Three numbers
 * ```ts
 * import { mean } from "@relprop/lrp/statistics";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(mean([1, 2, 6]), 3);
 * ```
 */
export function mean(values: ArrayLike<number>): number {
  requireNumbers(values, { action: "take the mean", atLeast: 1 });
  return exactSum(values) / values.length;
}

/**
 * The standard deviation of a sample: the root of the summed squared distances from the mean over `n - 1`.
 *
 * @throws {RangeError} If there are fewer than two numbers.
 * @throws {NumericalError} If a number is NaN or infinite.
 *
 * @example Squared distances 4, 1, 1, 4 over 3
 * ```ts
 * import { standardDeviation } from "@relprop/lrp/statistics";
 * import { assertAlmostEquals } from "@std/assert";
 *
 * assertAlmostEquals(standardDeviation([1, 2, 4, 5]), Math.sqrt(10 / 3));
 * ```
 */
export function standardDeviation(values: ArrayLike<number>): number {
  requireNumbers(values, { action: "take the standard deviation", atLeast: 2 });
  return Math.sqrt(exactSum(distances(values).map((d) => d * d)) / (values.length - 1));
}

/**
 * The number below which a share of the sorted numbers lies, interpolated linearly between the two nearest.
 *
 * ```text
 * position = probability · (n - 1);  0 gives the least number, 1 the greatest
 * ```
 *
 * @throws {RangeError} If there is no number, or the probability is not from 0 to 1.
 * @throws {NumericalError} If a number is NaN or infinite.
 *
 * @example A quarter of the way through five numbers
 * ```ts
 * import { quantile } from "@relprop/lrp/statistics";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(quantile([5, 1, 4, 2, 3], 0.25), 2);
 * ```
 */
export function quantile(values: ArrayLike<number>, probability: number): number {
  requireNumbers(values, { action: "take a quantile", atLeast: 1 });
  if (!(probability >= 0 && probability <= 1)) {
    throw new RangeError(`Cannot take a quantile: the probability must be from 0 to 1, got ${probability}`);
  }
  const sorted = Float64Array.from(values).sort();
  const position = probability * (sorted.length - 1);
  const below = Math.floor(position);
  const weight = position - below;
  return weight === 0 ? sorted[below]! : sorted[below]! * (1 - weight) + sorted[below + 1]! * weight;
}

/**
 * The middle of the sorted numbers, or the mean of the two in the middle.
 *
 * @throws {RangeError} If there is no number.
 * @throws {NumericalError} If a number is NaN or infinite.
 *
 * @example An even count
 * ```ts
 * import { median } from "@relprop/lrp/statistics";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(median([9, 1, 3, 4]), 3.5);
 * ```
 */
export function median(values: ArrayLike<number>): number {
  return quantile(values, 0.5);
}

/**
 * The correlation coefficient of Pearson, from -1 to 1.
 *
 * ```text
 * r = Σ (a - mean a)(b - mean b) / √(Σ (a - mean a)² · Σ (b - mean b)²)
 * ```
 *
 * @throws {ShapeError} If the lists differ in length.
 * @throws {RangeError} If there are fewer than two pairs, or the numbers of a list are all equal.
 * @throws {NumericalError} If a number is NaN or infinite.
 *
 * @example Distances (-1, 0, 1) and (-1, 1, 0): 1 / √(2 · 2)
 * ```ts
 * import { pearson } from "@relprop/lrp/statistics";
 * import { assertAlmostEquals } from "@std/assert";
 *
 * assertAlmostEquals(pearson([1, 2, 3], [1, 3, 2]), 0.5);
 * ```
 */
export function pearson(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) {
    throw new ShapeError(
      `Cannot correlate: the lists must have equal length, got ${a.length} and ${b.length}`,
      {
        where: "second list",
        expected: [a.length],
        actual: [b.length],
      },
    );
  }
  const [x, y] = [a, b].map((values) => {
    requireNumbers(values, { action: "correlate", atLeast: 2 });
    if (Array.from(values).every((value) => value === values[0])) {
      throw new RangeError(
        `Cannot correlate: the numbers of a list must differ, got ${values[0]} throughout`,
      );
    }
    const from = distances(values);
    // Divided by the largest distance, so that no square under- or overflows.
    const largest = from.reduce((most, distance) => Math.max(most, Math.abs(distance)), 0);
    return from.map((d) => d / largest);
  }) as [number[], number[]];
  const dot = (p: number[], q: number[]): number => exactSum(p.map((value, i) => value * q[i]!));
  return Math.max(-1, Math.min(1, dot(x, y) / Math.sqrt(dot(x, x) * dot(y, y))));
}

/** Whether numbers can be walked without a copy, which takes five times as long as to sum them up. */
function isIterable(values: ArrayLike<number>): values is ArrayLike<number> & Iterable<number> {
  return Symbol.iterator in values;
}

function distances(values: ArrayLike<number>): number[] {
  const center = mean(values);
  return Array.from(values, (value) => value - center);
}

function requireNumbers(
  values: ArrayLike<number>,
  { action, atLeast }: { action: string; atLeast: number },
): void {
  if (values.length < atLeast) {
    const numbers = atLeast === 1 ? "1 number is" : `${atLeast} numbers are`;
    throw new RangeError(`Cannot ${action}: at least ${numbers} required, got ${values.length}`);
  }
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (value - value === 0) continue;
    throw new NumericalError(`Cannot ${action}: every number must be finite, got ${value} at [${i}]`, {
      where: "values",
      index: [i],
      value,
    });
  }
}
