import { mapWithProgress } from "../../map_with_progress.ts";
import type { Metric } from "../metric.ts";
import { requirePositive } from "../perturb.ts";

/**
 * Max-sensitivity: how far relevance moves at most when the input moves a little.
 *
 * ```text
 * max over samples of ‖R(x') - R(x)‖ / ‖R(x)‖,  x' uniform within ±radius of every number of x
 * ```
 *
 * **Units** none: relative to the norm of the relevance, which the paper's definition is not. **Better** lower; undefined
 * where all relevance is 0.
 *
 * @param options.radius How far the numbers of the input move. Default 0.02.
 * @param options.samples How often. Default 10.
 * @throws {RangeError} If the radius is not above 0, or `samples` is not a positive integer.
 *
 * @example Relevance that does not look at the input never moves
 * ```ts
 * import { maxSensitivity, metricContext } from "@relprop/lrp/evaluation";
 * import { lstmClassifier } from "@relprop/lrp/recurrent";
 * import { tensor, zeros } from "@relprop/lrp/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * const model = lstmClassifier({
 *   layers: [{ forward: { inputWeights: tensor([[0], [0], [1], [0]]), recurrentWeights: zeros([4, 1]) } }],
 *   output: { weights: tensor([[1]]) },
 * });
 * const method = { name: "Constant", options: {}, attribute: () => ({ relevance: tensor([1]) }) };
 * const context = metricContext(model, { input: { values: tensor([[2]]) } }, { method });
 * assertEquals(await maxSensitivity().evaluate(context), 0);
 * ```
 *
 * @see Yeh et al. 2019, On the (In)fidelity and Sensitivity of Explanations, https://arxiv.org/abs/1901.09392
 */
export function maxSensitivity(
  { radius = 0.02, samples = 10 }: { readonly radius?: number; readonly samples?: number } = {},
): Metric<"relevance" | "probe" | "random"> {
  if (!(radius > 0 && radius < Infinity)) {
    throw new RangeError(`Cannot measure max-sensitivity: radius must be a number above 0, got ${radius}`);
  }
  requirePositive(samples, "measure max-sensitivity", "samples");
  return Object.freeze<Metric<"relevance" | "probe" | "random">>({
    name: "Max-sensitivity",
    direction: "lower",
    category: "robustness",
    source: "Yeh et al. 2019",
    evaluate: async ({ relevance, probe, random }, long) => {
      const own = Float64Array.from(relevance), size = norm(own);
      if (size === 0) return undefined;
      const distances = await mapWithProgress(Array.from({ length: samples }), () => {
        const moved = probe.explain(probe.values.map((value) => value + random.uniform(-radius, radius)));
        return norm(own.map((value, unit) => moved[unit]! - value)) / size;
      }, long);
      return Math.max(...distances);
    },
  });
}

function norm(values: Float64Array): number {
  return Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));
}
