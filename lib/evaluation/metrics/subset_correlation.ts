import { type LongWorkOptions, mapWithProgress } from "../../map_with_progress.ts";
import type { Metric } from "../metric.ts";
import { type Fill, filler, requirePositive } from "../perturb.ts";
import { correlation } from "../rank_correlation.ts";
import type { Probe } from "../probe.ts";
import type { RandomGenerator } from "../../random.ts";

/** How random subsets of units are taken away. */
export interface SubsetOptions {
  /** How many subsets are drawn. Default 100. */
  readonly samples?: number;
  /** What takes the place of units. Default `"zero"`. */
  readonly fill?: Fill;
}

/**
 * Sensitivity-n: does the relevance of n units say what the score loses without them? The correlation over random subsets
 * of n units.
 *
 * ```text
 * corr over subsets S of n units ( Σ_S R_u , f(x) - f(x without S) )
 * ```
 *
 * **Units** of the score are compared. **Better** higher; undefined where n is all units or a side is constant.
 *
 * @param options.n Units per subset. Default: half of them.
 * @throws {RangeError} If `n` or `samples` is not a positive integer.
 *
 * @example Half of two tokens
 * ```ts
 * import { occlusion } from "@relprop/lrp/attribution";
 * import { metricContext, sensitivityN } from "@relprop/lrp/evaluation";
 * import { lstmClassifier } from "@relprop/lrp/recurrent";
 * import { tensor, zeros } from "@relprop/lrp/tensor";
 * import { assertAlmostEquals } from "@std/assert";
 *
 * const model = lstmClassifier({
 *   layers: [{ forward: { inputWeights: tensor([[0], [0], [1], [0]]), recurrentWeights: zeros([4, 1]) } }],
 *   output: { weights: tensor([[1]]) },
 * });
 * const context = metricContext(model, { input: { values: tensor([[2], [1]]) } }, { method: occlusion() });
 * assertAlmostEquals((await sensitivityN({ n: 1 }).evaluate(context))!, 1); // occlusion is this loss
 * ```
 *
 * @see Ancona, Ceolini, Öztireli, Gross 2018, https://arxiv.org/abs/1711.06104
 */
export function sensitivityN(
  { n, ...options }: SubsetOptions & { readonly n?: number } = {},
): Metric<"relevance" | "probe" | "random"> {
  if (n !== undefined) requirePositive(n, "measure sensitivity-n", "n");
  return subsetMetric({ name: "Sensitivity-n", source: "Ancona et al. 2018" }, options, (units) => {
    return n ?? Math.ceil(units / 2);
  });
}

/**
 * Faithfulness correlation: as {@linkcode sensitivityN}, with subsets of a share of the units and any fill.
 *
 * **Units** of the score are compared. **Better** higher; undefined where a side is constant.
 *
 * @param options.share Share of the units in a subset. Default 0.2.
 * @throws {RangeError} If the share is not between 0 and 1, or `samples` is not a positive integer.
 *
 * @example Occlusion says what one token is worth
 * ```ts
 * import { occlusion } from "@relprop/lrp/attribution";
 * import { faithfulnessCorrelation, metricContext } from "@relprop/lrp/evaluation";
 * import { lstmClassifier } from "@relprop/lrp/recurrent";
 * import { tensor, zeros } from "@relprop/lrp/tensor";
 * import { assertAlmostEquals } from "@std/assert";
 *
 * const model = lstmClassifier({
 *   layers: [{ forward: { inputWeights: tensor([[0], [0], [1], [0]]), recurrentWeights: zeros([4, 1]) } }],
 *   output: { weights: tensor([[1]]) },
 * });
 * const context = metricContext(model, { input: { values: tensor([[2], [1]]) } }, { method: occlusion() });
 * assertAlmostEquals((await faithfulnessCorrelation({ share: 0.5 }).evaluate(context))!, 1);
 * ```
 *
 * @see Bhatt, Weller, Moura 2020, https://arxiv.org/abs/2005.00631
 */
export function faithfulnessCorrelation(
  { share = 0.2, ...options }: SubsetOptions & { readonly share?: number } = {},
): Metric<"relevance" | "probe" | "random"> {
  if (!(share > 0 && share < 1)) {
    throw new RangeError(
      `Cannot measure faithfulness correlation: share must be between 0 and 1, got ${share}`,
    );
  }
  return subsetMetric({ name: "Faithfulness correlation", source: "Bhatt et al. 2020" }, options, (units) => {
    return Math.max(1, Math.round(share * units));
  });
}

/**
 * Infidelity: how far the relevance of random units is from what the score loses without them, squared.
 *
 * ```text
 * mean over subsets S of ( Σ_S R_u - (f(x) - f(x without S)) )²
 * ```
 *
 * This is the infidelity of R / x under the perturbation that sets units to zero. Each unit is in a subset with probability
 * one half. **Units** of the score, squared. **Better** lower.
 *
 * @throws {RangeError} If `samples` is not a positive integer.
 *
 * @example Occlusion of the only token has none
 * ```ts
 * import { occlusion } from "@relprop/lrp/attribution";
 * import { infidelity, metricContext } from "@relprop/lrp/evaluation";
 * import { lstmClassifier } from "@relprop/lrp/recurrent";
 * import { tensor, zeros } from "@relprop/lrp/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * const model = lstmClassifier({
 *   layers: [{ forward: { inputWeights: tensor([[0], [0], [1], [0]]), recurrentWeights: zeros([4, 1]) } }],
 *   output: { weights: tensor([[1]]) },
 * });
 * const context = metricContext(model, { input: { values: tensor([[2]]) } }, { method: occlusion() });
 * assertEquals(await infidelity().evaluate(context), 0);
 * ```
 *
 * @see Yeh et al. 2019, On the (In)fidelity and Sensitivity of Explanations, https://arxiv.org/abs/1901.09392
 */
export function infidelity(
  { samples = 100, fill = "zero" }: SubsetOptions = {},
): Metric<"relevance" | "probe" | "random"> {
  requirePositive(samples, "measure infidelity", "samples");
  return Object.freeze<Metric<"relevance" | "probe" | "random">>({
    name: "Infidelity",
    direction: "lower",
    category: "faithfulness",
    source: "Yeh et al. 2019",
    evaluate: async (context, long) => {
      const { random } = context;
      const { sums, losses } = await sample(
        context,
        { samples, fill, ...long },
        (units) => Array.from({ length: units }, (_, unit) => unit).filter(() => random.uniform() < 0.5),
      );
      return sums.reduce((total, sum, i) => total + (sum - losses[i]!) ** 2, 0) / samples;
    },
  });
}

function subsetMetric(
  { name, source }: { name: string; source: string },
  { samples = 100, fill = "zero" }: SubsetOptions,
  sizeOf: (units: number) => number,
): Metric<"relevance" | "probe" | "random"> {
  requirePositive(samples, `measure ${name.toLowerCase()}`, "samples");
  return Object.freeze<Metric<"relevance" | "probe" | "random">>({
    name,
    direction: "higher",
    category: "faithfulness",
    source,
    evaluate: async (context, long) => {
      const { sums, losses } = await sample(
        context,
        { samples, fill, ...long },
        (units) => context.random.permutation(units).slice(0, sizeOf(units)),
      );
      return correlation(sums, losses);
    },
  });
}

async function sample(
  { relevance, probe, random }: { relevance: ArrayLike<number>; probe: Probe; random: RandomGenerator },
  { samples, fill, ...long }: Required<SubsetOptions> & LongWorkOptions,
  draw: (units: number) => number[],
): Promise<{ sums: number[]; losses: number[] }> {
  const apply = filler(fill, probe, random);
  const whole = probe.read(probe.values);
  const sums: number[] = [];
  const losses = await mapWithProgress(Array.from({ length: samples }), () => {
    // In ascending order, so that equal subsets have equal sums to the last digit.
    const subset = draw(probe.units.length).sort((a, b) => a - b);
    const numbers = probe.values.slice();
    apply(numbers, subset);
    sums.push(subset.reduce((sum, unit) => sum + relevance[unit]!, 0));
    return whole - probe.read(numbers);
  }, long);
  return { sums, losses };
}
