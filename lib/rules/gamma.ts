import { described } from "../described.ts";
import { dialect } from "./dialect.ts";
import { type SharingOptions, stabilizerFor } from "./epsilon.ts";
import { shareByGroups, type TermGroup } from "./groups.ts";
import { defineRule, type Rule, type RuleContext, type Shares } from "./rule.ts";
import { requireRuleOptions, SHARING, SIGNS } from "./rule_options.ts";
import { shareRest } from "./share_rest.ts";
import { negativePart, positivePart } from "./signs.ts";

/** The options of {@linkcode gammaRule}. */
export interface GammaOptions extends SharingOptions {
  /** How much positive contributions are favoured. Default 0.25. */
  readonly gamma?: number | undefined;
  /**
   * `"inputs and weights"`: the generalised rule, which looks at the signs of inputs and outputs too; `"weights"`: the
   * plain rule, which raises positive weights. Default: that of the dialect.
   */
  readonly signs?: "inputs and weights" | "weights" | undefined;
  /** Whether the plain rule raises a positive bias too; the generalised one always does. Default false. */
  readonly raiseBias?: boolean | undefined;
}

/**
 * LRP-γ: like epsilon, with positive contributions favoured.
 *
 * ```text
 * plain         R_i = Σ_j a_i (w_ij + γ w_ij⁺) / (Σ_i a_i (w_ij + γ w_ij⁺) + b_j) · R_j
 * generalised   for z_j > 0 the contributions a_i w_ij > 0 are raised by γ, for z_j < 0 those < 0
 * ```
 *
 * In the generalised rule an output of exactly 0 gets no terms, and its relevance is lost; the ledger says so.
 *
 * **Defined on** layers with weights: dense, convolutions, sums, average pooling, batch normalization.
 * **Conserves** up to bias and stabilizer, which `biasFactor: 1` sends down as {@linkcode epsilonRule} does.
 *
 * @throws {RangeError} If γ is negative or not finite.
 *
 * @example Without γ it is the epsilon rule
 * ```ts
 * import { dense } from "@relprop/lrp/layers";
 * import { epsilonRule, gammaRule, propagate } from "@relprop/lrp/rules";
 * import { tensor } from "@relprop/lrp/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * const layer = dense({ weights: tensor([[3, -1]]) });
 * const point = { inputs: [tensor([[1, 2]])], relevance: tensor([[1]]) };
 * assertEquals(
 *   [...propagate(layer, gammaRule({ gamma: 0 }), point).inputs[0].data],
 *   [...propagate(layer, epsilonRule(), point).inputs[0].data],
 * );
 * ```
 *
 * @see Montavon et al. 2019, https://doi.org/10.1007/978-3-030-28954-6_10
 */
export function gammaRule(options: GammaOptions = {}): Rule {
  const choices = { gamma: "any", ...SHARING, signs: SIGNS, raiseBias: [true, false] } as const;
  requireRuleOptions("a gamma", options, { choices });
  const { gamma = 0.25, bias = "keep", biasFactor = 0, raiseBias = false } = options;
  const { signs = dialect(options.dialect ?? "zennit").signs } = options;
  const guard = stabilizerFor(options);
  if (!(gamma >= 0 && Number.isFinite(gamma))) {
    throw new RangeError(
      `Cannot make a gamma rule: gamma must be a finite number >= 0, got ${described(gamma)}`,
    );
  }
  return defineRule({
    name: "gamma",
    options: {
      gamma,
      signs,
      bias,
      biasFactor,
      ...signs === "weights" ? { raiseBias } : {},
      stabilizer: guard,
    },
    families: ["linear"],
    accounts: true,
    propagate: <T>(context: RuleContext<T>) => {
      const { ops, input, output } = context;
      const share = (groups: readonly TermGroup<T>[]): Shares<T> =>
        shareRest("gamma", context, shareByGroups(context, groups, guard), biasFactor);
      const raised = (x: T): T => ops.add(x, ops.multiply(positivePart(ops, x), gamma));
      const lowered = (x: T): T => ops.add(x, ops.multiply(negativePart(ops, x), gamma));
      if (signs === "weights") {
        const offset = bias === "ignore" ? false : raiseBias ? raised : undefined;
        return share([{ terms: [{ input, weights: raised }], bias: offset }]);
      }
      const [up, down] = [positivePart(ops, input), negativePart(ops, input)];
      return share([
        {
          gate: ops.greater(output, 0),
          terms: [{ input: up, weights: raised }, { input: down, weights: lowered }],
          bias: bias === "ignore" ? false : raised,
        },
        {
          gate: ops.greater(0, output),
          terms: [{ input: up, weights: lowered }, { input: down, weights: raised }],
          bias: bias === "ignore" ? false : lowered,
        },
      ]);
    },
  });
}
