import { described } from "../described.ts";
import { dialect } from "./dialect.ts";
import { type SharingOptions, stabilizerFor } from "./epsilon.ts";
import { shareByGroups } from "./groups.ts";
import { defineRule, type Rule, type RuleContext } from "./rule.ts";
import { requireRuleOptions, SHARING, SIGNS } from "./rule_options.ts";
import { shareRest } from "./share_rest.ts";
import { negativePart, positivePart } from "./signs.ts";

/** The options of {@linkcode alphaBetaRule}. */
export interface AlphaBetaOptions extends SharingOptions {
  /** The factor of positive contributions. Default 2. */
  readonly alpha?: number | undefined;
  /** The factor of negative contributions; `alpha - beta` should be 1. Default 1. */
  readonly beta?: number | undefined;
  /**
   * `"inputs and weights"`: contributions by their sign; `"weights"`: weights by their sign, with the inputs as they
   * are and the whole bias in both denominators. Default: that of the dialect.
   */
  readonly signs?: "inputs and weights" | "weights" | undefined;
}

/**
 * LRP-αβ: positive and negative contributions apart, α times the first less β times the second.
 *
 * ```text
 * R_i = Σ_j ( α (a_i w_ij)⁺ / (Σ_i (a_i w_ij)⁺ + b_j⁺) - β (a_i w_ij)⁻ / (Σ_i (a_i w_ij)⁻ + b_j⁻) ) · R_j
 * ```
 *
 * **Defined on** layers with weights: dense, convolutions, sums, average pooling, batch normalization.
 * **Conserves** up to bias and stabilizer where an output has contributions of both signs and `alpha - beta = 1`; a plan
 * warns if it is not. An output without negative contributions passes on α times its relevance, one without positive ones
 * -β times. The ledger books these differences as lost. `biasFactor: 1` sends the shares of bias and stabilizer down, as
 * {@linkcode epsilonRule} does.
 *
 * @throws {RangeError} If α or β is negative or not finite, or both are 0.
 *
 * @example
 * ```ts
 * import { dense } from "@relprop/lrp/layers";
 * import { alphaBetaRule, propagate } from "@relprop/lrp/rules";
 * import { tensor } from "@relprop/lrp/tensor";
 * import { assertAlmostEquals } from "@std/assert";
 *
 * const layer = dense({ weights: tensor([[3, 1, -2]]) });
 * const rule = alphaBetaRule({ alpha: 2, beta: 1, stabilizer: 0 });
 * const { inputs: [relevance] } = propagate(layer, rule, { inputs: [tensor([[1, 1, 1]])], relevance: tensor([[1]]) });
 * assertAlmostEquals(relevance.get(0, 0), 1.5); // 2 · 3/4
 * assertAlmostEquals(relevance.get(0, 2), -1); // -1 · -2/-2
 * ```
 *
 * @see Bach et al. 2015, https://doi.org/10.1371/journal.pone.0130140
 */
export function alphaBetaRule(options: AlphaBetaOptions = {}): Rule {
  const choices = { alpha: "any", beta: "any", ...SHARING, signs: SIGNS } as const;
  requireRuleOptions("an alpha-beta", options, { choices });
  const { alpha = 2, beta = 1, bias = "keep", biasFactor = 0 } = options;
  const { signs = dialect(options.dialect ?? "zennit").signs } = options;
  const guard = stabilizerFor(options);
  for (const [name, value] of [["alpha", alpha], ["beta", beta]] as const) {
    if (!(value >= 0 && Number.isFinite(value))) {
      throw new RangeError(
        `Cannot make an alpha-beta rule: ${name} must be a finite number >= 0, got ${described(value)}`,
      );
    }
  }
  if (alpha + beta === 0) {
    throw new RangeError("Cannot make an alpha-beta rule: alpha or beta must be above 0, got 0 and 0");
  }
  return defineRule({
    name: "alpha-beta",
    options: { alpha, beta, signs, bias, biasFactor, stabilizer: guard },
    families: ["linear"],
    accounts: true,
    propagate: <T>(context: RuleContext<T>) => {
      const { ops, input } = context;
      const plus = (x: T): T => positivePart(ops, x);
      const minus = (x: T): T => negativePart(ops, x);
      const split = signs === "inputs and weights";
      const offset = (part: (x: T) => T): ((bias: T) => T) | false | undefined =>
        bias === "ignore" ? false : split ? part : undefined;
      const groups = [
        {
          coefficient: alpha,
          terms: split
            ? [{ input: plus(input), weights: plus }, { input: minus(input), weights: minus }]
            : [{ input, weights: plus }],
          bias: offset(plus),
          oneSign: true,
        },
        {
          coefficient: -beta,
          terms: split
            ? [{ input: plus(input), weights: minus }, { input: minus(input), weights: plus }]
            : [{ input, weights: minus }],
          bias: offset(minus),
          oneSign: true,
        },
      ];
      // A group with factor 0 could still divide by zero.
      const shares = shareByGroups(context, groups.filter(({ coefficient }) => coefficient !== 0), guard);
      return shareRest("alpha-beta", context, shares, biasFactor);
    },
  });
}

/**
 * LRP-z⁺: positive contributions only, the alpha-beta rule with α = 1 and β = 0.
 *
 * ```text
 * R_i = Σ_j (a_i w_ij)⁺ / (Σ_i (a_i w_ij)⁺ + b_j⁺) · R_j
 * ```
 *
 * **Defined on** layers with weights. Keeps the sign of the relevance.
 * **Conserves** up to bias and stabilizer; the relevance of an output without positive contributions is lost.
 *
 * @example Only what is positive counts
 * ```ts
 * import { dense } from "@relprop/lrp/layers";
 * import { propagate, zPlusRule } from "@relprop/lrp/rules";
 * import { tensor } from "@relprop/lrp/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * const layer = dense({ weights: tensor([[3, 1, -2]]) });
 * const point = { inputs: [tensor([[1, 1, 1]])], relevance: tensor([[4]]) };
 * assertEquals([...propagate(layer, zPlusRule({ stabilizer: 0 }), point).inputs[0].data], [3, 1, 0]);
 * ```
 *
 * @see Montavon et al. 2017, https://doi.org/10.1016/j.patcog.2016.11.008
 */
export function zPlusRule(options: SharingOptions & Pick<AlphaBetaOptions, "signs"> = {}): Rule {
  requireRuleOptions("a z-plus", options, { choices: { ...SHARING, signs: SIGNS } });
  const rule = alphaBetaRule({ ...options, alpha: 1, beta: 0 });
  const { alpha: _alpha, beta: _beta, ...kept } = rule.options;
  return defineRule({ ...rule, name: "z-plus", options: kept });
}
