import type { LstmTrace, LstmWeights } from "./lstm_forward.ts";

/**
 * The part of the hidden states that comes from a part of the inputs, by contextual decomposition; the other part is
 * what is left of the hidden states.
 *
 * ```text
 * a = W x_relevant + U h_relevant,  z the whole pre-activation, b the bias
 * relevant part of act(z) = ½ (act(a + b) - act(b) + act(z) - act(z - a))          for the gates i, f and for g
 * c_relevant = i_r (g_r + g_b) + i_b g_r + (f_r + f_b) c_relevant(t-1)             r relevant part, b = act(bias)
 * h_relevant = o ½ (tanh(c_relevant) + tanh(c) - tanh(c - c_relevant))             o is not taken apart
 * ```
 *
 * The product of both biases counts as irrelevant.
 *
 * @param preactivations Of the gates, `[T, 4d]`.
 * @param relevantInput The part of the inputs, `[T, e]`.
 * @returns The part of the hidden states, `[T + 1, d]`; row 0 is the zero initial state.
 */
export function lstmDecomposition(
  weights: LstmWeights,
  trace: LstmTrace,
  preactivations: Float64Array,
  relevantInput: Float64Array,
): Float64Array {
  const { inputSize: e, hiddenSize: d, inputWeights, recurrentWeights, bias } = weights;
  const { steps, gates, cell } = trace;
  const relevantHidden = new Float64Array((steps + 1) * d);
  const relevantCell = new Float64Array(d), a = new Float64Array(3 * d);
  let started = false;
  for (let t = 0; t < steps; t++) {
    const gate = t * 4 * d, before = t * d, now = before + d;
    const own = hasPart(relevantInput, t * e, e);
    // Nothing relevant has come in yet.
    if (!started && !own) continue;
    started = true;
    for (let row = 0; row < 3 * d; row++) {
      let sum = 0;
      if (own) { for (let k = 0; k < e; k++) sum += inputWeights[row * e + k]! * relevantInput[t * e + k]!; }
      for (let k = 0; k < d; k++) sum += recurrentWeights[row * d + k]! * relevantHidden[before + k]!;
      a[row] = sum;
    }
    for (let j = 0; j < d; j++) {
      const part = (row: number, act: (z: number) => number): number => {
        const b = bias[row]!, own = a[row]!;
        return (act(own + b) - act(b) + gates[gate + row]! - act(preactivations[gate + row]! - own)) / 2;
      };
      const ofInput = part(j, sigmoid),
        ofForget = part(d + j, sigmoid),
        ofWritten = part(2 * d + j, Math.tanh);
      const relevant = ofInput * (ofWritten + Math.tanh(bias[2 * d + j]!)) + sigmoid(bias[j]!) * ofWritten +
        (ofForget + sigmoid(bias[d + j]!)) * relevantCell[j]!;
      const c = cell[now + j]!;
      relevantCell[j] = relevant;
      relevantHidden[now + j] = gates[gate + 3 * d + j]! *
        (Math.tanh(relevant) + Math.tanh(c) - Math.tanh(c - relevant)) / 2;
    }
  }
  return relevantHidden;
}

/** Whether any of `count` numbers from `start` on is not 0. */
export function hasPart(values: Float64Array, start: number, count: number): boolean {
  for (let i = start; i < start + count; i++) if (values[i] !== 0) return true;
  return false;
}

function sigmoid(z: number): number {
  return 1 / (1 + Math.exp(-z));
}
