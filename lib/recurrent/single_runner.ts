import { type BlockAnswer, BlockEngine, type BlockItem, type BlockRequest } from "../kernels/mod.ts";
import { blockChoice } from "./block_limits.ts";
import { networkWeights } from "./network_weights.ts";
import type { RecurrentClassifier } from "./recurrent_classifier.ts";

/** Steps of a sequence beyond which the memory for it is not kept. */
const LONGEST_KEPT = 4096;

const engines = new WeakMap<RecurrentClassifier, BlockEngine>();

/** Runs one sequence on the block kernels at once; nothing where the engine or the network cannot. */
export function runSingle(
  model: RecurrentClassifier,
  item: BlockItem,
  request: BlockRequest,
): BlockAnswer | undefined {
  const engine = engineFor(model, item.steps);
  if (!engine) return undefined;
  const job = engine.write([item], { worker: 0, index: 0, request });
  engine.arena.run(job.commands);
  return engine.read(job)[0]!;
}

function engineFor(model: RecurrentClassifier, steps: number): BlockEngine | undefined {
  const kept = engines.get(model);
  if (kept && steps <= kept.limits.rows) return kept;
  const network = networkWeights(model), choice = blockChoice(model.precision);
  if (!network || !choice) return undefined;
  const rows = Math.max(64, steps + (steps >> 1));
  const embeddings = model.embeddingRows();
  const engine = new BlockEngine(network, { workers: 1, limits: { rows, sequences: 1 }, embeddings, choice });
  if (rows <= LONGEST_KEPT) engines.set(model, engine);
  return engine;
}
