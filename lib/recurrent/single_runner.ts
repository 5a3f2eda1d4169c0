import { type BlockAnswer, type BlockItem, type BlockRequest, SingleEngine } from "../kernels/mod.ts";
import { blockChoice, LONGEST_KEPT } from "./block_limits.ts";
import { networkWeights } from "./network_weights.ts";
import type { RecurrentClassifier } from "./recurrent_classifier.ts";

const engines = new WeakMap<RecurrentClassifier, SingleEngine>();

/** Runs one sequence on the block kernels at once; nothing where the engine or the network cannot. */
export function runSingle(
  model: RecurrentClassifier,
  item: BlockItem,
  request: BlockRequest,
): BlockAnswer | undefined {
  if ((request.productRule ?? "all") !== "all" && !networkWeights(model, request)) return undefined;
  return engineFor(model, item.steps)?.run(item, request);
}

function engineFor(model: RecurrentClassifier, steps: number): SingleEngine | undefined {
  const kept = engines.get(model);
  if (kept && steps <= kept.rows) return kept;
  const network = networkWeights(model), choice = blockChoice(model.precision);
  if (!network || !choice) return undefined;
  const rows = Math.max(64, steps + (steps >> 1));
  const engine = new SingleEngine(network, { rows, embeddings: model.embeddingRows(), choice });
  if (rows <= LONGEST_KEPT) engines.set(model, engine);
  return engine;
}
