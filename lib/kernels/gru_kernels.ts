import { bestRounding, type Precision } from "./arena.ts";
import { gruForward, gruGradient, gruRelevance, type GruTrace } from "./gru_sequence.ts";
import type { GruWeights } from "./gru_step.ts";
import type { RecurrentRelevance, RelevanceOptions } from "./lstm_relevance.ts";
import { WasmGru } from "./wasm_gru.ts";

/** What the weights of one GRU direction can do: {@linkcode gruForward} and the functions beside it. */
export interface GruKernels {
  forward(input: Float64Array, steps: number): GruTrace;
  relevance(trace: GruTrace, hiddenRelevance: Float64Array, options: RelevanceOptions): RecurrentRelevance;
  gradient(trace: GruTrace, hiddenGradient: Float64Array): Float64Array;
}

/**
 * The kernels of one GRU direction: on WebAssembly where there is SIMD, else the TypeScript twins, which count in float64
 * whatever the precision. The weights must not change afterwards.
 */
export function gruKernels(
  weights: GruWeights,
  { precision = "float64" }: { precision?: Precision } = {},
): GruKernels {
  const rounding = bestRounding();
  if (rounding) return new WasmGru(weights, { precision, rounding });
  return {
    forward: (input, steps) => gruForward(weights, input, steps),
    relevance: (trace, hiddenRelevance, { epsilon, biasFactor }) =>
      gruRelevance(weights, trace, hiddenRelevance, { epsilon, biasFactor }),
    gradient: (trace, hiddenGradient) => gruGradient(weights, trace, hiddenGradient),
  };
}
