import { assertEquals, assertInstanceOf, assertStrictEquals, assertThrows } from "@std/assert";
import { NumericalError, ShapeError } from "../lib/errors.ts";
import { randomGenerator } from "../lib/random.ts";
import { exactSum, mean, median, pearson, quantile, standardDeviation } from "../lib/statistics.ts";
import { assertClose } from "./support/assert_close.ts";

/** The exact value of a float64 as a whole number of units of 2^-1074. */
function inSmallestUnits(value: number): bigint {
  const bits = new BigUint64Array(Float64Array.of(value).buffer)[0]!;
  const exponent = (bits >> 52n) & 0x7ffn;
  const fraction = bits & 0xfffffffffffffn;
  const size = exponent === 0n ? fraction : (fraction | 1n << 52n) << (exponent - 1n);
  return bits >> 63n ? -size : size;
}

/** The size of the gap between a float64 and its neighbor away from 0, in the same units. */
function gap(value: number): bigint {
  const exponent = (new BigUint64Array(Float64Array.of(value).buffer)[0]! >> 52n) & 0x7ffn;
  return 1n << (exponent > 1n ? exponent - 1n : 0n);
}

const absolute = (value: bigint): bigint => value < 0n ? -value : value;

Deno.test("exactSum() is within half a gap of the sum in whole numbers, in every order", () => {
  const generator = randomGenerator(11);
  for (let round = 0; round < 200; round++) {
    const values = Array.from(
      { length: 1 + generator.integer(40) },
      () => generator.normal() * 10 ** generator.uniform(-30, 30),
    );
    // Most of it cancels, so that a plain sum has no correct digit.
    if (round % 2) values.push(...values.map((value) => -value), 1e-25);
    const exact = values.map(inSmallestUnits).reduce((a, b) => a + b);
    const sum = exactSum(values);
    const shuffled = generator.permutation(values.length).map((i) => values[i]!);
    assertStrictEquals(exactSum(Float64Array.from(shuffled)), sum);
    assertEquals(absolute(inSmallestUnits(sum) - exact) * 2n <= gap(sum), true);
  }
});

Deno.test("exactSum() keeps what a plain sum loses", () => {
  // The four decimals are stored with errors of 5.55, 11.1, -11.1 and (for -0.6) 22.2 times 1e-18: 27.8e-18 = 2^-55.
  assertEquals(exactSum([0.1, 0.2, 0.3, -0.6]), 2 ** -55);
  assertEquals(exactSum([1, 1e100, 1, -1e100]), 2);
  assertEquals(exactSum([1e308, 1e308, -1e308]), 1e308);
  assertStrictEquals(exactSum([]), 0);
  assertStrictEquals(exactSum([-0, -0]), 0);
});

Deno.test("mean() and standardDeviation() agree with sums by hand", () => {
  assertEquals(mean([2, 4, 4, 4, 5, 5, 7, 9]), 5);
  // Squared distances 9 + 1 + 1 + 1 + 0 + 0 + 4 + 16 = 32 over 7.
  assertEquals(standardDeviation([2, 4, 4, 4, 5, 5, 7, 9]), Math.sqrt(32 / 7));
  assertEquals(standardDeviation([3, 3, 3]), 0);
  // The distances are exact at this size, so that the deviation loses nothing to the large mean.
  assertEquals(standardDeviation([1e15, 1e15 + 2, 1e15 + 4]), 2);
});

Deno.test("quantile() and median() interpolate between the sorted numbers", () => {
  assertEquals(quantile([40, 10, 30, 20], 0), 10);
  assertEquals(quantile([40, 10, 30, 20], 1), 40);
  assertEquals(quantile([40, 10, 30, 20], 0.25), 17.5); // position 0.75: 10 · 0.25 + 20 · 0.75
  assertEquals(quantile([7], 0.3), 7);
  assertEquals(median([3, 1, 2]), 2);
  assertEquals(median(Float32Array.of(4, 1, 3, 2)), 2.5);
  const values = [3, 1, 2];
  median(values);
  assertEquals(values, [3, 1, 2]);
});

Deno.test("pearson() agrees with the arithmetic by hand", () => {
  assertEquals(pearson([1, 2, 3], [10, 20, 30]), 1);
  assertEquals(pearson([1, 2, 3], [3, 2, 1]), -1);
  // Distances (-1.5, -0.5, 0.5, 1.5) and (-1.5, 0.5, -0.5, 1.5): (2.25 - 0.25 - 0.25 + 2.25) / 5 = 0.8.
  assertClose(pearson([1, 2, 3, 4], [1, 3, 2, 4]), 0.8, { relative: 1e-15 });
  assertClose(pearson([1e-200, 2e-200, 3e-200], [1e200, 3e200, 2e200]), 0.5, { relative: 1e-15 });
});

Deno.test("statistics refuse too few numbers, a bad probability and lists that do not fit", () => {
  const cases: [() => number, string][] = [
    [() => mean([]), "Cannot take the mean: at least 1 number is required, got 0"],
    [
      () => standardDeviation([1]),
      "Cannot take the standard deviation: at least 2 numbers are required, got 1",
    ],
    [() => quantile([], 0.5), "Cannot take a quantile: at least 1 number is required, got 0"],
    [() => quantile([1], 1.5), "Cannot take a quantile: the probability must be from 0 to 1, got 1.5"],
    [() => quantile([1], NaN), "Cannot take a quantile: the probability must be from 0 to 1, got NaN"],
    [() => pearson([1], [2]), "Cannot correlate: at least 2 numbers are required, got 1"],
    [
      () => pearson([0.1, 0.1, 0.1], [1, 2, 3]),
      "Cannot correlate: the numbers of a list must differ, got 0.1 throughout",
    ],
  ];
  for (const [call, message] of cases) assertEquals(assertThrows(call, RangeError).message, message);
  const error = assertThrows(() => pearson([1, 2], [1, 2, 3]), ShapeError);
  assertEquals(error.message, "Cannot correlate: the lists must have equal length, got 2 and 3");
});

Deno.test("statistics name the first number that is not finite", () => {
  const cases: [(values: number[]) => number, string][] = [
    [exactSum, "sum"],
    [mean, "take the mean"],
    [standardDeviation, "take the standard deviation"],
    [median, "take a quantile"],
    [(values) => pearson([1, 2, 3], values), "correlate"],
  ];
  for (const [statistic, action] of cases) {
    for (const bad of [NaN, Infinity, -Infinity]) {
      const error = assertThrows(() => statistic([1, bad, NaN]), NumericalError);
      assertInstanceOf(error, RangeError);
      assertEquals(error.message, `Cannot ${action}: every number must be finite, got ${bad} at [1]`);
      assertEquals(error.index, [1]);
    }
  }
});
