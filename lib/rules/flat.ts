import { type LinearRuleOptions, type SharingOptions, stabilizerFor } from "./epsilon.ts";
import { shareByGroups } from "./groups.ts";
import { defineRule, type Rule, type RuleContext } from "./rule.ts";
import { requireRuleOptions, SHARING, STABILIZED } from "./rule_options.ts";
import { shareRest } from "./share_rest.ts";
import { onesLike } from "./signs.ts";

/**
 * The flat rule: equal shares for all connected inputs, whatever the input and the weights.
 *
 * ```text
 * R_i = Σ_j c_ij / Σ_i c_ij · R_j          c_ij = 1 where i and j are connected
 * ```
 *
 * A window of a convolution shares over the positions that lie inside the input.
 *
 * **Defined on** layers with weights; meant for the first layer. The bias never takes part.
 * **Conserves** up to the stabilizer.
 *
 * @example Equal shares
 * ```ts
 * import { dense } from "@relprop/lrp/layers";
 * import { flatRule, propagate } from "@relprop/lrp/rules";
 * import { tensor } from "@relprop/lrp/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * const layer = dense({ weights: tensor([[3, -7]]) });
 * const point = { inputs: [tensor([[1, 2]])], relevance: tensor([[4]]) };
 * assertEquals([...propagate(layer, flatRule({ stabilizer: 0 }), point).inputs[0].data], [2, 2]);
 * ```
 *
 * @see Lapuschkin et al. 2017, https://doi.org/10.1109/ICCVW.2017.191
 */
export function flatRule(options: Omit<LinearRuleOptions, "bias"> = {}): Rule {
  requireRuleOptions("a flat", options, { choices: STABILIZED });
  const guard = stabilizerFor(options);
  return defineRule({
    name: "flat",
    options: { stabilizer: guard },
    families: ["linear"],
    accounts: true,
    propagate: <T>(context: RuleContext<T>) =>
      shareByGroups(
        context,
        [{
          terms: [{ input: onesLike(context.ops, context.input), weights: "ones" }],
          bias: false,
          oneSign: true,
        }],
        guard,
      ),
  });
}

/**
 * The w² rule: shares by squared weights, whatever the input.
 *
 * ```text
 * R_i = Σ_j w_ij² / (Σ_i w_ij² + b_j²) · R_j
 * ```
 *
 * **Defined on** layers with weights; meant for a first layer with unbounded real inputs.
 * **Conserves** up to bias and stabilizer, which `biasFactor: 1` sends down as {@linkcode epsilonRule} does.
 *
 * @param options.bias `"keep"` (default) keeps the squared bias in the denominator, `"ignore"` leaves it out.
 *
 * @example Weights 1 and 3
 * ```ts
 * import { dense } from "@relprop/lrp/layers";
 * import { propagate, wSquareRule } from "@relprop/lrp/rules";
 * import { tensor } from "@relprop/lrp/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * const layer = dense({ weights: tensor([[1, 3]]) });
 * const point = { inputs: [tensor([[5, 5]])], relevance: tensor([[10]]) };
 * assertEquals([...propagate(layer, wSquareRule({ stabilizer: 0 }), point).inputs[0].data], [1, 9]);
 * ```
 *
 * @see Montavon et al. 2017, https://doi.org/10.1016/j.patcog.2016.11.008
 */
export function wSquareRule(options: SharingOptions = {}): Rule {
  requireRuleOptions("a w-square", options, { choices: SHARING });
  const guard = stabilizerFor(options);
  const { bias = "keep", biasFactor = 0 } = options;
  return defineRule({
    name: "w-square",
    options: { bias, biasFactor, stabilizer: guard },
    families: ["linear"],
    accounts: true,
    propagate: <T>(context: RuleContext<T>) => {
      const { ops } = context;
      const square = (x: T): T => ops.multiply(x, x);
      const groups = [{
        terms: [{ input: onesLike(ops, context.input), weights: square }],
        bias: bias === "ignore" ? false as const : square,
        oneSign: true,
      }];
      return shareRest("w-square", context, shareByGroups(context, groups, guard), biasFactor);
    },
  });
}
