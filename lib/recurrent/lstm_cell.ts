import { lstmKernels, type LstmTrace, type LstmWeights, type Precision } from "../kernels/mod.ts";
import { requireOptions } from "../options.ts";
import { contiguous, requireFinite, requireShape } from "../tensor/mod.ts";
import type { NumericArray } from "../tensor/mod.ts";
import type { RecurrentCell } from "./cell.ts";
import { type GateOrder, toCanonicalGates } from "./gate_order.ts";

/** The weights of one LSTM layer in one direction, gates stacked in the classifier's gate order. */
export interface LstmParameters {
  /** `[4d, e]`, PyTorch's `weight_ih`. */
  readonly inputWeights: NumericArray;
  /** `[4d, d]`, PyTorch's `weight_hh`. */
  readonly recurrentWeights: NumericArray;
  /** `[4d]`, PyTorch's `bias_ih`; zero if left out. */
  readonly inputBias?: NumericArray;
  /** `[4d]`, PyTorch's `bias_hh`; zero if left out. */
  readonly recurrentBias?: NumericArray;
}

/** Checks the weights of one direction, brings them into the order of the kernels, and binds them to the kernels. */
export function lstmCell(
  parameters: LstmParameters,
  { name, inputSize, gateOrder }: { name: string; inputSize: number | undefined; gateOrder: GateOrder },
): RecurrentCell {
  const action = "build an LSTM";
  requireOptions(parameters, {
    action,
    known: ["inputWeights", "recurrentWeights", "inputBias", "recurrentBias"],
    required: ["inputWeights", "recurrentWeights"],
  });
  const { inputWeights, recurrentWeights, inputBias, recurrentBias } = parameters;
  requireShape(recurrentWeights.shape, [-1, -1], { action, where: `recurrentWeights of ${name}` });
  const d = recurrentWeights.shape[1]!;
  const read = (array: NumericArray, shape: number[], what: string): Float64Array => {
    const where = `${what} of ${name}`;
    requireShape(array.shape, shape, { action, where });
    const flat = contiguous(array);
    requireFinite(flat, array.shape, { action, where });
    return toCanonicalGates(flat, gateOrder);
  };
  const bias = new Float64Array(4 * d);
  for (const [what, array] of Object.entries({ inputBias, recurrentBias })) {
    if (array !== undefined) read(array, [4 * d], what).forEach((value, i) => bias[i]! += value);
  }
  const weights: LstmWeights = {
    recurrentWeights: read(recurrentWeights, [4 * d, d], "recurrentWeights"),
    inputWeights: read(inputWeights, [4 * d, inputSize ?? -1], "inputWeights"),
    inputSize: inputWeights.shape[1]!,
    hiddenSize: d,
    bias,
  };
  return cellOf(name, weights, "float64");
}

function cellOf(name: string, weights: LstmWeights, precision: Precision): RecurrentCell {
  const kernels = lstmKernels(weights, { precision });
  return Object.freeze<RecurrentCell>({
    name,
    inputSize: weights.inputSize,
    hiddenSize: weights.hiddenSize,
    precision,
    lstmWeights: weights,
    withPrecision: (other) => cellOf(name, weights, other),
    forward: (input, steps) => kernels.forward(input, steps),
    relevance: (trace, hiddenRelevance, options) =>
      kernels.relevance(trace as LstmTrace, hiddenRelevance, options),
    gradient: (trace, hiddenGradient) => kernels.gradient(trace as LstmTrace, hiddenGradient),
    decomposition: (trace) => kernels.decomposition(trace as LstmTrace),
  });
}
