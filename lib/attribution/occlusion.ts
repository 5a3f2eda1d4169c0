import { requireOptions } from "../options.ts";
import { contiguous, tensor, zeros } from "../tensor/mod.ts";
import type { EncodedInput, Method } from "./method.ts";

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
  return Object.freeze<Method>({
    name: of === "score" ? "Occlusion" : "Occlusion (probability)",
    options: Object.freeze({ of }),
    attribute: ({ input, pass, target, forward }) => {
      const value = (scores: Float64Array): number =>
        read(scores).reduce((sum, score, k) => sum + score * target.weights[k]!, 0);
      const whole = value(pass.scores);
      const relevance = zeros([input.values.shape[0]!]);
      for (let t = 0; t < relevance.data.length; t++) {
        relevance.data[t] = whole - value(forward(withoutStep(input, t)).scores);
      }
      return { relevance };
    },
  });
}

function withoutStep(input: EncodedInput, step: number): EncodedInput {
  const { values } = input;
  const flat = contiguous(values).slice();
  const size = flat.length / values.shape[0]!;
  flat.fill(0, step * size, (step + 1) * size);
  return { ...input, values: tensor(flat, values.shape) };
}

function softmax(scores: Float64Array): Float64Array {
  const highest = Math.max(...scores);
  const powers = scores.map((score) => Math.exp(score - highest));
  const total = powers.reduce((sum, power) => sum + power, 0);
  return powers.map((power) => power / total);
}
