import { UnsupportedLayerError } from "../errors.ts";
import { tensor } from "../tensor/mod.ts";
import type { Method } from "./method.ts";

/**
 * Contextual decomposition: splits every state of a recurrent net into the part that one token brings in and the rest, and
 * reads the score of that part. Each token is its own phrase.
 *
 * ```text
 * relevant part of act(a + b + bias) = ½ (act(a + bias) - act(bias) + act(a + b + bias) - act(b + bias))
 * ```
 *
 * a comes from the token, b from all others; products of two parts count for the token if one factor is its own and the
 * other its own or a bias, or if a gate of others lets its state pass no further than the bias would. The output gate
 * multiplies whole.
 *
 * **Shapes** relevance `[T]`, one number per token. **Units** of the score. **Conserves** nothing over tokens; for one
 * token its part and the rest add up to the score without the bias of the output layer. One run over the sequence per
 * token.
 *
 * @throws {UnsupportedLayerError} If the network is not a recurrent net, when it explains.
 *
 * @example A token alone brings in everything
 * ```ts
 * import { contextualDecomposition, explain } from "@relprop/lrp/attribution";
 * import { lstmClassifier } from "@relprop/lrp/recurrent";
 * import { tensor, zeros } from "@relprop/lrp/tensor";
 * import { assertAlmostEquals } from "@std/assert";
 *
 * const model = lstmClassifier({
 *   layers: [{ forward: { inputWeights: tensor([[0], [0], [1], [0]]), recurrentWeights: zeros([4, 1]) } }],
 *   output: { weights: tensor([[1]]) },
 * });
 * const method = contextualDecomposition();
 * const { tokenRelevance, score } = explain(model, { values: tensor([[2]]) }, { method });
 * assertAlmostEquals(tokenRelevance[0]!, score, 1e-15);
 * ```
 *
 * @see Murdoch, Liu, Yu 2018, Beyond Word Importance, https://arxiv.org/abs/1801.05453; for GRUs the same splits, which
 * that paper does not treat
 */
export function contextualDecomposition(): Method {
  return Object.freeze<Method>({
    name: "Contextual decomposition",
    options: Object.freeze({}),
    attribute: ({ pass, target }) => {
      if (!pass.decomposition) {
        throw new UnsupportedLayerError(
          "Cannot use contextual decomposition: the network must be a recurrent net",
          { layer: "network", rule: "contextual decomposition" },
        );
      }
      const relevance = pass.decomposition(target.weights);
      return { relevance: tensor(relevance, [relevance.length]) };
    },
  });
}
