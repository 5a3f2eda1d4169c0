/**
 * The weights of one GRU layer in one direction, row-major float64, gates in the order r, z, n. The recurrent bias of n
 * stands behind the reset gate, so that both biases are kept apart.
 */
export interface GruWeights {
  /** Size `e` of an input vector. */
  readonly inputSize: number;
  /** Number `d` of hidden units. */
  readonly hiddenSize: number;
  /** `[3d, e]`. */
  readonly inputWeights: Float64Array;
  /** `[3d, d]`. */
  readonly recurrentWeights: Float64Array;
  /** `[3d]`. */
  readonly inputBias: Float64Array;
  /** `[3d]`. */
  readonly recurrentBias: Float64Array;
}

/** What one step of a GRU keeps for its backward run. */
export interface GruStep {
  /** The input, `[e]`. */
  readonly input: Float64Array;
  /** The hidden state before, `[d]`. */
  readonly before: Float64Array;
  /** Pre-activations of r, z and n, `[3d]`. */
  readonly preactivations: Float64Array;
  /** Activations of r, z and n, `[3d]`. */
  readonly gates: Float64Array;
  /** What the reset gate multiplies: U_n h_(t-1) + v_n, `[d]`. */
  readonly recalled: Float64Array;
  /** The hidden state after, `[d]`. */
  readonly hidden: Float64Array;
}

/**
 * Runs one step of a GRU, with the reset gate behind the recurrent product as in PyTorch.
 *
 * ```text
 * r, z = sigmoid(W x + b + U h + v)      n = tanh(W_n x + b_n + r ⊙ (U_n h + v_n))      h' = (1 - z) ⊙ n + z ⊙ h
 * ```
 */
export function gruStep(weights: GruWeights, input: Float64Array, before: Float64Array): GruStep {
  const { inputSize: e, hiddenSize: d, inputWeights, recurrentWeights, inputBias, recurrentBias } = weights;
  const preactivations = new Float64Array(3 * d), gates = new Float64Array(3 * d);
  const recalled = new Float64Array(d), hidden = new Float64Array(d);
  for (let row = 0; row < 3 * d; row++) {
    let own = inputBias[row]!, back = recurrentBias[row]!;
    for (let k = 0; k < e; k++) own += inputWeights[row * e + k]! * input[k]!;
    for (let k = 0; k < d; k++) back += recurrentWeights[row * d + k]! * before[k]!;
    if (row < 2 * d) {
      preactivations[row] = own + back;
      gates[row] = 1 / (1 + Math.exp(-own - back));
    } else {
      recalled[row - 2 * d] = back;
      preactivations[row] = own + gates[row - 2 * d]! * back;
      gates[row] = Math.tanh(preactivations[row]!);
    }
  }
  for (let j = 0; j < d; j++) {
    const z = gates[d + j]!;
    hidden[j] = (1 - z) * gates[2 * d + j]! + z * before[j]!;
  }
  return { input, before, preactivations, gates, recalled, hidden };
}
