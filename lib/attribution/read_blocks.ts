import type { BlockItem, BlockLimits } from "../kernels/mod.ts";
import { cutBlocks } from "../recurrent/cut_blocks.ts";
import type { RecurrentClassifier, Sequence, SequenceInput } from "../recurrent/mod.ts";
import { contiguous } from "../tensor/mod.ts";
import { asError } from "./as_error.ts";
import type { Explained } from "./explain_one.ts";
import { isReady } from "./is_ready.ts";

/** One input on its way through the block kernels. */
export interface BlockSequence extends BlockItem {
  /** Its place among all inputs. */
  readonly index: number;
  /** The input as it was read. */
  readonly sequence: Sequence;
}

/** What {@linkcode readBlocks} needs to know. */
export interface BlockReaderOptions {
  readonly model: RecurrentClassifier;
  readonly limits: BlockLimits;
  /** Threads among which the blocks are shared. */
  readonly workers: number;
  readonly target: Pick<BlockItem, "choice" | "factors">;
  /** Is given the error of each input that cannot be read. */
  readonly reject: (answer: Explained) => void;
  /** Waits until no more than so many inputs before `index` are unanswered. */
  readonly room: (index: number) => Promise<void>;
}

/** What a source gives. */
type Given = IteratorResult<SequenceInput>;

/** Inputs, and tokens, that are read ahead and sorted by length. */
const INPUTS_AHEAD = 1024, TOKENS_AHEAD = 2 ** 16;

/**
 * Reads inputs ahead and cuts them into blocks of similar length. An input that comes late does not hold up those
 * before it. A block without sequences says that inputs were rejected.
 */
export async function* readBlocks(
  inputs: Iterable<SequenceInput> | AsyncIterable<SequenceInput>,
  { model, limits, workers, target, reject, room }: BlockReaderOptions,
): AsyncGenerator<readonly BlockSequence[]> {
  const source = Symbol.asyncIterator in inputs ? inputs[Symbol.asyncIterator]() : inputs[Symbol.iterator]();
  let pending: Given | Promise<Given> | undefined, index = 0, ended = false;
  // A source that fails is not asked to end: it has.
  const fail = (error: unknown): never => {
    ended = true;
    throw error;
  };
  const ask = (): Given | Promise<Given> => {
    try {
      const given = source.next();
      return isPromiseLike(given) ? Promise.resolve(given).catch(fail) : given;
    } catch (error) {
      return fail(error);
    }
  };
  try {
    while (!ended) {
      const window: BlockSequence[] = [];
      let tokens = 0, rejected = false;
      while (window.length < INPUTS_AHEAD && tokens < TOKENS_AHEAD) {
        pending ??= ask();
        if (pending instanceof Promise && window.length > 0 && !await isReady(pending)) break;
        // Inputs that are there already are not waited for, not even for a turn of the event loop.
        const { done, value } = pending instanceof Promise ? await pending : pending;
        pending = undefined;
        if (done) {
          ended = true;
          break;
        }
        try {
          const read = blockSequence(model.read(value), { target, index, model });
          window.push(read);
          tokens += read.steps;
        } catch (error) {
          reject({ index, error: asError(error) });
          rejected = true;
        }
        index++;
        if (rejected) break;
      }
      if (rejected) yield [];
      for (const block of shareBlocks(window, limits, workers)) {
        await room(index);
        yield block;
      }
    }
  } finally {
    if (!ended) await source.return?.();
  }
}

function isPromiseLike(given: Given | Promise<Given>): given is Promise<Given> {
  return typeof (given as Partial<Promise<Given>>).then === "function";
}

/** An encoded input as the kernels take it: by ids if they have the vectors of all ids. */
export function blockSequence(
  sequence: Sequence,
  { model, target, index }: {
    model: RecurrentClassifier;
    target: Pick<BlockSequence, "choice" | "factors">;
    index: number;
  },
): BlockSequence {
  const { ids } = sequence, item = { index, sequence, ...target };
  if (ids && model.embeddingRows().length > 0) return { ...item, ids, steps: ids.length };
  return { ...item, values: contiguous(sequence.values), steps: sequence.values.shape[0]! };
}

/**
 * With fewer blocks per thread than this, they are made smaller so that no thread waits long for another; but not below
 * this part of what a block may hold: it would take longer to hand over than to run.
 */
const FEW = 4, SMALLEST = 1 / 8;

/** Blocks of similar length, the longest sequences first. */
function shareBlocks(
  window: readonly BlockSequence[],
  { rows, sequences }: BlockLimits,
  workers: number,
): Iterable<readonly BlockSequence[]> {
  const total = window.reduce((sum, { steps }) => sum + steps, 0);
  const each = Math.max(total / rows, window.length / sequences) / workers;
  const shared = workers > 1 && each < FEW
    ? Math.max(SMALLEST * rows, Math.ceil(total / (workers * Math.ceil(each))))
    : rows;
  return cutBlocks(window.toSorted((a, b) => b.steps - a.steps), { rows: shared, sequences });
}
