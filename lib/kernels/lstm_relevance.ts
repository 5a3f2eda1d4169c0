import type { LstmTrace, LstmWeights } from "./lstm_forward.ts";

/** How the epsilon rule shares relevance at the linear steps of a recurrent layer. */
export interface RelevanceOptions {
  /** The stabilizer ε in the denominators. */
  readonly epsilon: number;
  /** The part β of bias and stabilizer that is sent down too: 0 absorbs them, 1 conserves everything. */
  readonly biasFactor: number;
}

/** Where the relevance of one direction of one recurrent layer went, steps in processing order. */
export interface RecurrentRelevance {
  /** Relevance of the inputs, `[T, e]`. */
  readonly input: Float64Array;
  /** Relevance left in the initial hidden state, `[d]`. */
  readonly restHidden: Float64Array;
  /** Relevance left in the initial cell state, `[d]`; empty for a layer without one. */
  readonly restCell: Float64Array;
  /** Relevance that came from above at each step, `[T]`. */
  readonly entered: Float64Array;
  /** Relevance handed on by each step to the one before it, `[T]`; entry 0 is the rest. */
  readonly carried: Float64Array;
  /** Relevance absorbed by the biases at each step, `[T]`. */
  readonly bias: Float64Array;
  /** Relevance absorbed by the stabilizers at each step, `[T]`. */
  readonly stabilizer: Float64Array;
}

/**
 * Sends relevance back through one LSTM direction by the rule LRP-all: signals take all, gates take nothing.
 *
 * ```text
 * R_c(t) = R_c(t) + R_h(t)                                             tanh passes, the gate o takes nothing
 * s = R_c(t) / (c_t + ε sign(c_t))                                     c_t = f ⊙ c_(t-1) + i ⊙ g, N = 2d
 * R_c(t-1) = f ⊙ c_(t-1) ⊙ s + β Σ ε sign(c_t) s / N      R_g = i ⊙ g ⊙ s + β Σ ε sign(c_t) s / N
 * v = R_g / (z + ε sign(z))                                            z the pre-activation of g, N = d + e
 * R_x(t)   = x_t     ⊙ (W_gᵀ v) + β Σ (b_g + ε sign(z)) v / N
 * R_h(t-1) = h_(t-1) ⊙ (U_gᵀ v) + β Σ (b_g + ε sign(z)) v / N
 * ```
 *
 * @param hiddenRelevance Relevance of the hidden states from above, `[T, d]`.
 */
export function lstmRelevance(
  weights: LstmWeights,
  trace: LstmTrace,
  hiddenRelevance: Float64Array,
  { epsilon, biasFactor }: RelevanceOptions,
): RecurrentRelevance {
  const { inputSize: e, hiddenSize: d, inputWeights, recurrentWeights, bias: biases } = weights;
  const { steps, input, gates, candidate, cell, hidden } = trace;
  const result = emptyRelevance(steps, e, d);
  const { restHidden: Rh, restCell: Rc } = result;
  const v = new Float64Array(d);
  const pulledInput = new Float64Array(e), pulledHidden = new Float64Array(d);
  for (let t = steps - 1; t >= 0; t--) {
    const previous = t * d, now = previous + d, gate = t * 4 * d;
    let entered = 0, stabilizerSum = 0, biasSum = 0;
    for (let j = 0; j < d; j++) {
      const above = hiddenRelevance[t * d + j]!;
      entered += above;
      const c = cell[now + j]!;
      const stabilizer = c >= 0 ? epsilon : -epsilon;
      const s = (Rc[j]! + Rh[j]! + above) / (c + stabilizer);
      stabilizerSum += stabilizer * s;
      Rc[j] = gates[gate + d + j]! * cell[previous + j]! * s;
      v[j] = gates[gate + j]! * gates[gate + 2 * d + j]! * s;
    }
    const shareOfCell = biasFactor * stabilizerSum / (2 * d);
    let absorbedByStabilizer = (1 - biasFactor) * stabilizerSum;
    stabilizerSum = 0;
    for (let j = 0; j < d; j++) {
      Rc[j] = Rc[j]! + shareOfCell;
      const z = candidate[t * d + j]!;
      const stabilizer = z >= 0 ? epsilon : -epsilon;
      const s = (v[j]! + shareOfCell) / (z + stabilizer);
      v[j] = s;
      stabilizerSum += stabilizer * s;
      biasSum += biases[2 * d + j]! * s;
    }
    const share = biasFactor * (biasSum + stabilizerSum) / (d + e);
    absorbedByStabilizer += (1 - biasFactor) * stabilizerSum;
    pullBack(inputWeights, 2 * d * e, v, pulledInput);
    pullBack(recurrentWeights, 2 * d * d, v, pulledHidden);
    let carried = 0;
    for (let k = 0; k < e; k++) result.input[t * e + k] = input[t * e + k]! * pulledInput[k]! + share;
    for (let k = 0; k < d; k++) {
      Rh[k] = hidden[previous + k]! * pulledHidden[k]! + share;
      carried += Rh[k]! + Rc[k]!;
    }
    result.entered[t] = entered;
    result.carried[t] = carried;
    result.bias[t] = (1 - biasFactor) * biasSum;
    result.stabilizer[t] = absorbedByStabilizer;
  }
  return result;
}

/** Room for the relevance of `steps` steps, all zero. */
export function emptyRelevance(steps: number, inputSize: number, hiddenSize: number): RecurrentRelevance {
  return {
    input: new Float64Array(steps * inputSize),
    restHidden: new Float64Array(hiddenSize),
    restCell: new Float64Array(hiddenSize),
    entered: new Float64Array(steps),
    carried: new Float64Array(steps),
    bias: new Float64Array(steps),
    stabilizer: new Float64Array(steps),
  };
}

/** `into = Wᵀ v` for the `[v.length, into.length]` block of row-major weights that starts at `offset`. */
export function pullBack(weights: Float64Array, offset: number, v: Float64Array, into: Float64Array): void {
  const columns = into.length;
  into.fill(0);
  for (let row = 0, w = offset; row < v.length; row++, w += columns) {
    const factor = v[row]!;
    for (let k = 0; k < columns; k++) into[k] = into[k]! + weights[w + k]! * factor;
  }
}
