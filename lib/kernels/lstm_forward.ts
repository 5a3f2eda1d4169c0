/**
 * The weights of one LSTM layer in one direction, as the kernels read them: row-major float64, gates in the
 * order i, f, g, o.
 */
export interface LstmWeights {
  /** Size `e` of an input vector. */
  readonly inputSize: number;
  /** Number `d` of hidden units. */
  readonly hiddenSize: number;
  /** `[4d, e]`. */
  readonly inputWeights: Float64Array;
  /** `[4d, d]`. */
  readonly recurrentWeights: Float64Array;
  /** `[4d]`, the sum of input and recurrent bias. */
  readonly bias: Float64Array;
}

/** What a forward run keeps for the backward runs, steps in processing order. */
export interface LstmTrace {
  /** Number `T` of steps. */
  readonly steps: number;
  /** Inputs `[T, e]`. */
  readonly input: Float64Array;
  /** Activated gates `[T, 4d]` in the order i, f, g, o. */
  readonly gates: Float64Array;
  /** Pre-activation of the candidate g, `[T, d]`. */
  readonly candidate: Float64Array;
  /** Cell states `[T + 1, d]`; row 0 is the zero initial state, row t + 1 the state after step t. */
  readonly cell: Float64Array;
  /** Hidden states `[T + 1, d]`, rows as in `cell`. */
  readonly hidden: Float64Array;
}

/**
 * Runs one LSTM direction over a sequence.
 *
 * ```text
 * i, f, o = sigmoid(W x_t + U h_(t-1) + b)      g = tanh(W_g x_t + U_g h_(t-1) + b_g)
 * c_t = f ⊙ c_(t-1) + i ⊙ g                     h_t = o ⊙ tanh(c_t)
 * ```
 */
export function lstmForward(weights: LstmWeights, input: Float64Array, steps: number): LstmTrace {
  const { inputSize: e, hiddenSize: d, inputWeights, recurrentWeights, bias } = weights;
  const arena = new Float64Array(steps * 5 * d + 2 * (steps + 1) * d);
  const gates = arena.subarray(0, steps * 4 * d);
  const candidate = arena.subarray(steps * 4 * d, steps * 5 * d);
  const cell = arena.subarray(steps * 5 * d, steps * 5 * d + (steps + 1) * d);
  const hidden = arena.subarray(steps * 5 * d + (steps + 1) * d);
  for (let t = 0; t < steps; t++) {
    const x = t * e, previous = t * d, now = previous + d, gate = t * 4 * d;
    for (let row = 0; row < 4 * d; row++) {
      let z = bias[row]!;
      for (let k = 0, w = row * e; k < e; k++) z += inputWeights[w + k]! * input[x + k]!;
      for (let k = 0, w = row * d; k < d; k++) z += recurrentWeights[w + k]! * hidden[previous + k]!;
      gates[gate + row] = z;
    }
    for (let j = 0; j < d; j++) {
      const i = sigmoid(gates[gate + j]!);
      const f = sigmoid(gates[gate + d + j]!);
      const z = gates[gate + 2 * d + j]!;
      const g = Math.tanh(z);
      const o = sigmoid(gates[gate + 3 * d + j]!);
      const c = f * cell[previous + j]! + i * g;
      gates[gate + j] = i;
      gates[gate + d + j] = f;
      gates[gate + 2 * d + j] = g;
      gates[gate + 3 * d + j] = o;
      candidate[t * d + j] = z;
      cell[now + j] = c;
      hidden[now + j] = o * Math.tanh(c);
    }
  }
  return { steps, input, gates, candidate, cell, hidden };
}

function sigmoid(z: number): number {
  return 1 / (1 + Math.exp(-z));
}
