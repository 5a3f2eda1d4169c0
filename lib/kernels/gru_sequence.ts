import { type GruStep, gruStep, type GruWeights } from "./gru_step.ts";
import { gruStepRelevance } from "./gru_step_relevance.ts";
import { emptyRelevance, pullBack, type RecurrentRelevance } from "./lstm_relevance.ts";
import type { ProductRelevanceOptions } from "./product_rule.ts";

/** What a forward run of a GRU keeps for the backward runs, steps in processing order. */
export interface GruTrace {
  /** Number `T` of steps. */
  readonly steps: number;
  /** Inputs `[T, e]`. */
  readonly input: Float64Array;
  /** Activated gates `[T, 3d]` in the order r, z, n. */
  readonly gates: Float64Array;
  /** Pre-activation of the candidate n, `[T, d]`. */
  readonly candidate: Float64Array;
  /** What the reset gate multiplies: U_n h_(t-1) + v_n, `[T, d]`. */
  readonly recalled: Float64Array;
  /** Hidden states `[T + 1, d]`; row 0 is the zero initial state. */
  readonly hidden: Float64Array;
}

/** Runs one GRU direction over inputs `[T, e]`, step by step as {@linkcode gruStep}. */
export function gruForward(weights: GruWeights, input: Float64Array, steps: number): GruTrace {
  const { inputSize: e, hiddenSize: d } = weights;
  const gates = new Float64Array(steps * 3 * d), candidate = new Float64Array(steps * d);
  const recalled = new Float64Array(steps * d), hidden = new Float64Array((steps + 1) * d);
  for (let t = 0; t < steps; t++) {
    const step = gruStep(weights, input.subarray(t * e, (t + 1) * e), hidden.subarray(t * d, (t + 1) * d));
    gates.set(step.gates, t * 3 * d);
    candidate.set(step.preactivations.subarray(2 * d), t * d);
    recalled.set(step.recalled, t * d);
    hidden.set(step.hidden, (t + 1) * d);
  }
  return { steps, input, gates, candidate, recalled, hidden };
}

/** The steps of a run one by one, with the pre-activations of the gates, which a run does not keep. */
export function gruSteps(weights: GruWeights, { steps, input, hidden }: GruTrace): GruStep[] {
  const { inputSize: e, hiddenSize: d } = weights;
  return Array.from(
    { length: steps },
    (_, t) => gruStep(weights, input.subarray(t * e, (t + 1) * e), hidden.subarray(t * d, (t + 1) * d)),
  );
}

/**
 * Sends relevance back through one GRU direction, step by step as {@linkcode gruStepRelevance}, by any product rule.
 *
 * @param hiddenRelevance Relevance of the hidden states from above, `[T, d]`.
 */
export function gruRelevance(
  weights: GruWeights,
  trace: GruTrace,
  hiddenRelevance: Float64Array,
  options: ProductRelevanceOptions,
): RecurrentRelevance {
  const { inputSize: e, hiddenSize: d } = weights, { steps } = trace;
  const result = { ...emptyRelevance(steps, e, d), restCell: new Float64Array() };
  const each = gruSteps(weights, trace);
  let carried = new Float64Array(d);
  for (let t = steps - 1; t >= 0; t--) {
    const above = hiddenRelevance.subarray(t * d, (t + 1) * d);
    const arrived = carried.map((value, j) => value + above[j]!);
    const { input, before, bias, stabilizer } = gruStepRelevance(weights, each[t]!, arrived, options);
    result.input.set(input, t * e);
    result.entered[t] = sum(above);
    result.carried[t] = sum(before);
    result.bias[t] = bias;
    result.stabilizer[t] = stabilizer;
    carried = Float64Array.from(before);
  }
  result.restHidden.set(carried);
  return result;
}

/**
 * The exact gradient with respect to the inputs of one GRU direction, by backpropagation through time.
 *
 * ```text
 * dn = dh (1 - z) (1 - n²)     dr = dn (U_n h + v_n) r (1 - r)     dz = dh (h_(t-1) - n) z (1 - z)
 * dx = Wᵀ [dr, dz, dn]         dh_(t-1) = Uᵀ [dr, dz, r ⊙ dn] + z ⊙ dh
 * ```
 *
 * @param hiddenGradient Gradient with respect to the hidden states from above, `[T, d]`.
 * @returns Gradient with respect to the inputs, `[T, e]`, steps in processing order.
 */
export function gruGradient(
  weights: GruWeights,
  { steps, gates, recalled, hidden }: GruTrace,
  hiddenGradient: Float64Array,
): Float64Array {
  const { inputSize: e, hiddenSize: d, inputWeights, recurrentWeights } = weights;
  const gradient = new Float64Array(steps * e), pulled = new Float64Array(d);
  const ofInput = new Float64Array(3 * d), ofHidden = new Float64Array(3 * d), dh = new Float64Array(d);
  for (let t = steps - 1; t >= 0; t--) {
    const previous = t * d, gate = 3 * previous;
    for (let j = 0; j < d; j++) {
      const r = gates[gate + j]!, z = gates[gate + d + j]!, n = gates[gate + 2 * d + j]!;
      const above = dh[j]! + hiddenGradient[previous + j]!;
      const dn = above * (1 - z) * (1 - n * n);
      ofInput[2 * d + j] = dn;
      ofHidden[2 * d + j] = dn * r;
      ofInput[j] = ofHidden[j] = dn * recalled[previous + j]! * r * (1 - r);
      ofInput[d + j] = ofHidden[d + j] = above * (hidden[previous + j]! - n) * z * (1 - z);
      dh[j] = above * z;
    }
    pullBack(inputWeights, 0, ofInput, gradient.subarray(t * e, (t + 1) * e));
    pullBack(recurrentWeights, 0, ofHidden, pulled);
    for (let j = 0; j < d; j++) dh[j] = dh[j]! + pulled[j]!;
  }
  return gradient;
}

function sum(values: Float64Array): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}
