import { hasPart } from "./lstm_decomposition.ts";
import type { GruStep, GruWeights } from "./gru_step.ts";

/**
 * The part of the hidden states of a GRU that comes from a part of the inputs, by contextual decomposition.
 *
 * ```text
 * relevant part of act(z) = ½ (act(a + b) - act(b) + act(z) - act(z - a))       a relevant, b bias, z the whole
 * relevant part of p ⊙ q  = p_r (q_r + q_b) + p_b q_r                           for r ⊙ (U_n h + v_n) and (1 - z) ⊙ n
 * h_relevant = (1 - z) ⊙ n, relevant part, + (z_r + z_b) h_relevant(t-1)
 * ```
 *
 * The products of two biases count as bias within n, and as irrelevant in the hidden state.
 *
 * @param steps The steps of the run.
 * @param relevantInput The part of the inputs, `[T, e]`.
 * @returns The part of the hidden states, `[T + 1, d]`; row 0 is the zero initial state.
 */
export function gruDecomposition(
  weights: GruWeights,
  steps: readonly GruStep[],
  relevantInput: Float64Array,
): Float64Array {
  const { inputSize: e, hiddenSize: d, inputWeights, recurrentWeights, inputBias, recurrentBias } = weights;
  const hidden = new Float64Array((steps.length + 1) * d);
  const ofInput = new Float64Array(3 * d), back = new Float64Array(3 * d);
  let started = false;
  steps.forEach(({ preactivations }, t) => {
    const before = t * d, own = hasPart(relevantInput, t * e, e);
    // Nothing relevant has come in yet.
    if (!started && !own) return;
    started = true;
    for (let row = 0; row < 3 * d; row++) {
      let fromInput = 0, fromState = 0;
      if (own) {
        for (let k = 0; k < e; k++) fromInput += inputWeights[row * e + k]! * relevantInput[t * e + k]!;
      }
      for (let k = 0; k < d; k++) fromState += recurrentWeights[row * d + k]! * hidden[before + k]!;
      ofInput[row] = fromInput;
      back[row] = fromState;
    }
    for (let j = 0; j < d; j++) {
      const gateBias = (row: number): number => inputBias[row]! + recurrentBias[row]!;
      const reset = split(ofInput[j]! + back[j]!, gateBias(j), preactivations[j]!, sigmoid);
      const update = split(
        ofInput[d + j]! + back[d + j]!,
        gateBias(d + j),
        preactivations[d + j]!,
        sigmoid,
      );
      const n = 2 * d + j, recalledBias = recurrentBias[n]!;
      const recalled = reset.relevant * (back[n]! + recalledBias) + reset.bias * back[n]!;
      const written = split(
        ofInput[n]! + recalled,
        inputBias[n]! + reset.bias * recalledBias,
        preactivations[n]!,
        Math.tanh,
      );
      // 1 - z = sigmoid(-z's pre-activation): the parts of z with the other sign.
      hidden[before + d + j] = -update.relevant * (written.relevant + written.bias) +
        (1 - update.bias) * written.relevant + (update.relevant + update.bias) * hidden[before + j]!;
    }
  });
  return hidden;
}

function split(
  relevant: number,
  bias: number,
  whole: number,
  act: (z: number) => number,
): { relevant: number; bias: number } {
  const ofBias = act(bias);
  return { relevant: (act(relevant + bias) - ofBias + act(whole) - act(whole - relevant)) / 2, bias: ofBias };
}

function sigmoid(z: number): number {
  return 1 / (1 + Math.exp(-z));
}
