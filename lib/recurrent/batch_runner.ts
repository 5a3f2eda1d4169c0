import {
  type BlockAnswer,
  BlockEngine,
  type BlockItem,
  type BlockLimits,
  type BlockRequest,
  type NetworkWeights,
} from "../kernels/mod.ts";
import { blockChoice, blockLimits, roomyLimits } from "./block_limits.ts";
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
  const order = Array.from(items, (_, place) => place).sort((a, b) => items[b]!.steps - items[a]!.steps);
  for (const places of cut(order, items, blockLimits(network))) {
    const block = places.map((place) => items[place]!);
    const rows = block.reduce((sum, { steps }) => sum + steps, 0);
    const engine = engineFor(model, network, { rows, sequences: block.length });
    const job = engine.write(block, {
      worker: 0,
      index: 0,
      request: { ...request, epsilon: 0, biasFactor: 0 },
    });
    engine.arena.run(job.commands);
    engine.read(job).forEach((answer, i) => answers[places[i]!] = answer);
  }
  return answers;
}

/** Blocks within the limits; a sequence that is longer makes a block alone. */
function* cut(
  order: readonly number[],
  items: readonly BlockItem[],
  { rows, sequences }: BlockLimits,
): Generator<number[]> {
  let block: number[] = [], taken = 0;
  for (const place of order) {
    const { steps } = items[place]!;
    if (block.length === sequences || block.length > 0 && taken + steps > rows) {
      yield block;
      block = [];
      taken = 0;
    }
    block.push(place);
    taken += steps;
  }
  if (block.length > 0) yield block;
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
