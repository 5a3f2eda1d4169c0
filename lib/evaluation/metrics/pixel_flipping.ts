import { mapWithProgress } from "../../map_with_progress.ts";
import type { Metric } from "../metric.ts";
import { byRelevance, perturbationCurve, type PerturbationOptions, requirePositive } from "../perturb.ts";

/** How units are flipped. */
export interface FlippingOptions extends PerturbationOptions {
  /** How many steps are taken. Default: until no unit is left. */
  readonly steps?: number;
  /** How many units are changed in a step. Default 1. */
  readonly perStep?: number;
}

/**
 * Pixel flipping: how far the score falls, on average over the steps, as units are changed in order of relevance.
 *
 * ```text
 * AOPC = 1/(L + 1) Σ_k ( f(x) - f(x with the first k units changed) ),  k = 0 … L
 * ```
 *
 * **Units** of what is read. **Better** higher for `"most"` relevant first, lower for `"least"` relevant first.
 *
 * @param order Which units are changed first. Default `"most"`.
 * @throws {RangeError} If `steps` or `perStep` is not a positive integer.
 *
 * @example Taking the only token away
 * ```ts
 * import { sensitivity } from "@relprop/lrp/attribution";
 * import { metricContext, pixelFlipping } from "@relprop/lrp/evaluation";
 * import { lstmClassifier } from "@relprop/lrp/recurrent";
 * import { tensor, zeros } from "@relprop/lrp/tensor";
 * import { assertAlmostEquals } from "@std/assert";
 *
 * const model = lstmClassifier({
 *   layers: [{ forward: { inputWeights: tensor([[0], [0], [1], [0]]), recurrentWeights: zeros([4, 1]) } }],
 *   output: { weights: tensor([[1]]) },
 * });
 * const context = metricContext(model, { input: { values: tensor([[2]]) } }, { method: sensitivity() });
 * // f(x) - f(x) and f(x) - f(0), over two
 * assertAlmostEquals((await pixelFlipping().evaluate(context))!, context.attribution.score / 2, 1e-15);
 * ```
 *
 * @see Samek, Binder, Montavon, Bach, Müller 2017, https://arxiv.org/abs/1509.06321; Bach et al. 2015 for single pixels
 */
export function pixelFlipping(
  { order = "most", ...options }: FlippingOptions & { readonly order?: "most" | "least" } = {},
): Metric<"relevance" | "probe" | "random"> {
  requireSteps(options);
  return Object.freeze<Metric<"relevance" | "probe" | "random">>({
    name: order === "most" ? "AOPC" : "AOPC, least first",
    direction: order === "most" ? "higher" : "lower",
    category: "faithfulness",
    source: "Samek et al. 2017",
    evaluate: async (context, long) => {
      const units = byRelevance(context.relevance);
      if (order === "least") units.reverse();
      return aopc(await perturbationCurve(context, units, { ...options, ...long }));
    },
  });
}

/**
 * The area between the curves of pixel flipping with the least and with the most relevant units first.
 *
 * ```text
 * ABPC = 1/(L + 1) Σ_k ( f(least relevant first, k) - f(most relevant first, k) )
 * ```
 *
 * **Units** of what is read. **Better** higher; 0 for an order by chance.
 *
 * @throws {RangeError} If `steps` or `perStep` is not a positive integer.
 *
 * @example With one unit both curves are the same
 * ```ts
 * import { sensitivity } from "@relprop/lrp/attribution";
 * import { areaBetweenCurves, metricContext } from "@relprop/lrp/evaluation";
 * import { lstmClassifier } from "@relprop/lrp/recurrent";
 * import { tensor, zeros } from "@relprop/lrp/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * const model = lstmClassifier({
 *   layers: [{ forward: { inputWeights: tensor([[0], [0], [1], [0]]), recurrentWeights: zeros([4, 1]) } }],
 *   output: { weights: tensor([[1]]) },
 * });
 * const context = metricContext(model, { input: { values: tensor([[2]]) } }, { method: sensitivity() });
 * assertEquals(await areaBetweenCurves().evaluate(context), 0);
 * ```
 *
 * @see Samek, Binder, Montavon, Bach, Müller 2017, https://arxiv.org/abs/1509.06321
 */
export function areaBetweenCurves(options: FlippingOptions = {}): Metric<"relevance" | "probe" | "random"> {
  const most = pixelFlipping(options), least = pixelFlipping({ ...options, order: "least" });
  return Object.freeze<Metric<"relevance" | "probe" | "random">>({
    name: "ABPC",
    direction: "higher",
    category: "faithfulness",
    source: "Samek et al. 2017",
    evaluate: async (context, long) => {
      const [inOrder, reversed] = await mapWithProgress(
        [most, least],
        (metric) => metric.evaluate(context, { signal: long?.signal }),
        long,
      );
      return inOrder! - reversed!;
    },
  });
}

function requireSteps({ steps, perStep }: FlippingOptions): void {
  if (steps !== undefined) requirePositive(steps, "flip pixels", "steps");
  if (perStep !== undefined) requirePositive(perStep, "flip pixels", "perStep");
}

function aopc(curve: readonly number[]): number {
  return curve.reduce((sum, value) => sum + curve[0]! - value, 0) / curve.length;
}
