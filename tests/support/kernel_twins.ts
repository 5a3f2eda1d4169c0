/** What tests that compare kernels with their TypeScript twins share. */
import type { Precision, Rounding } from "../../lib/kernels/arena.ts";
import type { LstmWeights, RecurrentRelevance } from "../../lib/kernels/mod.ts";
import { assertClose } from "./assert_close.ts";

/** How kernels can count and round. */
export const KERNEL_CHOICES: readonly { precision: Precision; rounding: Rounding }[] =
  (["float64", "float32"] as const).flatMap((precision) =>
    (["fused", "separate"] as const).map((rounding) => ({ precision, rounding }))
  );

/** Rounding of the largest number of an array. */
export const FORWARD: Record<Precision, number> = { float64: 1e-14, float32: 1e-5 };

/** The same where dividing by small pre-activations may blow it up. */
export const BACKWARD: Record<Precision, number> = { float64: 1e-11, float32: 2e-2 };

/** Fails where numbers differ by more than a part of the largest. */
export function assertLikeTwin(
  actual: ArrayLike<number>,
  expected: Float64Array,
  { tolerance, where }: { tolerance: number; where: string },
): void {
  const size = expected.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0);
  assertClose(actual, expected, { absolute: tolerance * size, where });
}

/** Fails where relevance or a part of its account differs by more than a part of the largest of all. */
export function assertLikeTwinRelevance(
  actual: RecurrentRelevance,
  expected: RecurrentRelevance,
  precision: Precision,
): void {
  const size = Math.max(
    ...["input", "entered", "carried", "bias", "stabilizer"].flatMap((name) =>
      [...expected[name as "input"]].map(Math.abs)
    ),
  );
  for (const name of Object.keys(expected) as (keyof RecurrentRelevance)[]) {
    assertClose(actual[name], expected[name], { absolute: BACKWARD[precision] * size, where: name });
  }
}

/** Weights of an LSTM with inputs `e` and units `d`; `numbers` draws so many numbers of some deviation. */
export function twinWeights(
  numbers: (count: number, deviation: number) => Float64Array,
  [e, d]: readonly [number, number],
): LstmWeights {
  return {
    inputSize: e,
    hiddenSize: d,
    inputWeights: numbers(4 * d * e, 1 / Math.sqrt(e)),
    recurrentWeights: numbers(4 * d * d, 1 / Math.sqrt(d)),
    bias: numbers(4 * d, 0.5),
  };
}
