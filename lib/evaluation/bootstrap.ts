import { randomGenerator } from "../random.ts";
import { mean, quantile } from "../statistics.ts";

/** A mean and the interval that holds it at some level of confidence. */
export interface BootstrapInterval {
  /** The mean of the numbers. */
  readonly mean: number;
  /** The lower end. */
  readonly low: number;
  /** The upper end. */
  readonly high: number;
}

/**
 * The mean of numbers with its bootstrap interval: the quantiles of the means of samples drawn from the numbers with
 * replacement.
 *
 * Percentile intervals are a little narrow for few numbers: instead of 95 %, 92 % hold the true mean of 20 normal numbers
 * and 91 % that of 20 exponential ones; of 60 numbers 94 % and 93 %. And they know of nothing beyond the numbers: where all
 * are equal, such as no hit in 30 tries, the interval has no width, though a rate of up to 3 in 30 is well possible.
 *
 * @param options.level The level of confidence. Default 0.95.
 * @param options.resamples How many samples are drawn. Default 2000.
 * @param options.seed Seed of the samples. Default 0.
 * @throws {RangeError} If there is no number, or an option is out of range.
 * @throws {NumericalError} If a number is NaN or infinite.
 *
 * @example Equal numbers give an interval without width
 * ```ts
 * import { bootstrapMean } from "@relprop/lrp/evaluation";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(bootstrapMean([3, 3, 3]), { mean: 3, low: 3, high: 3 });
 * ```
 *
 * @see Efron, Tibshirani 1993, An Introduction to the Bootstrap, chapter 13
 */
export function bootstrapMean(
  values: ArrayLike<number>,
  { level = 0.95, resamples = 2000, seed = 0 }: {
    readonly level?: number;
    readonly resamples?: number;
    readonly seed?: number;
  } = {},
): BootstrapInterval {
  if (!(level > 0 && level < 1)) {
    throw new RangeError(`Cannot bootstrap: level must be between 0 and 1, got ${level}`);
  }
  if (!(Number.isInteger(resamples) && resamples > 0)) {
    throw new RangeError(`Cannot bootstrap: resamples must be a positive integer, got ${resamples}`);
  }
  const center = mean(values), count = values.length;
  const random = randomGenerator(seed);
  const means = Float64Array.from({ length: resamples }, () => {
    // Sums of distances from the mean, so that equal numbers give exactly their mean.
    let sum = 0;
    for (let i = 0; i < count; i++) sum += values[random.integer(count)]! - center;
    return center + sum / count;
  });
  return { mean: center, low: quantile(means, (1 - level) / 2), high: quantile(means, (1 + level) / 2) };
}

/**
 * How likely differences as large as these are if they had no preferred sign: the paired sign-flip permutation test, two
 * sided.
 *
 * ```text
 * p = share of sign patterns with |mean| ≥ |mean of the differences|
 * ```
 *
 * Up to 12 differences all patterns are counted; beyond, `resamples` random ones and the given one.
 *
 * @param options.resamples How many patterns are drawn. Default 9999.
 * @param options.seed Seed of the patterns. Default 0.
 * @throws {RangeError} If there is no difference.
 *
 * @example Of the 8 patterns of 3 equal differences, 2 are as far from 0
 * ```ts
 * import { pairedTest } from "@relprop/lrp/evaluation";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(pairedTest([1, 1, 1]), 0.25);
 * ```
 */
export function pairedTest(
  differences: ArrayLike<number>,
  { resamples = 9999, seed = 0 }: { readonly resamples?: number; readonly seed?: number } = {},
): number {
  const count = differences.length;
  if (count === 0) throw new RangeError("Cannot test differences: at least one is required, got none");
  let sum = 0, size = 0;
  for (let i = 0; i < count; i++) {
    sum += differences[i]!;
    size += Math.abs(differences[i]!);
  }
  // Sums that are equal in exact arithmetic count as equal.
  const bar = Math.abs(sum) - 1e-12 * size;
  if (count <= 12) {
    let extreme = 0;
    for (let pattern = 0; pattern < 2 ** count; pattern++) {
      let flipped = 0;
      for (let i = 0; i < count; i++) flipped += pattern >> i & 1 ? -differences[i]! : differences[i]!;
      if (Math.abs(flipped) >= bar) extreme++;
    }
    return extreme / 2 ** count;
  }
  const random = randomGenerator(seed), numbers = Float64Array.from(differences);
  let extreme = 1;
  for (let sample = 0; sample < resamples; sample++) {
    let flipped = 0;
    for (let start = 0; start < count; start += 32) {
      const end = Math.min(count, start + 32);
      // One bit each: 0 keeps the sign, 1 turns it.
      for (let i = start, bits = random.bits(); i < end; i++, bits >>>= 1) {
        flipped += numbers[i]! * (1 - 2 * (bits & 1));
      }
    }
    if (Math.abs(flipped) >= bar) extreme++;
  }
  return extreme / (resamples + 1);
}
