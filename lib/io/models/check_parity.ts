/** One input with the scores that the network must give it. */
export interface ParityCase<Input> {
  /** What the network reads. */
  readonly input: Input;
  /** The scores that the software it was trained with gave, `[K]`. */
  readonly scores: ArrayLike<number>;
}

/** The part of a network that {@linkcode checkParity} needs. */
export interface Scorer<Input> {
  /** Runs the network. */
  forward(input: Input): { readonly scores: ArrayLike<number> };
}

const FLOAT32_TOLERANCE = 1e-4;

/**
 * Checks that a loaded network gives the scores it gave where it was trained: the proof that gates, directions and
 * layers were taken for what they are.
 *
 * @param model The loaded network.
 * @param cases Inputs and the scores they must get.
 * @param options How far a score may be off.
 * @param options.tolerance Largest absolute difference that passes. Default 1e-4, for networks that ran in float32.
 * @returns The largest absolute difference that was found.
 * @throws {RangeError} If a score is off by more or is NaN, the number of scores differs, or there are no cases.
 *
 * @example
 * ```ts
 * import { checkParity, intentClassifier } from "@relprop/lrp/io";
 * import { assertLess, assertThrows } from "@std/assert";
 *
 * const model = await intentClassifier();
 * const input = { ids: [3, 314, 315, 6, 16, 542, 579, 1397, 11] };
 * const scores = [10.507204, -0.3940515, -2.1959054, -0.0782792, -1.34972, -3.8549767, -3.0584025];
 * assertLess(checkParity(model, [{ input, scores }]), 1e-5);
 * assertThrows(() => checkParity(model, [{ input, scores: scores.toReversed() }]), RangeError);
 * ```
 */
export function checkParity<Input>(
  model: Scorer<Input>,
  cases: readonly ParityCase<Input>[],
  { tolerance = FLOAT32_TOLERANCE }: { tolerance?: number } = {},
): number {
  if (cases.length === 0) {
    throw new RangeError("Cannot accept the model: at least one case is required, got none");
  }
  let largest = 0;
  for (const [index, { input, scores: expected }] of cases.entries()) {
    const { scores } = model.forward(input);
    if (scores.length !== expected.length) {
      throw new RangeError(
        `Cannot accept the model: case ${index} must have ${scores.length} scores, got ${expected.length}`,
      );
    }
    for (let k = 0; k < scores.length; k++) {
      const difference = Math.abs(scores[k]! - expected[k]!);
      if (!(difference <= tolerance)) {
        throw new RangeError(
          `Cannot accept the model: score ${k} of case ${index} must be within ${tolerance} of ${
            expected[k]
          }, ` +
            `got ${scores[k]}`,
        );
      }
      largest = Math.max(largest, difference);
    }
  }
  return largest;
}
