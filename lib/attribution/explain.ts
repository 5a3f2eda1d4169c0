import { Attribution } from "./attribution.ts";
import type { Explainable, Method } from "./method.ts";
import { resolveTarget, type Target } from "./target.ts";

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
  { method, target = "predicted" }: ExplainOptions,
): Attribution {
  return explainTargets(model, input, { method, targets: [target] })[0]!;
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
 * const [first, second] = explainTargets(model, input, { method: gradientTimesInput(), targets: [0, 1] });
 * assertEquals(first!.tokenRelevance[0], -second!.tokenRelevance[0]!);
 * ```
 */
export function explainTargets<Input>(
  model: Explainable<Input>,
  input: Input,
  { method, targets }: { readonly method: Method; readonly targets: readonly Target[] },
): Attribution[] {
  const encoded = model.encode(input);
  const pass = model.forward(encoded);
  const context = {
    input: encoded,
    pass,
    forward: (other: typeof encoded) => model.forward(other),
  };
  return targets.map((asked) => {
    const target = resolveTarget(asked, pass.scores, model.labels);
    return new Attribution({
      ...method.attribute({ ...context, target }),
      tokens: encoded.tokens,
      scores: pass.scores,
      labels: model.labels,
      target,
      method: { name: method.name, options: method.options },
    });
  });
}
