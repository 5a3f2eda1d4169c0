import { tensor } from "../tensor/mod.ts";
import { batchedMethod } from "./batched_method.ts";
import type { Method, MethodResult } from "./method.ts";

/**
 * Sensitivity analysis: the squared gradient of the score, which over the components of a token adds up to the squared
 * norm of its gradient. It says how much a token could change the score, not how much it contributed.
 *
 * ```text
 * R_i = (∂ score / ∂ x_i)²
 * ```
 *
 * **Shapes** relevance `[T, E]`, never negative. **Units** of score² / input². **Conserves** nothing.
 *
 * @example A score twice the input has the squared gradient 4 · (derivative of the cell)²
 * ```ts
 * import { explain, sensitivity } from "@relprop/lrp/attribution";
 * import { lstmClassifier } from "@relprop/lrp/recurrent";
 * import { tensor, zeros } from "@relprop/lrp/tensor";
 * import { assertAlmostEquals } from "@std/assert";
 *
 * const model = lstmClassifier({
 *   layers: [{ forward: { inputWeights: tensor([[0], [0], [1], [0]]), recurrentWeights: zeros([4, 1]) } }],
 *   output: { weights: tensor([[2]]) },
 * });
 * // score = 2 · tanh(tanh(x)/2)/2, whose derivative at 0 is 2 · 1/2 · 1/2 = 1/2
 * const { tokenRelevance } = explain(model, { values: tensor([[0]]) }, { method: sensitivity() });
 * assertAlmostEquals(tokenRelevance[0]!, 0.25, 1e-15);
 * ```
 */
export function sensitivity(): Method {
  return batchedMethod({
    name: "Sensitivity",
    options: {},
    kernels: { send: "gradient" },
    attributeAll({ pass, targets }): MethodResult[] {
      return pass.gradients(targets.map(({ weights }) => weights))
        .map(({ values: { data, shape } }) => ({ relevance: tensor(data.map((g) => g * g), shape) }));
    },
  });
}
