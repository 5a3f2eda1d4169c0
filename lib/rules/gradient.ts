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
 * **Defined on** every layer. Does not conserve, except where values are only moved; the ledger books the difference.
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
