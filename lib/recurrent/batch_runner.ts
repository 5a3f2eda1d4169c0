import {
  type BlockAnswer,
  BlockEngine,
  type BlockItem,
  type BlockLimits,
  type BlockRequest,
  type NetworkWeights,
} from "../kernels/mod.ts";
import { blockChoice, blockLimits, roomyLimits } from "./block_limits.ts";
import { cutBlocks } from "./cut_blocks.ts";
import { networkWeights } from "./network_weights.ts";
import type { RecurrentClassifier } from "./recurrent_classifier.ts";

const engines = new WeakMap<RecurrentClassifier, BlockEngine>();

/** What is asked of a batch: blocks that send something down do so by their items' choices. */
export type BatchRequest = Pick<BlockRequest, "send" | "directions">;

/** Runs sequences on this thread, in blocks; nothing where the engine or the network cannot. */
export function runBatch(
  model: RecurrentClassifier,
  items: readonly BlockItem[],
  request: BatchRequest,
): BlockAnswer[] | undefined {
  const network = networkWeights(model);
  if (!network || !blockChoice(model.precision)) return undefined;
  const answers = new Array<BlockAnswer>(items.length);
  const sorted = items.map((item, place) => ({ ...item, place })).sort((a, b) => b.steps - a.steps);
  for (const block of cutBlocks(sorted, blockLimits(network))) {
    const rows = block.reduce((sum, { steps }) => sum + steps, 0);
    const engine = engineFor(model, network, { rows, sequences: block.length });
    const job = engine.write(block, {
      worker: 0,
      index: 0,
      request: { ...request, epsilon: 0, biasFactor: 0 },
    });
    engine.arena.run(job.commands);
    engine.read(job).forEach((answer, i) => answers[block[i]!.place] = answer);
  }
  return answers;
}

function engineFor(model: RecurrentClassifier, network: NetworkWeights, need: BlockLimits): BlockEngine {
  const kept = engines.get(model);
  if (kept && need.rows <= kept.limits.rows && need.sequences <= kept.limits.sequences) return kept;
  const engine = new BlockEngine(network, {
    workers: 1,
    limits: roomyLimits(network, need),
    embeddings: model.embeddingRows(),
    choice: blockChoice(model.precision)!,
  });
  engines.set(model, engine);
  return engine;
}
