import {
  followOneByOne,
  gruDecomposition,
  gruKernels,
  gruRelevance,
  gruSteps,
  type GruTrace,
  type GruWeights,
  type Precision,
} from "../kernels/mod.ts";
import { requireOptions } from "../options.ts";
import { contiguous, type NumericArray, requireFinite, requireShape } from "../tensor/mod.ts";
import type { RecurrentCell } from "./cell.ts";

/** The weights of one GRU layer in one direction, gates in the order r, z, n and biases apart, as in PyTorch. */
export interface GruParameters {
  /** `[3d, e]`, PyTorch's `weight_ih`. */
  readonly inputWeights: NumericArray;
  /** `[3d, d]`, PyTorch's `weight_hh`. */
  readonly recurrentWeights: NumericArray;
  /** `[3d]`, PyTorch's `bias_ih`; zero if left out. */
  readonly inputBias?: NumericArray;
  /** `[3d]`, PyTorch's `bias_hh`; zero if left out. The part of n stands behind the reset gate. */
  readonly recurrentBias?: NumericArray;
}

/** Checks the weights of one direction and binds them to the kernels. */
export function gruCell(
  parameters: GruParameters,
  { name, inputSize }: { name: string; inputSize: number | undefined },
): RecurrentCell {
  const action = "build a GRU";
  requireOptions(parameters, {
    action,
    known: ["inputWeights", "recurrentWeights", "inputBias", "recurrentBias"],
    required: ["inputWeights", "recurrentWeights"],
  });
  const { inputWeights, recurrentWeights, inputBias, recurrentBias } = parameters;
  requireShape(recurrentWeights.shape, [-1, -1], { action, where: `recurrentWeights of ${name}` });
  const d = recurrentWeights.shape[1]!;
  const read = (array: NumericArray | undefined, shape: number[], what: string): Float64Array => {
    if (array === undefined) return new Float64Array(shape[0]!);
    const where = `${what} of ${name}`;
    requireShape(array.shape, shape, { action, where });
    const flat = contiguous(array).slice();
    requireFinite(flat, array.shape, { action, where });
    return flat;
  };
  return cellOf(name, {
    recurrentWeights: read(recurrentWeights, [3 * d, d], "recurrentWeights"),
    inputWeights: read(inputWeights, [3 * d, inputSize ?? -1], "inputWeights"),
    inputBias: read(inputBias, [3 * d], "inputBias"),
    recurrentBias: read(recurrentBias, [3 * d], "recurrentBias"),
    inputSize: inputWeights.shape[1]!,
    hiddenSize: d,
  }, "float64");
}

function cellOf(name: string, weights: GruWeights, precision: Precision): RecurrentCell {
  const kernels = gruKernels(weights, { precision });
  return Object.freeze<RecurrentCell>({
    name,
    inputSize: weights.inputSize,
    hiddenSize: weights.hiddenSize,
    precision,
    gruWeights: weights,
    withPrecision: (other) => cellOf(name, weights, other),
    forward: (input, steps) => kernels.forward(input, steps),
    relevance: (trace, hiddenRelevance, options) => {
      if ((options.productRule ?? "all") === "all") {
        return kernels.relevance(trace as GruTrace, hiddenRelevance, options);
      }
      return gruRelevance(weights, trace as GruTrace, hiddenRelevance, options);
    },
    gradient: (trace, hiddenGradient) => kernels.gradient(trace as GruTrace, hiddenGradient),
    decomposition: (trace) => {
      const steps = gruSteps(weights, trace as GruTrace);
      return (parts) => followOneByOne(parts, weights, (part) => gruDecomposition(weights, steps, part));
    },
  });
}
