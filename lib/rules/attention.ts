import { shareByGroups } from "./groups.ts";
import { type LinearRuleOptions, stabilizerFor } from "./epsilon.ts";
import { defineRule, type Rule, type RuleContext } from "./rule.ts";
import { LINEAR, requireRuleOptions, STABILIZED } from "./rule_options.ts";
import { stableRatio } from "./stabilizer.ts";

/**
 * AttnLRP for a softmax: a first-order Taylor expansion at the input.
 *
 * ```text
 * R_i = x_i (R_i - s_i Σ_k R_k)          x after scaling, s = softmax(x)
 * ```
 *
 * **Defined on** softmax. Does not conserve: the constant term of the expansion keeps the rest, which the ledger books
 * on the rule. A masked entry gets 0.
 *
 * @example Probabilities 1/4 and 3/4
 * ```ts
 * import { softmax } from "@relprop/lrp/layers";
 * import { propagate, softmaxRule } from "@relprop/lrp/rules";
 * import { tensor } from "@relprop/lrp/tensor";
 * import { assertAlmostEquals } from "@std/assert";
 *
 * const point = { inputs: [tensor([[0, Math.log(3)]])], relevance: tensor([[0, 4]]) };
 * const { inputs } = propagate(softmax(), softmaxRule(), point);
 * assertAlmostEquals(inputs[0].get(0, 1), Math.log(3)); // ln 3 · (4 - 3/4 · 4)
 * ```
 *
 * @see Achtibat et al. 2024, https://proceedings.mlr.press/v235/achtibat24a.html
 */
export function softmaxRule(): Rule {
  return defineRule({
    name: "softmax taylor",
    options: {},
    families: ["softmax"],
    accounts: false,
    propagate: <T>(context: RuleContext<T>) => {
      const { ops, inputs, output, relevance, definition } = context;
      const { axis, scale } = definition.settings as { axis: number; scale: number };
      const total = ops.sum(relevance, [axis]);
      const slope = ops.subtract(relevance, ops.multiply(output, total));
      const taylor = ops.multiply(ops.multiply(inputs[0], scale), slope);
      // Masked entries are not part of the function, whatever stands in the input.
      const first = ops.where(ops.equal(output, 0), 0, taylor);
      return { inputs: inputs.map((input, i) => i === 0 ? first : ops.multiply(input, 0)) };
    },
  });
}

/**
 * The relevance of a matrix product of two signals.
 *
 * ```text
 * half    R_A = A · ((R / (2 O + ε)) Bᵀ)     R_B = B · (Aᵀ (R / (2 O + ε)))        O = A B
 * right   R_A = 0                            R_B = B · (Aᵀ (R / (O + ε)))
 * left    the other way round
 * ```
 *
 * `half` is AttnLRP. `right` on attention weights times values is CP-LRP, which holds the attention constant.
 *
 * **Defined on** matrix products of two signals. **Conserves** up to the stabilizer.
 *
 * @param options.share Who gets relevance. Default `"half"`.
 *
 * @example Half for each side
 * ```ts
 * import { matmul } from "@relprop/lrp/layers";
 * import { matmulRule, propagate } from "@relprop/lrp/rules";
 * import { tensor } from "@relprop/lrp/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * const point = { inputs: [tensor([[1, 2]]), tensor([[3], [4]])], relevance: tensor([[22]]) };
 * const { inputs } = propagate(matmul(), matmulRule({ stabilizer: 0 }), point);
 * assertEquals(inputs.map((part) => [...part.data]), [[3, 8], [3, 8]]); // of 3 + 8 = 11, twice
 * ```
 *
 * @see Achtibat et al. 2024, https://proceedings.mlr.press/v235/achtibat24a.html
 * @see Ali et al. 2022, https://proceedings.mlr.press/v162/ali22a.html
 */
export function matmulRule(
  options:
    & { share?: "half" | "left" | "right" | undefined }
    & Pick<LinearRuleOptions, "stabilizer" | "dialect"> = {},
): Rule {
  const choices = { share: ["half", "left", "right"], ...STABILIZED };
  requireRuleOptions("a matmul", options, { choices });
  const { share = "half" } = options;
  const guard = stabilizerFor(options, "matmul");
  return defineRule({
    name: share === "half" ? "bilinear" : `bilinear ${share}`,
    options: { share, stabilizer: guard },
    families: ["matmul"],
    accounts: true,
    propagate: <T>(context: RuleContext<T>) => {
      const { ops, inputs, output, relevance, pullback } = context;
      const z = share === "half" ? ops.multiply(output, 2) : output;
      const q = stableRatio(ops, relevance, z, guard);
      const gradients = pullback(q);
      const gets = { half: [1, 1], left: [1, 0], right: [0, 1] }[share];
      return {
        inputs: inputs.map((input, i) => ops.multiply(ops.multiply(input, gradients[i]), gets[i])),
        stabilizer: ops.subtract(relevance, ops.multiply(z, q)),
      };
    },
  });
}

/**
 * The relevance of a layer, group or RMS normalization, with its standard deviation held fixed.
 *
 * ```text
 * y = (x - mean x) / σ · w + b        R_x = x · (q - mean q),  q = R / (y + ε) · w / σ
 * ```
 *
 * Without a mean (RMS) `R_x = y / (y + ε) · R`: the identity up to the stabilizer; AttnLRP uses {@linkcode passRule} there.
 * The bias takes part and absorbs its share.
 *
 * **Defined on** normalizations.
 * **Conserves** up to bias and stabilizer, where the deviation has no ε of its own.
 *
 * @example Mean 2, deviation 1
 * ```ts
 * import { layerNorm } from "@relprop/lrp/layers";
 * import { normalizationRule, propagate } from "@relprop/lrp/rules";
 * import { tensor } from "@relprop/lrp/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * const point = { inputs: [tensor([[1, 3]])], relevance: tensor([[0, 2]]) };
 * const { inputs } = propagate(layerNorm({ epsilon: 0 }), normalizationRule({ stabilizer: 0 }), point);
 * assertEquals([...inputs[0].data], [-1, 3]); // q = [0, 2]: 1 · (0 - 1) and 3 · (2 - 1)
 * ```
 *
 * @see Ali et al. 2022, https://proceedings.mlr.press/v162/ali22a.html
 */
export function normalizationRule(options: LinearRuleOptions = {}): Rule {
  requireRuleOptions("a normalization", options, { choices: LINEAR });
  const guard = stabilizerFor(options, "normalization");
  const { bias = "keep" } = options;
  return defineRule({
    name: "fixed deviation",
    options: { bias, stabilizer: guard },
    families: ["normalization"],
    accounts: true,
    propagate: <T>(context: RuleContext<T>) =>
      shareByGroups(
        context,
        [{ terms: [{ input: context.input }], bias: bias === "ignore" ? false : undefined }],
        guard,
      ),
  });
}
