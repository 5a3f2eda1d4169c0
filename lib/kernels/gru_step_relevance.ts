import type { GruStep, GruWeights } from "./gru_step.ts";
import { pullBack } from "./lstm_relevance.ts";
import { gateShare, type ProductRelevanceOptions, signalShare } from "./product_rule.ts";

/** Where the relevance of one step of a GRU went. */
export interface GruStepRelevance {
  /** Relevance of the input, `[e]`. */
  readonly input: Float64Array;
  /** Relevance of the hidden state before, `[d]`. */
  readonly before: Float64Array;
  /** Relevance absorbed by biases. */
  readonly bias: number;
  /** Relevance absorbed by stabilizers. */
  readonly stabilizer: number;
}

/**
 * Sends relevance of the hidden state back through one step of a GRU.
 *
 * ```text
 * h' = (1 - z) ⊙ n + z ⊙ h:      the epsilon rule, N = 2d; then 1 - z and z may take their share of the products
 * z_n = W_n x + b_n + r ⊙ (U_n h + v_n):      the epsilon rule, N = d + e; then r may take its share of its product
 * z_r, z_z = W x + b + U h + v:      the epsilon rule, N = d + e, for what the gates have taken
 * ```
 *
 * With the rule `all` gates take nothing.
 *
 * @param hiddenRelevance Relevance of the hidden state after the step, `[d]`.
 */
export function gruStepRelevance(
  weights: GruWeights,
  { input, before, preactivations, gates, recalled, hidden }: GruStep,
  hiddenRelevance: Float64Array,
  options: ProductRelevanceOptions,
): GruStepRelevance {
  const { inputSize: e, hiddenSize: d, inputWeights, recurrentWeights, inputBias, recurrentBias } = weights;
  const { epsilon, biasFactor } = options;
  const stabilize = (value: number): number => value >= 0 ? epsilon : -epsilon;
  const shares = new Float64Array(d), v = new Float64Array(3 * d), recurrent = new Float64Array(3 * d);
  let stabilizerSum = 0, biasSum = 0, absorbed = 0;
  for (let j = 0; j < d; j++) {
    const stabilizer = stabilize(hidden[j]!);
    shares[j] = hiddenRelevance[j]! / (hidden[j]! + stabilizer);
    stabilizerSum += stabilizer * shares[j]!;
  }
  const shareOfState = biasFactor * stabilizerSum / (2 * d);
  absorbed += (1 - biasFactor) * stabilizerSum;
  stabilizerSum = 0;
  const beforeRelevance = new Float64Array(d), inputRelevance = new Float64Array(e);
  for (let j = 0; j < d; j++) {
    const z = gates[d + j]!, zz = preactivations[d + j]!, zn = preactivations[2 * d + j]!;
    const written = (1 - z) * gates[2 * d + j]! * shares[j]! + shareOfState;
    const kept = z * before[j]! * shares[j]! + shareOfState;
    const ofUpdate = gateShare(-zz, zn, options) * written + gateShare(zz, before[j]!, options) * kept;
    const ofNew = signalShare(-zz, zn, options) * written;
    beforeRelevance[j] = signalShare(zz, before[j]!, options) * kept;
    absorbed += written + kept - ofUpdate - ofNew - beforeRelevance[j]!;
    const s = ofNew / (zn + stabilize(zn));
    const r = gates[j]!, zr = preactivations[j]!, product = r * recalled[j]! * s;
    const ofReset = gateShare(zr, recalled[j]!, options) * product;
    const toSignal = signalShare(zr, recalled[j]!, options);
    absorbed += product - ofReset - toSignal * product;
    stabilizerSum += stabilize(zn) * s;
    v[2 * d + j] = s;
    recurrent[2 * d + j] = r * s * toSignal;
    biasSum += inputBias[2 * d + j]! * s + recurrentBias[2 * d + j]! * recurrent[2 * d + j]!;
    for (const [row, taken] of [[j, ofReset], [d + j, ofUpdate]] as const) {
      if (taken === 0) continue;
      const stabilizer = stabilize(preactivations[row]!);
      v[row] = recurrent[row] = taken / (preactivations[row]! + stabilizer);
      stabilizerSum += stabilizer * v[row]!;
      biasSum += (inputBias[row]! + recurrentBias[row]!) * v[row]!;
    }
  }
  const share = biasFactor * (biasSum + stabilizerSum) / (d + e);
  pullBack(inputWeights, 0, v, inputRelevance);
  for (let k = 0; k < e; k++) inputRelevance[k] = input[k]! * inputRelevance[k]! + share;
  const pulled = new Float64Array(d);
  pullBack(recurrentWeights, 0, recurrent, pulled);
  for (let k = 0; k < d; k++) beforeRelevance[k] = beforeRelevance[k]! + before[k]! * pulled[k]! + share;
  return {
    input: inputRelevance,
    before: beforeRelevance,
    bias: (1 - biasFactor) * biasSum,
    stabilizer: absorbed + (1 - biasFactor) * stabilizerSum,
  };
}
