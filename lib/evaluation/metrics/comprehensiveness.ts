import { mapWithProgress } from "../../map_with_progress.ts";
import type { Metric } from "../metric.ts";
import { byRelevance, type Fill, filler } from "../perturb.ts";

/** Which shares of the units are evidence. */
export interface EvidenceOptions {
  /** The shares of units that are taken as evidence, the most relevant first. Default 1, 5, 10, 20 and 50 %. */
  readonly shares?: readonly number[];
  /** What takes the place of units. Default `"zero"`. */
  readonly fill?: Fill;
}

const SHARES = [0.01, 0.05, 0.1, 0.2, 0.5];

/**
 * Comprehensiveness: how much probability the target loses when its evidence is taken away, averaged over shares of units.
 *
 * ```text
 * mean over shares q of p(x) - p(x without the ⌈q U⌉ most relevant units)
 * ```
 *
 * Shares that take the same units count once. **Units** a probability. **Better** higher.
 *
 * @throws {RangeError} If a share is not above 0 and at most 1.
 *
 * @example One class keeps its probability
 * ```ts
 * import { sensitivity } from "@relprop/lrp/attribution";
 * import { comprehensiveness, metricContext } from "@relprop/lrp/evaluation";
 * import { lstmClassifier } from "@relprop/lrp/recurrent";
 * import { tensor, zeros } from "@relprop/lrp/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * const model = lstmClassifier({
 *   layers: [{ forward: { inputWeights: tensor([[0], [0], [1], [0]]), recurrentWeights: zeros([4, 1]) } }],
 *   output: { weights: tensor([[1]]) },
 * });
 * const context = metricContext(model, { input: { values: tensor([[2]]) } }, { method: sensitivity() });
 * assertEquals(await comprehensiveness().evaluate(context), 0);
 * ```
 *
 * @see DeYoung et al. 2020, ERASER, https://arxiv.org/abs/1911.03429
 */
export function comprehensiveness(options: EvidenceOptions = {}): Metric<"relevance" | "probe" | "random"> {
  return evidenceMetric("Comprehensiveness", "higher", options, (evidence) => evidence);
}

/**
 * Sufficiency: how much probability the target loses when only its evidence is left, averaged over shares of units.
 *
 * ```text
 * mean over shares q of p(x) - p(the ⌈q U⌉ most relevant units alone)
 * ```
 *
 * **Units** a probability. **Better** lower.
 *
 * @throws {RangeError} If a share is not above 0 and at most 1.
 *
 * @example One class keeps its probability
 * ```ts
 * import { sensitivity } from "@relprop/lrp/attribution";
 * import { metricContext, sufficiency } from "@relprop/lrp/evaluation";
 * import { lstmClassifier } from "@relprop/lrp/recurrent";
 * import { tensor, zeros } from "@relprop/lrp/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * const model = lstmClassifier({
 *   layers: [{ forward: { inputWeights: tensor([[0], [0], [1], [0]]), recurrentWeights: zeros([4, 1]) } }],
 *   output: { weights: tensor([[1]]) },
 * });
 * const context = metricContext(model, { input: { values: tensor([[2]]) } }, { method: sensitivity() });
 * assertEquals(await sufficiency().evaluate(context), 0);
 * ```
 *
 * @see DeYoung et al. 2020, ERASER, https://arxiv.org/abs/1911.03429
 */
export function sufficiency(options: EvidenceOptions = {}): Metric<"relevance" | "probe" | "random"> {
  return evidenceMetric("Sufficiency", "lower", options, (_, others) => others);
}

function evidenceMetric(
  name: string,
  direction: Metric["direction"],
  { shares = SHARES, fill = "zero" }: EvidenceOptions,
  taken: (evidence: number[], others: number[]) => number[],
): Metric<"relevance" | "probe" | "random"> {
  const wrong = shares.find((share) => !(share > 0 && share <= 1));
  if (wrong !== undefined || shares.length === 0) {
    throw new RangeError(
      `Cannot measure ${name.toLowerCase()}: shares must be above 0 and at most 1, got ${wrong ?? "none"}`,
    );
  }
  return Object.freeze<Metric<"relevance" | "probe" | "random">>({
    name,
    direction,
    category: "faithfulness",
    source: "DeYoung et al. 2020",
    evaluate: async ({ relevance, probe, random }, long) => {
      const order = byRelevance(relevance);
      const apply = filler(fill, probe, random);
      const whole = probe.read(probe.values, "probability");
      const counts = [...new Set(shares.map((share) => Math.ceil(share * order.length)))];
      const losses = await mapWithProgress(counts, (count) => {
        const numbers = probe.values.slice();
        apply(numbers, taken(order.slice(0, count), order.slice(count)));
        return whole - probe.read(numbers, "probability");
      }, long);
      return losses.reduce((sum, loss) => sum + loss, 0) / losses.length;
    },
  });
}
