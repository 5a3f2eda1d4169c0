import { exactSum } from "../../statistics.ts";
import { contiguous } from "../../tensor/mod.ts";
import type { Metric } from "../metric.ts";

/**
 * The conservation gap: the part of the score that is not in the relevance, because biases and stabilizers absorbed it or
 * because the method does not share the score out.
 *
 * ```text
 * |f - Σ R - rest| / |f|
 * ```
 *
 * **Units** none: a share of the score. **Better** lower; undefined where the score is 0.
 *
 * @example One of four is missing
 * ```ts
 * import { conservationGap } from "@relprop/lrp/evaluation";
 * import { tensor } from "@relprop/lrp/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * const target = { name: "yes", weights: Float64Array.of(1) };
 * const attribution = { score: 4, rest: 0.5, relevance: tensor([2, 0.5]), target, labels: ["yes"] };
 * assertEquals(await conservationGap().evaluate({ attribution }), 0.25);
 * ```
 *
 * @see Bach et al. 2015, On Pixel-Wise Explanations, https://doi.org/10.1371/journal.pone.0130140
 */
export function conservationGap(): Metric<"attribution"> {
  return Object.freeze<Metric<"attribution">>({
    name: "Conservation gap",
    direction: "lower",
    category: "axiomatic",
    source: "Bach et al. 2015",
    evaluate: ({ attribution: { score, rest, relevance } }) =>
      score === 0 ? undefined : Math.abs(score - exactSum(contiguous(relevance)) - rest) / Math.abs(score),
  });
}
