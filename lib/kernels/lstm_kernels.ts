import { bestRounding, type Precision } from "./arena.ts";
import { followOneByOne, type InputParts } from "./input_parts.ts";
import { lstmDecomposition } from "./lstm_decomposition.ts";
import { lstmForward, type LstmTrace, type LstmWeights } from "./lstm_forward.ts";
import { lstmGradient } from "./lstm_gradient.ts";
import { lstmPreactivations } from "./lstm_preactivations.ts";
import { lstmProductRelevance } from "./lstm_product_relevance.ts";
import { lstmRelevance, type RecurrentRelevance } from "./lstm_relevance.ts";
import type { ProductRelevanceOptions } from "./product_rule.ts";
import { WasmLstm } from "./wasm_lstm.ts";

/** What the weights of one LSTM direction can do: {@linkcode lstmForward} and the functions beside it. */
export interface LstmKernels {
  forward(input: Float64Array, steps: number): LstmTrace;
  relevance(
    trace: LstmTrace,
    hiddenRelevance: Float64Array,
    options: ProductRelevanceOptions,
  ): RecurrentRelevance;
  gradient(trace: LstmTrace, hiddenGradient: Float64Array): Float64Array;
  /** Prepares {@linkcode lstmDecomposition} for any number of parts. */
  decomposition(trace: LstmTrace): (parts: InputParts) => Float64Array;
}

/**
 * The kernels of one LSTM direction: on WebAssembly where there is SIMD, else the TypeScript twins, which count in
 * float64 whatever the precision. The weights must not change afterwards.
 */
export function lstmKernels(
  weights: LstmWeights,
  { precision = "float64" }: { precision?: Precision } = {},
): LstmKernels {
  const rounding = bestRounding();
  if (rounding) return new WasmLstm(weights, { precision, rounding });
  return {
    forward: (input, steps) => lstmForward(weights, input, steps),
    relevance: (trace, hiddenRelevance, options) =>
      (options.productRule ?? "all") === "all"
        ? lstmRelevance(weights, trace, hiddenRelevance, options)
        : lstmProductRelevance(weights, trace, hiddenRelevance, options),
    gradient: (trace, hiddenGradient) => lstmGradient(weights, trace, hiddenGradient),
    decomposition: (trace) => {
      const preactivations = lstmPreactivations(weights, trace);
      return (parts) =>
        followOneByOne(parts, weights, (part) => lstmDecomposition(weights, trace, preactivations, part));
    },
  };
}
