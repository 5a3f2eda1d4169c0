import type { EncodedInput, Explainable } from "../../attribution/mod.ts";
import { mapWithProgress } from "../../map_with_progress.ts";
import type { Metric } from "../metric.ts";
import { rankCorrelation } from "../rank_correlation.ts";

/**
 * Parameter randomization: how alike explanations of the network and of a random one are. A method that gives the same
 * answer for both does not explain the network.
 *
 * ```text
 * mean over networks of |Spearman's correlation of R in the network and R in a random network|
 * ```
 *
 * **Units** none, 0 to 1. **Better** lower; undefined where relevance is constant.
 *
 * @param models Networks of the same kind with random parameters, for the layers that are to be checked.
 * @throws {RangeError} If there is none.
 *
 * @example A random order is the same in every network
 * ```ts
 * import { randomAttribution } from "@relprop/lrp/attribution";
 * import { metricContext, parameterRandomization } from "@relprop/lrp/evaluation";
 * import { lstmClassifier } from "@relprop/lrp/recurrent";
 * import { tensor, zeros } from "@relprop/lrp/tensor";
 * import { assertAlmostEquals } from "@std/assert";
 *
 * const withWeight = (w: number) => lstmClassifier({
 *   layers: [{ forward: { inputWeights: tensor([[0], [0], [w], [0]]), recurrentWeights: zeros([4, 1]) } }],
 *   output: { weights: tensor([[1]]) },
 * });
 * const example = { input: { values: tensor([[2], [1], [0]]) } };
 * const context = metricContext(withWeight(1), example, { method: randomAttribution({ seed: 1 }) });
 * assertAlmostEquals((await parameterRandomization([withWeight(-3)]).evaluate(context))!, 1);
 * ```
 *
 * @see Adebayo et al. 2018, Sanity Checks for Saliency Maps, https://arxiv.org/abs/1810.03292
 */
export function parameterRandomization(
  models: readonly Explainable<EncodedInput>[],
): Metric<"relevance" | "probe"> {
  if (models.length === 0) {
    throw new RangeError("Cannot measure parameter randomization: at least one model is required, got none");
  }
  return Object.freeze<Metric<"relevance" | "probe">>({
    name: "Parameter randomization",
    direction: "lower",
    category: "randomisation",
    source: "Adebayo et al. 2018",
    evaluate: async ({ relevance, probe }, long) => {
      const likeness = await mapWithProgress(
        models,
        (model) => rankCorrelation(relevance, probe.explainIn(model)),
        long,
      );
      if (likeness.includes(undefined)) return undefined;
      return likeness.reduce<number>((sum, value) => sum + Math.abs(value!), 0) / models.length;
    },
  });
}

/**
 * Random logit: how alike explanations of the target and of another class are.
 *
 * ```text
 * |Spearman's correlation of R for the target and R for a class drawn from the others|
 * ```
 *
 * **Units** none, 0 to 1. **Better** lower; undefined for one class, where the target is not a class, or where relevance is
 * constant.
 *
 * @example The other class has the same relevance with the other sign
 * ```ts
 * import { gradientTimesInput } from "@relprop/lrp/attribution";
 * import { metricContext, randomLogit } from "@relprop/lrp/evaluation";
 * import { lstmClassifier } from "@relprop/lrp/recurrent";
 * import { tensor, zeros } from "@relprop/lrp/tensor";
 * import { assertAlmostEquals } from "@std/assert";
 *
 * const model = lstmClassifier({
 *   layers: [{ forward: { inputWeights: tensor([[0], [0], [1], [0]]), recurrentWeights: zeros([4, 1]) } }],
 *   output: { weights: tensor([[1], [-1]]) },
 * });
 * const example = { input: { values: tensor([[2], [1]]) } };
 * const context = metricContext(model, example, { method: gradientTimesInput() });
 * assertAlmostEquals((await randomLogit().evaluate(context))!, 1);
 * ```
 *
 * @see Sixt, Granz, Landgraf 2020, When Explanations Lie, https://arxiv.org/abs/1912.09818
 */
export function randomLogit(): Metric<"relevance" | "probe" | "random" | "attribution"> {
  return Object.freeze<Metric<"relevance" | "probe" | "random" | "attribution">>({
    name: "Random logit",
    direction: "lower",
    category: "randomisation",
    source: "Sixt et al. 2020",
    evaluate: ({ relevance, probe, random, attribution: { target, labels } }) => {
      if (target.class === undefined || labels.length < 2) return undefined;
      const other = (target.class + 1 + random.integer(labels.length - 1)) % labels.length;
      const likeness = rankCorrelation(relevance, probe.explain(probe.values, other));
      return likeness === undefined ? undefined : Math.abs(likeness);
    },
  });
}
