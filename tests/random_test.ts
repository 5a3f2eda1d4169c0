import { assert, assertEquals, assertNotEquals, assertThrows } from "@std/assert";
import { RandomGenerator, randomGenerator } from "../lib/random.ts";
import { mean, pearson, standardDeviation } from "../lib/statistics.ts";

Deno.test("RandomGenerator.bits() gives the reference vector of xoshiro128** 1.1", () => {
  // By hand: rotl(2 * 5, 7) * 9 = 1280 * 9 = 11520. State after: s2 = 3^1 = 2, s3 = 4^2 = 6, s1 = 2^2 = 0,
  // s0 = 1^6 = 7, s2 = 2^(2<<9) = 1026, s3 = rotl(6, 11) = 12288; so the next output has s1 = 0 and is 0.
  const generator = new RandomGenerator([1, 2, 3, 4]);
  assertEquals(Array.from({ length: 10 }, () => generator.bits()), [
    11520,
    0,
    5927040,
    70819200,
    2031721883,
    1637235492,
    1287239034,
    3734860849,
    3729100597,
    4258142804,
  ]);
});

Deno.test("randomGenerator() fills the state with the reference outputs of SplitMix64", () => {
  // The first two outputs for seed 1234567 are 6457827717110365317 and 3203168211198807973, low word first.
  const words = [6457827717110365317n, 3203168211198807973n]
    .flatMap((output) => [Number(output & 0xffffffffn), Number(output >> 32n)]);
  const [a, b, c, d] = words as [number, number, number, number];
  const [expected, actual] = [new RandomGenerator([a, b, c, d]), randomGenerator(1234567)];
  for (let i = 0; i < 100; i++) assertEquals(actual.bits(), expected.bits());
});

Deno.test("RandomGenerator.uniform() puts 53 bits together", () => {
  // Outputs 11520 and 0: (11520 >> 5) * 2^26 / 2^53 = 360 / 2^27.
  assertEquals(new RandomGenerator([1, 2, 3, 4]).uniform(), 360 / 2 ** 27);
  assertEquals(new RandomGenerator([1, 2, 3, 4]).uniform(-1, 3), -1 + 4 * 360 / 2 ** 27);
});

Deno.test("RandomGenerator.uniform() and normal() have the moments they should", () => {
  const generator = randomGenerator(1);
  const n = 20000;
  const uniform = Array.from({ length: n }, () => generator.uniform());
  const normal = Array.from({ length: n }, () => generator.normal(2, 3));
  assert(uniform.every((value) => value >= 0 && value < 1));
  // Four standard errors: 1/√12/√n, σ/√n, and σ/√(2n) for the deviation.
  assert(Math.abs(mean(uniform) - 0.5) < 4 * Math.sqrt(1 / 12 / n));
  assert(Math.abs(mean(normal) - 2) < 4 * 3 / Math.sqrt(n));
  assert(Math.abs(standardDeviation(normal) - 3) < 4 * 3 / Math.sqrt(2 * n));
  assert(Math.abs(pearson(normal.slice(1), normal.slice(0, -1))) < 4 / Math.sqrt(n));
  // A normal distribution has 4.55 % of its numbers beyond two deviations.
  const beyond = normal.filter((value) => Math.abs(value - 2) > 6).length / n;
  assert(Math.abs(beyond - 0.0455) < 4 * Math.sqrt(0.0455 * 0.9545 / n));
});

Deno.test("RandomGenerator.integer() is even over its range, at bounds that do not divide 2^32 too", () => {
  const generator = randomGenerator(2);
  const counts = new Array<number>(7).fill(0);
  for (let i = 0; i < 7000; i++) counts[generator.integer(7)]!++;
  for (const count of counts) assert(Math.abs(count - 1000) < 4 * Math.sqrt(7000 * (1 / 7) * (6 / 7)));
  // Without rejection, a bound of 3/4 of the range would give its lower third twice as often: 2/3 below 2^31 / 2.
  const bound = 3 * 2 ** 30;
  const low = Array.from({ length: 3000 }, () => generator.integer(bound)).filter((x) => x < 2 ** 30).length;
  assert(Math.abs(low - 1000) < 4 * Math.sqrt(3000 * (1 / 3) * (2 / 3)));
  assertEquals(generator.integer(1), 0);
});

Deno.test("RandomGenerator.permutation() gives every order equally often", () => {
  const generator = randomGenerator(3);
  const counts = new Map<string, number>();
  for (let i = 0; i < 6000; i++) {
    const order = generator.permutation(3).join("");
    counts.set(order, (counts.get(order) ?? 0) + 1);
  }
  assertEquals([...counts.keys()].sort(), ["012", "021", "102", "120", "201", "210"]);
  for (const count of counts.values()) {
    assert(Math.abs(count - 1000) < 4 * Math.sqrt(6000 * (1 / 6) * (5 / 6)));
  }
  assertEquals([generator.permutation(0), generator.permutation(1)], [[], [0]]);
});

Deno.test("randomGenerator() of different seeds gives different numbers", () => {
  const seeds = [0, 1, 2, 2 ** 32, 2 ** 32 + 1, Number.MAX_SAFE_INTEGER];
  assertEquals(new Set(seeds.map((seed) => randomGenerator(seed).bits())).size, seeds.length);
  assertNotEquals(randomGenerator(0).permutation(20), randomGenerator(1).permutation(20));
});

Deno.test("randomGenerator() and its draws refuse what they cannot use", () => {
  const cases: [() => unknown, string][] = [
    ...[-1, 0.5, NaN, 2 ** 53].map((seed): [() => unknown, string] => [
      () => randomGenerator(seed),
      `Cannot make a random generator: the seed must be a whole number from 0 to 2^53 - 1, got ${seed}`,
    ]),
    ...[0, 1.5, NaN, 2 ** 32 + 1].map((bound): [() => unknown, string] => [
      () => randomGenerator(0).integer(bound),
      `Cannot draw an integer: the bound must be a whole number from 1 to 2^32, got ${bound}`,
    ]),
    [
      () => randomGenerator(0).permutation(-1),
      "Cannot draw a permutation: the length must be a whole number from 0 to 2^32, got -1",
    ],
    [
      () => new RandomGenerator([0, 0, 0, 0]),
      "Cannot make a random generator: a word of the state must not be 0, got 0, 0, 0, 0",
    ],
  ];
  for (const [call, message] of cases) assertEquals(assertThrows(call, RangeError).message, message);
});
