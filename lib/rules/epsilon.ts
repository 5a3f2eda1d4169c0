import type { LayerFamily } from "../layers/mod.ts";
import { dialect, type DialectName } from "./dialect.ts";
import { shareByGroups } from "./groups.ts";
import { defineRule, type Rule, type RuleContext } from "./rule.ts";
import { LINEAR, requireRuleOptions, SHARING } from "./rule_options.ts";
import { shareRest } from "./share_rest.ts";
import { type Stabilizer, stabilizer, type StabilizerOptions } from "./stabilizer.ts";

/** What a rule does with the bias: keep it in the denominator, or leave it out. */
export type BiasHandling = "keep" | "ignore";

/** Options that most rules share. */
export interface LinearRuleOptions {
  /** The stabilizer, as ε or in full. Default: that of the dialect. */
  readonly stabilizer?: StabilizerOptions | undefined;
  /** Whether the bias takes part. Default `"keep"`. */
  readonly bias?: BiasHandling | undefined;
  /** Whose conventions hold where nothing is said. Default `"zennit"`. */
  readonly dialect?: DialectName | undefined;
}

/** Options of rules that can send on what bias and stabilizer absorb. */
export interface SharingOptions extends LinearRuleOptions {
  /**
   * The part of what bias and stabilizer absorb that is sent down in equal shares to the connected inputs, as in the
   * code of Arras et al.: 0 absorbs all (default), 1 conserves all.
   */
  readonly biasFactor?: number | undefined;
}

/** The stabilizer that options ask for. */
export function stabilizerFor(
  { stabilizer: given, dialect: name = "zennit" }: LinearRuleOptions,
  part: "linear" | "sum" | "mean" | "matmul" | "normalization" = "linear",
): Stabilizer {
  const own = dialect(name)[part];
  if (given === undefined) return own;
  const parts = typeof given === "object" && given !== null ? given : { epsilon: given };
  return stabilizer({ ...own, ...parts });
}

/** The families on which a layer is a linear map at its input. */
export const LINEAR_MAPS: readonly LayerFamily[] = [
  "linear",
  "normalization",
  "rotation",
  "maxPooling",
  "routing",
];

/** The options of {@linkcode epsilonRule}. */
export interface EpsilonOptions extends SharingOptions {
  /** ε: short for `stabilizer: { epsilon }`. */
  readonly epsilon?: number | undefined;
}

/**
 * LRP-ε: shares relevance by contribution, with a stabilizer in the denominator that absorbs part of it.
 *
 * ```text
 * R_i = Σ_j a_i w_ij / (z_j + ε sign z_j) · R_j          z_j = Σ_i a_i w_ij + b_j
 * ```
 *
 * With `biasFactor` β each of the `N_j` inputs connected to output j gets `β (b_j + ε sign z_j) / N_j` more in the
 * numerator: the rule of the reference code of Arras et al.
 *
 * **Defined on** linear maps: dense, convolutions, sums, average pooling; normalizations with their standard deviation
 * held fixed; rotary positions; max pooling with its winners held fixed; layers that move values.
 * **Conserves** up to the shares of bias and stabilizer; exactly with `biasFactor: 1`, which is defined on layers with
 * weights only.
 *
 * @throws {RangeError} If ε is negative or not finite, or `biasFactor` is not from 0 to 1.
 *
 * @example Two inputs, one output
 * ```ts
 * import { dense } from "@relprop/lrp/layers";
 * import { epsilonRule, propagate } from "@relprop/lrp/rules";
 * import { tensor } from "@relprop/lrp/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * const layer = dense({ weights: tensor([[3, 4]]) });
 * const rule = epsilonRule({ epsilon: 1 });
 * const { inputs, stabilizer } = propagate(layer, rule, { inputs: [tensor([[1, 2]])], relevance: tensor([[12]]) });
 * assertEquals([...inputs[0].data], [3, 8]); // 3/(11 + 1)·12 and 8/(11 + 1)·12
 * assertEquals(stabilizer?.get(0, 0), 1);
 * ```
 *
 * @see Bach et al. 2015, https://doi.org/10.1371/journal.pone.0130140
 * @see Arras et al. 2017, https://aclanthology.org/W17-5221
 */
export function epsilonRule(options: EpsilonOptions = {}): Rule {
  requireRuleOptions("an epsilon", options, { choices: { epsilon: "any", ...SHARING } });
  const { epsilon, bias = "keep", biasFactor = 0 } = options;
  const guard = stabilizerFor(epsilon === undefined ? options : { ...options, stabilizer: epsilon });
  return defineRule({
    name: "epsilon",
    options: { stabilizer: guard, bias, biasFactor },
    families: LINEAR_MAPS,
    accounts: true,
    propagate: <T>(context: RuleContext<T>) => {
      const terms = [{ input: context.input }];
      const shares = shareByGroups(context, [{ terms, bias: bias === "ignore" ? false : undefined }], guard);
      return shareRest("epsilon", context, shares, biasFactor);
    },
  });
}

/**
 * LRP-0: the epsilon rule without a stabilizer. An output of exactly 0 divides by zero, which a relevance pass reports.
 *
 * ```text
 * R_i = Σ_j a_i w_ij / z_j · R_j          z_j = Σ_i a_i w_ij + b_j
 * ```
 *
 * **Defined on** linear maps, as {@linkcode epsilonRule}.
 * **Conserves** up to the share of the bias.
 *
 * @example Two inputs, one output
 * ```ts
 * import { dense } from "@relprop/lrp/layers";
 * import { propagate, zeroRule } from "@relprop/lrp/rules";
 * import { tensor } from "@relprop/lrp/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * const layer = dense({ weights: tensor([[3, 4]]) });
 * const { inputs } = propagate(layer, zeroRule(), { inputs: [tensor([[1, 2]])], relevance: tensor([[11]]) });
 * assertEquals([...inputs[0].data], [3, 8]); // z = 3 + 8
 * ```
 *
 * @see Bach et al. 2015, https://doi.org/10.1371/journal.pone.0130140
 */
export function zeroRule(options: Pick<LinearRuleOptions, "bias"> = {}): Rule {
  requireRuleOptions("a zero", options, { choices: { bias: ["keep", "ignore"] } });
  const rule = epsilonRule({ ...options, stabilizer: { epsilon: 0, sign: "none" } });
  return defineRule({ ...rule, name: "zero" });
}

/** Layers that average. */
const MEANS: readonly string[] = ["averagePooling", "adaptiveAveragePooling", "meanPooling"];

/**
 * The rule for sums and averages: the epsilon rule on layers without parameters.
 *
 * ```text
 * R_i = a_i w_i / (z + ε sign z) · R          w_i = 1, or 1/n for an average
 * ```
 *
 * The dialect `"lxt"` adds ε to the sum of an average's terms, not to their mean: there `w_i = 1` for both.
 *
 * **Defined on** linear maps, as {@linkcode epsilonRule}; meant for residual sums, average and sum pooling.
 * **Conserves** up to the stabilizer.
 *
 * @example A residual sum
 * ```ts
 * import { add } from "@relprop/lrp/layers";
 * import { normRule, propagate } from "@relprop/lrp/rules";
 * import { tensor } from "@relprop/lrp/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * const point = { inputs: [tensor([[1]]), tensor([[3]])], relevance: tensor([[8]]) };
 * const { inputs } = propagate(add(), normRule({ stabilizer: 0 }), point);
 * assertEquals(inputs.map((part) => part.get(0, 0)), [2, 6]); // 1/4 and 3/4 of 8
 * ```
 */
export function normRule(options: LinearRuleOptions = {}): Rule {
  requireRuleOptions("a norm", options, { choices: LINEAR });
  const rule = epsilonRule({ ...options, stabilizer: stabilizerFor(options, "sum") });
  const { meanOf } = dialect(options.dialect ?? "zennit");
  const mean = stabilizerFor(options, "mean");
  return defineRule({
    ...rule,
    name: "norm",
    propagate: <T>(context: RuleContext<T>) =>
      meanOf === "sum" && MEANS.includes(context.definition.kind)
        // Equal weights cancel in the quotient, but for what the stabilizer is added to.
        ? shareByGroups(context, [{ terms: [{ input: context.input, weights: "ones" }] }], mean)
        : rule.propagate(context),
  });
}
