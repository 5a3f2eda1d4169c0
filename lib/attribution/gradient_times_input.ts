import { contiguous, type Tensor, tensor } from "../tensor/mod.ts";
import { batchedMethod } from "./batched_method.ts";
import type { Method, MethodResult } from "./method.ts";

/**
 * Gradient x input: the first-order part of what each input component contributes.
 *
 * ```text
 * R_i = x_i · ∂ score / ∂ x_i
 * ```
 *
 * **Shapes** relevance `[T, E]`. **Units** of the score. **Conserves** the score only where the network is linear without
 * biases.
 *
 * @example Twice the contribution for twice the weight
 * ```ts
 * import { explain, gradientTimesInput } from "@relprop/lrp/attribution";
 * import { lstmClassifier } from "@relprop/lrp/recurrent";
 * import { tensor, zeros } from "@relprop/lrp/tensor";
 * import { assertAlmostEquals } from "@std/assert";
 *
 * const inputWeights = tensor([[0, 0], [0, 0], [1, 2], [0, 0]]);
 * const model = lstmClassifier({
 *   layers: [{ forward: { inputWeights, recurrentWeights: zeros([4, 1]) } }],
 *   output: { weights: tensor([[1]]) },
 * });
 * const { relevance } = explain(model, { values: tensor([[1, 1]]) }, { method: gradientTimesInput() });
 * assertAlmostEquals(relevance.get(0, 1), 2 * relevance.get(0, 0), 1e-15);
 * ```
 */
export function gradientTimesInput(): Method {
  return batchedMethod({
    name: "Gradient x input",
    options: {},
    kernels: { send: "gradient" },
    attributeAll({ inputs, pass, targets }): MethodResult[] {
      return pass.gradients(targets.map(({ weights }) => weights)).map(({ values, directions }, n) => {
        const x = contiguous(inputs[n]!.values);
        const timesInput = ({ data, shape }: Tensor): Tensor => tensor(data.map((g, i) => g * x[i]!), shape);
        return {
          relevance: timesInput(values),
          ...(directions && {
            directions: {
              forward: timesInput(directions.forward),
              reverse: timesInput(directions.reverse),
            },
          }),
        };
      });
    },
  });
}
