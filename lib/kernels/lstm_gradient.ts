import type { LstmTrace, LstmWeights } from "./lstm_forward.ts";
import { pullBack } from "./lstm_relevance.ts";

/**
 * The exact gradient with respect to the inputs of one LSTM direction, by backpropagation through time.
 *
 * ```text
 * dc = dh ⊙ o ⊙ (1 - tanh²(c_t)) + dc
 * dz_o = dh tanh(c_t) o (1 - o)    dz_i = dc g i (1 - i)    dz_f = dc c_(t-1) f (1 - f)    dz_g = dc i (1 - g²)
 * dx_t = Wᵀ dz     dh_(t-1) = Uᵀ dz     dc_(t-1) = dc ⊙ f
 * ```
 *
 * @param hiddenGradient Gradient with respect to the hidden states from above, `[T, d]`.
 * @returns Gradient with respect to the inputs, `[T, e]`, steps in processing order.
 */
export function lstmGradient(
  weights: LstmWeights,
  trace: LstmTrace,
  hiddenGradient: Float64Array,
): Float64Array {
  const { inputSize: e, hiddenSize: d, inputWeights, recurrentWeights } = weights;
  const { steps, gates, cell } = trace;
  const gradient = new Float64Array(steps * e);
  const dh = new Float64Array(d), dc = new Float64Array(d), dz = new Float64Array(4 * d);
  for (let t = steps - 1; t >= 0; t--) {
    const previous = t * d, now = previous + d, gate = t * 4 * d;
    for (let j = 0; j < d; j++) {
      const i = gates[gate + j]!, f = gates[gate + d + j]!;
      const g = gates[gate + 2 * d + j]!, o = gates[gate + 3 * d + j]!;
      const squashed = Math.tanh(cell[now + j]!);
      const ofHidden = dh[j]! + hiddenGradient[t * d + j]!;
      const ofCell = dc[j]! + ofHidden * o * (1 - squashed * squashed);
      dz[j] = ofCell * g * i * (1 - i);
      dz[d + j] = ofCell * cell[previous + j]! * f * (1 - f);
      dz[2 * d + j] = ofCell * i * (1 - g * g);
      dz[3 * d + j] = ofHidden * squashed * o * (1 - o);
      dc[j] = ofCell * f;
    }
    pullBack(inputWeights, 0, dz, gradient.subarray(t * e, t * e + e));
    pullBack(recurrentWeights, 0, dz, dh);
  }
  return gradient;
}
