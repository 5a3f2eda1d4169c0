import type { LstmTrace, LstmWeights } from "./lstm_forward.ts";

/** What the gates of a run were before their activations, `[T, 4d]` in the order i, f, g, o. */
export function lstmPreactivations(weights: LstmWeights, { steps, input, hidden }: LstmTrace): Float64Array {
  const { inputSize: e, hiddenSize: d, inputWeights, recurrentWeights, bias } = weights;
  const all = new Float64Array(steps * 4 * d);
  for (let t = 0; t < steps; t++) {
    for (let row = 0; row < 4 * d; row++) {
      // Summed in the order of the forward run, so that both find the same numbers.
      let z = bias[row]!;
      for (let k = 0; k < e; k++) z += inputWeights[row * e + k]! * input[t * e + k]!;
      for (let k = 0; k < d; k++) z += recurrentWeights[row * d + k]! * hidden[t * d + k]!;
      all[t * 4 * d + row] = z;
    }
  }
  return all;
}
