import { mapWithProgress } from "../../map_with_progress.ts";
import type { Metric } from "../metric.ts";
import { byRelevance, type Fill, filler, perturbationCurve } from "../perturb.ts";

/**
 * Deletion: the area under the probability of the target as units are taken away, the most relevant first.
 *
 * ```text
 * area = Σ_k (p_(k-1) + p_k) / 2 / U        over the share of units taken, from 0 to 1
 * ```
 *
 * **Units** a probability. **Better** lower.
 *
 * @param options.fill What takes their place. Default `"zero"`.
 *
 * @example One class has probability 1 throughout
 * ```ts
 * import { sensitivity } from "@relprop/lrp/attribution";
 * import { deletionArea, metricContext } from "@relprop/lrp/evaluation";
 * import { lstmClassifier } from "@relprop/lrp/recurrent";
 * import { tensor, zeros } from "@relprop/lrp/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * const model = lstmClassifier({
 *   layers: [{ forward: { inputWeights: tensor([[0], [0], [1], [0]]), recurrentWeights: zeros([4, 1]) } }],
 *   output: { weights: tensor([[1]]) },
 * });
 * const context = metricContext(model, { input: { values: tensor([[2]]) } }, { method: sensitivity() });
 * assertEquals(await deletionArea().evaluate(context), 1);
 * ```
 *
 * @see Petsiuk, Das, Saenko 2018, RISE, https://arxiv.org/abs/1806.07421
 */
export function deletionArea({ fill = "zero" }: { readonly fill?: Fill } = {}): Metric<
  "relevance" | "probe" | "random"
> {
  return Object.freeze<Metric<"relevance" | "probe" | "random">>({
    name: "Deletion area",
    direction: "lower",
    category: "faithfulness",
    source: "Petsiuk et al. 2018",
    evaluate: async (context, long) => {
      const order = byRelevance(context.relevance);
      return area(await perturbationCurve(context, order, { fill, reading: "probability", ...long }));
    },
  });
}

/**
 * Insertion: the area under the probability of the target as units are put into an input without any, the most relevant
 * first.
 *
 * **Units** a probability. **Better** higher.
 *
 * @param options.fill What stands in the place of units that are not there yet. Default `"zero"`.
 *
 * @example One class has probability 1 throughout
 * ```ts
 * import { sensitivity } from "@relprop/lrp/attribution";
 * import { insertionArea, metricContext } from "@relprop/lrp/evaluation";
 * import { lstmClassifier } from "@relprop/lrp/recurrent";
 * import { tensor, zeros } from "@relprop/lrp/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * const model = lstmClassifier({
 *   layers: [{ forward: { inputWeights: tensor([[0], [0], [1], [0]]), recurrentWeights: zeros([4, 1]) } }],
 *   output: { weights: tensor([[1]]) },
 * });
 * const context = metricContext(model, { input: { values: tensor([[2]]) } }, { method: sensitivity() });
 * assertEquals(await insertionArea().evaluate(context), 1);
 * ```
 *
 * @see Petsiuk, Das, Saenko 2018, RISE, https://arxiv.org/abs/1806.07421
 */
export function insertionArea({ fill = "zero" }: { readonly fill?: Fill } = {}): Metric<
  "relevance" | "probe" | "random"
> {
  return Object.freeze<Metric<"relevance" | "probe" | "random">>({
    name: "Insertion area",
    direction: "higher",
    category: "faithfulness",
    source: "Petsiuk et al. 2018",
    evaluate: async ({ relevance, probe, random }, long) => {
      const { values, units } = probe;
      const numbers = values.slice();
      filler(fill, probe, random)(numbers, units.keys());
      const readings = await mapWithProgress([undefined, ...byRelevance(relevance)], (unit) => {
        for (const i of unit === undefined ? [] : units[unit]!) numbers[i] = values[i]!;
        return probe.read(numbers, "probability");
      }, long);
      return area(readings);
    },
  });
}

function area(curve: ArrayLike<number>): number {
  let sum = 0;
  for (let k = 1; k < curve.length; k++) sum += (curve[k - 1]! + curve[k]!) / 2;
  return sum / (curve.length - 1);
}
