import { requireOptions } from "../options.ts";
import { contiguous, type Tensor, tensor, zeros } from "../tensor/mod.ts";
import { batchedMethod } from "./batched_method.ts";
import type { BatchSteps, Method, Point } from "./method.ts";
import { weighted } from "./target.ts";

/** The parameters of {@linkcode occlusion}. */
export interface OcclusionOptions {
  /** What is compared: the scores (default), or the probabilities of the softmax over them. */
  readonly of?: "score" | "probability";
}

/**
 * Occlusion: what the target loses when a token is taken away, its vector set to zero.
 *
 * ```text
 * R_t = f(x) - f(x with x_t = 0)        f the score of the target, or its softmax probability
 * ```
 *
 * **Shapes** relevance `[T]`, one number per token. **Units** of the score, or a probability. **Conserves** nothing. One
 * forward run per token.
 *
 * @throws {RangeError} If `of` is neither `"score"` nor `"probability"`.
 *
 * @example The only input loses the whole score
 * ```ts
 * import { explain, occlusion } from "@relprop/lrp/attribution";
 * import { lstmClassifier } from "@relprop/lrp/recurrent";
 * import { tensor, zeros } from "@relprop/lrp/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * const model = lstmClassifier({
 *   layers: [{ forward: { inputWeights: tensor([[0], [0], [1], [0]]), recurrentWeights: zeros([4, 1]) } }],
 *   output: { weights: tensor([[1]]) },
 * });
 * const { tokenRelevance, score } = explain(model, { values: tensor([[0], [2]]) }, { method: occlusion() });
 * assertEquals([...tokenRelevance], [0, score]);
 * ```
 */
export function occlusion(options: OcclusionOptions = {}): Method {
  requireOptions(options, { action: "use occlusion", known: ["of"] });
  const { of = "score" } = options;
  if (of !== "score" && of !== "probability") {
    throw new RangeError(
      `Cannot use occlusion: of must be "score" or "probability", got ${JSON.stringify(of)}`,
    );
  }
  const read = of === "score" ? (scores: Float64Array): Float64Array => scores : softmax;
  return batchedMethod({
    name: of === "score" ? "Occlusion" : "Occlusion (probability)",
    options: { of },
    *attributeAll({ inputs, pass, targets, scoresAt }): BatchSteps {
      const value = (scores: Float64Array, example: number): number =>
        weighted(read(scores), targets[example]!);
      const whole = pass.scores.map(value);
      const steps = inputs[0]!.values.shape[0]!;
      const results = inputs.map(() => ({ relevance: zeros([steps]) }));
      function* shortened(): Generator<Point & { readonly step: number }> {
        for (const [example, { values }] of inputs.entries()) {
          for (let step = 0; step < steps; step++) {
            yield { example, step, values: withoutStep(values, step) };
          }
        }
      }
      yield* scoresAt(shortened(), (scores, { example, step }) => {
        results[example]!.relevance.data[step] = whole[example]! - value(scores, example);
      });
      return results;
    },
  });
}

function withoutStep(values: Tensor, step: number): Tensor {
  const flat = contiguous(values).slice();
  const size = flat.length / values.shape[0]!;
  flat.fill(0, step * size, (step + 1) * size);
  return tensor(flat, values.shape);
}

function softmax(scores: Float64Array): Float64Array {
  const highest = Math.max(...scores);
  const powers = scores.map((score) => Math.exp(score - highest));
  const total = powers.reduce((sum, power) => sum + power, 0);
  return powers.map((power) => power / total);
}
