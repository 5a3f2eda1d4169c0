import { Network } from "../networks/mod.ts";
import { requireOptions } from "../options.ts";
import { RecurrentClassifier, type SequenceInput } from "../recurrent/mod.ts";
import { WorkerPool } from "../recurrent/worker_pool.ts";
import type { ExplainOptions } from "./explain.ts";
import { explainBlocks } from "./explain_blocks.ts";
import { explainEach } from "./explain_each.ts";
import type { Explained } from "./explain_one.ts";
import { rowsOf } from "./gradient_pass.ts";
import type { Explainable } from "./method.ts";
import { type NetworkExample, networkModel } from "./network_model.ts";
import { contiguous, type NumericArray, tensor } from "../tensor/mod.ts";
import { isNdArray } from "../tensor/is_nd_array.ts";
import { ofTokens } from "./of_tokens.ts";
import { requireMethod } from "./require_method.ts";
import { requireModel } from "./require_model.ts";

const DETAILS = ["tokens", "inputs", "directions"];

/** How {@linkcode explainAll} explains. */
export interface ExplainAllOptions extends ExplainOptions {
  /** Threads that work on it, this one included, or a pool of them. Default 1. */
  readonly workers?: number | WorkerPool;
  /**
   * What LRP of recurrent nets answers: relevance of tokens alone, `[T]`, which is fastest; of every input component,
   * `[T, E]`; or for a net that reads both ways also its two directions apart. That of tokens alone is a difference of
   * sums that hold the bias: in float32 it loses digits where inputs are very small beside it. Default `"inputs"`.
   */
  readonly detail?: "tokens" | "inputs" | "directions";
  /** Is told how many inputs have been answered, after each answer, and of how many if they come in a list or a batch. */
  readonly onProgress?: (done: number, total?: number) => void | Promise<void>;
  /** Stops it at any time. */
  readonly signal?: AbortSignal;
}

/**
 * Explains many inputs and answers in their order, each as soon as it and those before it are done.
 *
 * LRP of recurrent nets runs in blocks of similar length on all workers. The numbers are the same whatever their number.
 * A few thousand tokens are read ahead and held at a time, so that inputs may be endless. On a network graph, gradients,
 * occlusion and what is made of them run examples of one shape side by side, as many as fit into 8 MiB of values, where the
 * network treats each row of a batch by itself. An input that cannot be explained is answered with its error, and the rest
 * goes on.
 *
 * An iterator that is left lying keeps its threads, or the pool it was given: go through to the end, leave the loop, or
 * call its `return()`.
 *
 * @throws {RangeError} If `workers` is neither a positive integer nor a pool, `detail` is unknown, or the target does not
 * exist.
 * @throws {TypeError} If an option is unknown, there is no method, or the inputs are no list, stream or batch.
 * @throws What the source of the inputs or `onProgress` throws.
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
export function explainAll<Input>(
  model: Explainable<Input>,
  inputs: Iterable<Input> | AsyncIterable<Input>,
  options: ExplainAllOptions,
): AsyncGenerator<Explained>;
/**
 * Explains many examples of a network graph.
 *
 * **Shapes** examples without the axis of the batch, one by one or as rows of one array `[N, …]`.
 *
 * @example Three rows of a batch
 * ```ts
 * import { explainAll, gradientTimesInput } from "@relprop/lrp/attribution";
 * import { dense } from "@relprop/lrp/layers";
 * import { sequential } from "@relprop/lrp/networks";
 * import { tensor } from "@relprop/lrp/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * const network = sequential([dense({ weights: tensor([[3, -2]]) })]);
 * const batch = tensor([[1, 0], [0, 1], [2, 2]]);
 * const answers = await Array.fromAsync(explainAll(network, batch, { method: gradientTimesInput() }));
 * assertEquals(answers.map(({ attribution }) => [...attribution!.relevance.data]), [[3, 0], [0, -2], [6, -4]]);
 * ```
 */
export function explainAll(
  model: Network | Explainable<NetworkExample>,
  inputs: NumericArray | Iterable<NumericArray> | AsyncIterable<NumericArray>,
  options: ExplainAllOptions,
): AsyncGenerator<Explained>;
export async function* explainAll<Input>(
  given: Explainable<Input> | Network,
  examples: NumericArray | Iterable<Input> | AsyncIterable<Input>,
  options: ExplainAllOptions,
): AsyncGenerator<Explained> {
  const action = "explain all inputs";
  const known = ["method", "target", "workers", "detail", "onProgress", "signal"];
  requireOptions(options, { action, known, required: ["method"] });
  const { workers = 1, detail = "inputs", signal, onProgress } = options;
  requireMethod(options.method, action);
  if (!(workers instanceof WorkerPool || Number.isInteger(workers) && workers >= 1)) {
    throw new RangeError(`Cannot ${action}: workers must be a positive integer or a pool, got ${workers}`);
  }
  if (!DETAILS.includes(detail)) {
    throw new RangeError(
      `Cannot ${action}: detail must be one of ${DETAILS.join(", ")}, got ${JSON.stringify(detail)}`,
    );
  }
  signal?.throwIfAborted();
  const model = (given instanceof Network ? networkModel(given) : given) as Explainable<Input>;
  requireModel(model, action);
  const inputs = isNdArray(examples)
    ? rowsOf(tensor(contiguous(examples), examples.shape)) as Iterable<Input>
    : examples;
  // A text would be taken for its letters.
  if (Object(inputs) !== inputs || !(Symbol.iterator in inputs || Symbol.asyncIterator in inputs)) {
    throw new TypeError(
      `Cannot ${action}: they must come in a list, a stream or a batch, got ${
        inputs === null ? "null" : typeof inputs
      }`,
    );
  }
  const answers = model instanceof RecurrentClassifier
    ? explainBlocks(model, inputs as Iterable<SequenceInput> | AsyncIterable<SequenceInput>, options)
    : undefined;
  let done = 0;
  const total = Array.isArray(inputs) ? inputs.length : isNdArray(examples) ? examples.shape[0] : undefined;
  const whole = detail === "tokens" && model instanceof RecurrentClassifier &&
    options.method.kernels?.send === "relevance";
  for await (const answer of answers ?? explainEach(model, inputs, options)) {
    yield whole && !answers ? ofTokens(answer) : answer;
    await onProgress?.(++done, total);
    signal?.throwIfAborted();
  }
}
