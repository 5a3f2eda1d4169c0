import type { LayerFamily } from "../layers/mod.ts";
import { defineRule, type Rule, type RuleContext } from "./rule.ts";

const EVERY_FAMILY: readonly LayerFamily[] = [
  "linear",
  "normalization",
  "rotation",
  "maxPooling",
  "activation",
  "routing",
  "product",
  "matmul",
  "softmax",
  "lookup",
  "recurrent",
];

/**
 * The plain gradient: what a network without rules would send back.
 *
 * ```text
 * R_i = Σ_j ∂y_j/∂a_i · R_j
 * ```
 *
 * **Defined on** every layer but constants, in which relevance ends. Does not conserve, except where values are only moved; the ledger books the difference.
 *
 * @example A ReLU is open where its input is positive
 * ```ts
 * import { relu } from "@relprop/lrp/layers";
 * import { gradientRule, propagate } from "@relprop/lrp/rules";
 * import { tensor } from "@relprop/lrp/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * const point = { inputs: [tensor([[-1, 2]])], relevance: tensor([[3, -4]]) };
 * assertEquals([...propagate(relu(), gradientRule(), point).inputs[0].data], [0, -4]);
 * ```
 */
export function gradientRule(): Rule {
  return defineRule({
    name: "gradient",
    options: {},
    families: EVERY_FAMILY,
    accounts: false,
    propagate: <T>({ pullback, relevance }: RuleContext<T>) => ({ inputs: pullback(relevance) }),
  });
}

/**
 * Guided backpropagation: the gradient through an activation, where it is positive.
 *
 * **Defined on** activations.
 *
 * ```text
 * R_i = f′(a_i) · max(R_j, 0)
 * ```
 *
 * @example Both the input and the relevance must be positive
 * ```ts
 * import { relu } from "@relprop/lrp/layers";
 * import { guidedRule, propagate } from "@relprop/lrp/rules";
 * import { tensor } from "@relprop/lrp/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * const point = { inputs: [tensor([[-1, 2, 1]])], relevance: tensor([[3, 4, -5]]) };
 * assertEquals([...propagate(relu(), guidedRule(), point).inputs[0].data], [0, 4, 0]);
 * ```
 *
 * @see Springenberg et al. 2015, https://arxiv.org/abs/1412.6806
 */
export function guidedRule(): Rule {
  return defineRule({
    name: "guided backpropagation",
    options: {},
    families: ["activation"],
    accounts: false,
    propagate: <T>({ ops, pullback, relevance }: RuleContext<T>) => ({
      inputs: pullback(ops.maximum(relevance, 0)),
    }),
  });
}

/**
 * Deconvnet: the positive part, whatever the input of the activation was.
 *
 * **Defined on** activations.
 *
 * ```text
 * R_i = max(R_j, 0)
 * ```
 *
 * @example The input does not matter
 * ```ts
 * import { relu } from "@relprop/lrp/layers";
 * import { deconvnetRule, propagate } from "@relprop/lrp/rules";
 * import { tensor } from "@relprop/lrp/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * const point = { inputs: [tensor([[-1, 2]])], relevance: tensor([[3, -4]]) };
 * assertEquals([...propagate(relu(), deconvnetRule(), point).inputs[0].data], [3, 0]);
 * ```
 *
 * @see Zeiler and Fergus 2014, https://doi.org/10.1007/978-3-319-10590-1_53
 */
export function deconvnetRule(): Rule {
  return defineRule({
    name: "deconvnet",
    options: {},
    families: ["activation"],
    accounts: false,
    propagate: <T>({ ops, relevance }: RuleContext<T>) => ({ inputs: [ops.maximum(relevance, 0)] }),
  });
}
