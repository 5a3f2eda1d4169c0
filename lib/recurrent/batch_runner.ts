import {
  type BlockAnswer,
  BlockEngine,
  type BlockItem,
  type BlockLimits,
  type BlockRequest,
  type NetworkWeights,
} from "../kernels/mod.ts";
import { blockChoice, blockLimits, LONGEST_KEPT, roomyLimits } from "./block_limits.ts";
import { cutBlocks } from "./cut_blocks.ts";
import { networkWeights } from "./network_weights.ts";
import type { RecurrentClassifier } from "./recurrent_classifier.ts";

const engines = new WeakMap<RecurrentClassifier, BlockEngine>();

/** What is asked of a batch: blocks that send something down do so by their items' choices. */
export type BatchRequest = Pick<BlockRequest, "send" | "directions"> & Partial<BlockRequest>;

/** A block of sequences and what it answered. */
export interface AnsweredBlock<Item> {
  readonly items: readonly Item[];
  readonly answers: readonly BlockAnswer[];
}

/** Runs sequences on this thread, in blocks; nothing where the engine or the network cannot. */
export function runBatch(
  model: RecurrentClassifier,
  items: readonly BlockItem[],
  request: BatchRequest,
): BlockAnswer[] | undefined {
  const blocks = runBlocks(model, items.map((item, place) => ({ ...item, place })), request);
  if (!blocks) return undefined;
  const all = new Array<BlockAnswer>(items.length);
  for (const { items, answers } of blocks) items.forEach(({ place }, i) => all[place] = answers[i]!);
  return all;
}

/** The same one block after the other, the longest sequences first, so that others may have their turn in between. */
export function runBlocks<Item extends BlockItem>(
  model: RecurrentClassifier,
  items: readonly Item[],
  request: BatchRequest,
): Generator<AnsweredBlock<Item>, void> | undefined {
  const network = networkWeights(model);
  if (!network || !blockChoice(model.precision)) return undefined;
  return blocksOf(model, network, { items, request: { epsilon: 0, biasFactor: 0, ...request } });
}

function* blocksOf<Item extends BlockItem>(
  model: RecurrentClassifier,
  network: NetworkWeights,
  { items, request }: { items: readonly Item[]; request: BlockRequest },
): Generator<AnsweredBlock<Item>, void> {
  const sorted = items.toSorted((a, b) => b.steps - a.steps);
  for (const block of cutBlocks(sorted, blockLimits(network))) {
    const rows = block.reduce((sum, { steps }) => sum + steps, 0);
    const engine = engineFor(model, network, { rows, sequences: block.length });
    const job = engine.write(block, { worker: 0, index: 0, request });
    engine.arena.run(job.commands);
    yield { items: block, answers: engine.read(job) };
  }
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
  if (engine.limits.rows <= LONGEST_KEPT) engines.set(model, engine);
  return engine;
}
