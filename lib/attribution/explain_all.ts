import { requireOptions } from "../options.ts";
import { RecurrentClassifier, type SequenceInput } from "../recurrent/mod.ts";
import type { ExplainOptions } from "./explain.ts";
import { explainBlocks } from "./explain_blocks.ts";
import { type Explained, explainOne } from "./explain_one.ts";
import type { Explainable } from "./method.ts";
import { requireMethod } from "./require_method.ts";

/** How {@linkcode explainAll} explains. */
export interface ExplainAllOptions extends ExplainOptions {
  /** Threads that work on it, this one included. Default 1. */
  readonly workers?: number;
  /** Whether attributions of a net that reads both ways keep its two directions apart. Default `false`. */
  readonly directions?: boolean;
  /** Is told how many inputs have been answered, after each answer. */
  readonly onProgress?: (progress: { readonly done: number }) => void;
  /** Stops it at any time. */
  readonly signal?: AbortSignal;
}

/**
 * Explains many inputs and answers in their order, each as soon as it and those before it are done.
 *
 * LRP of recurrent nets runs in blocks of similar length on all workers. The numbers are the same whatever their number.
 * A few thousand tokens are read ahead and held at a time, so that inputs may be endless. An input that cannot be
 * explained is answered with its error, and the rest goes on.
 *
 * @throws {RangeError} If `workers` is not a positive integer.
 * @throws The reason of the signal, when it is aborted.
 *
 * @example Two inputs, one of them bad
 * ```ts
 * import { explainAll, lrp } from "@relprop/lrp/attribution";
 * import { lstmClassifier } from "@relprop/lrp/recurrent";
 * import { tensor, zeros } from "@relprop/lrp/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * const model = lstmClassifier({
 *   layers: [{ forward: { inputWeights: tensor([[0], [0], [1], [0]]), recurrentWeights: zeros([4, 1]) } }],
 *   output: { weights: tensor([[1], [-1]]) },
 *   embeddings: tensor([[0], [2]]),
 *   vocabulary: ["the", "end"],
 * });
 * const told: string[] = [];
 * for await (const { attribution, error } of explainAll(model, ["the end", "my end"], { method: lrp() })) {
 *   told.push(error ? error.message : attribution.target.name);
 * }
 * assertEquals(told, ["0", "Cannot read the input: every word must be in the vocabulary of 2, got \"my\""]);
 * ```
 */
export async function* explainAll<Input>(
  model: Explainable<Input>,
  inputs: Iterable<Input> | AsyncIterable<Input>,
  options: ExplainAllOptions,
): AsyncGenerator<Explained> {
  const known = ["method", "target", "workers", "directions", "onProgress", "signal"];
  requireOptions(options, { action: "explain all inputs", known, required: ["method"] });
  const { workers = 1, signal, onProgress } = options;
  requireMethod(options.method, "explain all inputs");
  if (!Number.isInteger(workers) || workers < 1) {
    throw new RangeError(`Cannot explain all inputs: workers must be a positive integer, got ${workers}`);
  }
  signal?.throwIfAborted();
  const answers = model instanceof RecurrentClassifier
    ? explainBlocks(model, inputs as Iterable<SequenceInput> | AsyncIterable<SequenceInput>, options)
    : undefined;
  let done = 0;
  for await (const answer of answers ?? explainEach(model, inputs, options)) {
    yield answer;
    onProgress?.({ done: ++done });
    signal?.throwIfAborted();
  }
}

/** One after the other, for methods and networks that have no kernels for many inputs. */
async function* explainEach<Input>(
  model: Explainable<Input>,
  inputs: Iterable<Input> | AsyncIterable<Input>,
  options: ExplainOptions,
): AsyncGenerator<Explained> {
  let index = 0;
  for await (const input of inputs) {
    yield explainOne(model, input, { index: index++, options });
  }
}
