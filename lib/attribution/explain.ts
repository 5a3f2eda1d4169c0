import { LONG_WORK_OPTIONS, type LongWorkOptions } from "../long_work.ts";
import { mapWithProgress } from "../map_with_progress.ts";
import { requireOptions } from "../options.ts";
import type { Attribution } from "./attribution.ts";
import { Network } from "../networks/mod.ts";
import { explainRun } from "./explain_run.ts";
import { explainSingle } from "./explain_single.ts";
import type { NumericArray } from "../tensor/mod.ts";
import type { Explainable, Method } from "./method.ts";
import { networkModel } from "./network_model.ts";
import { requireMethod } from "./require_method.ts";
import { requireModel } from "./require_model.ts";
import type { Target } from "./target.ts";

/** How {@linkcode explain} explains. */
export interface ExplainOptions {
  /** The method, such as `lrp()`. */
  readonly method: Method;
  /** What is explained. Default `"predicted"`. */
  readonly target?: Target;
}

/**
 * Answers why a network gave its score: runs it on the input and shares the score of the target among the inputs.
 *
 * It holds the thread until it is done. {@linkcode explainAll} lets other tasks run and can be stopped, for a list of one too.
 *
 * **Shapes** input `[T, E]` -> relevance `[T, E]` and one number per token, `[T]`.
 *
 * @throws {RangeError} If the target does not exist.
 * @throws {UnknownTokenError} If the vocabulary does not hold a word of the input.
 *
 * @example Which step made the unit say yes
 * ```ts
 * import { explain, lrp } from "@relprop/lrp/attribution";
 * import { lstmClassifier } from "@relprop/lrp/recurrent";
 * import { tensor, zeros } from "@relprop/lrp/tensor";
 * import { assertAlmostEquals, assertEquals } from "@std/assert";
 *
 * const model = lstmClassifier({
 *   layers: [{ forward: { inputWeights: tensor([[0], [0], [1], [0]]), recurrentWeights: zeros([4, 1]) } }],
 *   output: { weights: tensor([[1], [-1]]) },
 *   labels: ["yes", "no"],
 * });
 * const attribution = explain(model, { values: tensor([[0], [2], [0]]) }, { method: lrp({ epsilon: 1e-9 }) });
 * assertEquals(attribution.target.name, "yes");
 * // Only the second step has an input, so it gets the whole score.
 * assertAlmostEquals(attribution.tokenRelevance[1]!, attribution.score, 1e-6);
 * ```
 */
export function explain<Input>(
  model: Explainable<Input>,
  input: Input,
  options: ExplainOptions,
): Attribution;
/**
 * Answers why a network graph gave its score, for one example.
 *
 * **Shapes** input without the axis of the batch, such as `[C, H, W]` or `[T]` -> relevance in the same shape; for numbers
 * of tokens, of their vectors `[T, E]`.
 *
 * @throws {RangeError} If the target does not exist.
 *
 * @example Which pixel
 * ```ts
 * import { explain, lrp } from "@relprop/lrp/attribution";
 * import { dense, relu } from "@relprop/lrp/layers";
 * import { epsilonPlus, sequential } from "@relprop/lrp/networks";
 * import { tensor } from "@relprop/lrp/tensor";
 * import { assertAlmostEquals } from "@std/assert";
 *
 * const network = sequential([dense({ weights: tensor([[1, 2], [0, 1]]) }), relu()]);
 * const { relevance, ledger } = explain(network, tensor([3, 1]), { method: lrp({ composite: epsilonPlus() }), target: 0 });
 * assertAlmostEquals(relevance.get(0), 3, 1e-5); // of the score 1·3 + 2·1 = 5
 * assertAlmostEquals(ledger!.received, 5);
 * ```
 */
export function explain(model: Network, input: NumericArray, options: ExplainOptions): Attribution;
export function explain<Input>(
  model: Explainable<Input> | Network,
  input: Input | NumericArray,
  options: ExplainOptions,
): Attribution {
  requireOptions(options, { action: "explain", known: ["method", "target"], required: ["method"] });
  const { method, target = "predicted" } = options;
  requireMethod(method, "explain");
  const quick = explainSingle(model, input, { method, target });
  if (quick) return quick;
  return explainer(model as Explainable<Input>, input as Input, method)(target);
}

/** How {@linkcode explainTargets} explains. Progress is counted in targets. */
export interface ExplainTargetsOptions extends LongWorkOptions {
  /** The method, such as `lrp()`. */
  readonly method: Method;
  /** What is explained. */
  readonly targets: readonly Target[];
}

/**
 * Explains several targets of one input, which is run forward only once.
 *
 * @returns One attribution per target, in their order.
 * @throws {RangeError} If a target does not exist.
 *
 * @example Both classes
 * ```ts
 * import { explainTargets, gradientTimesInput } from "@relprop/lrp/attribution";
 * import { lstmClassifier } from "@relprop/lrp/recurrent";
 * import { tensor, zeros } from "@relprop/lrp/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * const model = lstmClassifier({
 *   layers: [{ forward: { inputWeights: tensor([[0], [0], [1], [0]]), recurrentWeights: zeros([4, 1]) } }],
 *   output: { weights: tensor([[1], [-1]]) },
 * });
 * const input = { values: tensor([[2]]) };
 * const [first, second] = await explainTargets(model, input, { method: gradientTimesInput(), targets: [0, 1] });
 * assertEquals(first!.tokenRelevance[0], -second!.tokenRelevance[0]!);
 * ```
 */
export function explainTargets<Input>(
  model: Explainable<Input>,
  input: Input,
  options: ExplainTargetsOptions,
): Promise<Attribution[]>;
/** Explains several targets of one example of a network graph, which is run forward only once. */
export function explainTargets(
  model: Network,
  input: NumericArray,
  options: ExplainTargetsOptions,
): Promise<Attribution[]>;
export async function explainTargets<Input>(
  model: Explainable<Input> | Network,
  input: Input | NumericArray,
  options: ExplainTargetsOptions,
): Promise<Attribution[]> {
  const required = ["method", "targets"];
  requireOptions(options, {
    action: "explain targets",
    known: [...required, ...LONG_WORK_OPTIONS],
    required,
  });
  const { method, targets } = options;
  requireMethod(method, "explain targets");
  let answer: ((target: Target) => Attribution) | undefined;
  return await mapWithProgress(
    targets,
    (target) => (answer ??= explainer(model, input, method))(target),
    options,
  );
}

/** Runs a network forward once, to explain any target of that run. */
function explainer<Input>(
  given: Explainable<Input> | Network,
  input: Input | NumericArray,
  method: Method,
): (target: Target) => Attribution {
  const model = (given instanceof Network ? networkModel(given) : given) as Explainable<unknown>;
  requireModel(model, "explain");
  const encoded = model.encode(input);
  const run = { input: encoded, pass: model.forward(encoded) };
  return (target) => explainRun(model, run, { method, target });
}
