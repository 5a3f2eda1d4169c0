import type { OnnxModel } from "../io/mod.ts";

/** Whether a model was compiled: it gives an output and its relevance. */
export function isRelevanceModel({ graph }: OnnxModel): boolean {
  return ["output", "relevance"].every((wanted) => graph.outputs.some(({ name }) => name === wanted));
}
