import type { Metric } from "../metric.ts";

/**
 * Complexity: the entropy of the shares of absolute relevance.
 *
 * ```text
 * -Σ_u p_u ln p_u,  p_u = |R_u| / Σ |R|
 * ```
 *
 * **Shapes** relevance `[U]` -> 0 (one unit) to ln U (all equal); undefined where all relevance is 0. **Better** lower.
 *
 * @example Two equal shares
 * ```ts
 * import { entropy } from "@relprop/lrp/evaluation";
 * import { assertAlmostEquals } from "@std/assert";
 *
 * assertAlmostEquals((await entropy().evaluate({ relevance: [3, -3, 0] }))!, Math.log(2));
 * ```
 *
 * @see Bhatt, Weller, Moura 2020, Evaluating and Aggregating Feature-based Model Explanations,
 * https://arxiv.org/abs/2005.00631
 */
export function entropy(): Metric<"relevance"> {
  return Object.freeze<Metric<"relevance">>({
    name: "Entropy",
    direction: "lower",
    category: "complexity",
    source: "Bhatt et al. 2020",
    evaluate: ({ relevance }) => {
      const sizes = Array.from(relevance, Math.abs), total = sizes.reduce((sum, size) => sum + size, 0);
      if (total === 0) return undefined;
      return sizes.reduce((sum, size) => size === 0 ? sum : sum - size / total * Math.log(size / total), 0);
    },
  });
}

/**
 * Sparseness: the Gini index of absolute relevance.
 *
 * ```text
 * Σ_i (2i - U - 1) |R|_(i) / (U Σ |R|)        |R|_(i) in ascending order, i = 1 … U
 * ```
 *
 * **Shapes** relevance `[U]` -> 0 (all equal) to 1 - 1/U (one unit); undefined where all relevance is 0. **Better**
 * higher.
 *
 * @example One unit of four has it all
 * ```ts
 * import { gini } from "@relprop/lrp/evaluation";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(await gini().evaluate({ relevance: [0, -5, 0, 0] }), 0.75);
 * ```
 *
 * @see Chalasani et al. 2020, Concise Explanations of Neural Networks using Adversarial Training,
 * https://arxiv.org/abs/1810.06583
 */
export function gini(): Metric<"relevance"> {
  return Object.freeze<Metric<"relevance">>({
    name: "Gini index",
    direction: "higher",
    category: "complexity",
    source: "Chalasani et al. 2020",
    evaluate: ({ relevance }) => {
      const sizes = Float64Array.from(relevance, Math.abs).sort();
      const total = sizes.reduce((sum, size) => sum + size, 0), count = sizes.length;
      if (total === 0) return undefined;
      return sizes.reduce((sum, size, i) => sum + (2 * (i + 1) - count - 1) * size, 0) / (count * total);
    },
  });
}

/**
 * Effective complexity: how many units matter, those of more than a share of the largest absolute relevance.
 *
 * **Shapes** relevance `[U]` -> 0 to U. **Better** lower.
 *
 * @param options.share The share of the largest that a unit must exceed. Default 0.01.
 * @throws {RangeError} If the share is not from 0 to 1.
 *
 * @example Two of three
 * ```ts
 * import { effectiveComplexity } from "@relprop/lrp/evaluation";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(await effectiveComplexity({ share: 0.1 }).evaluate({ relevance: [10, -2, 0.5] }), 2);
 * ```
 *
 * @see Nguyen, Martínez 2020, On Quantitative Aspects of Model Interpretability, https://arxiv.org/abs/2007.07584
 */
export function effectiveComplexity({ share = 0.01 }: { readonly share?: number } = {}): Metric<"relevance"> {
  if (!(share >= 0 && share <= 1)) {
    throw new RangeError(`Cannot measure effective complexity: share must be from 0 to 1, got ${share}`);
  }
  return Object.freeze<Metric<"relevance">>({
    name: "Effective complexity",
    direction: "lower",
    category: "complexity",
    source: "Nguyen, Martínez 2020",
    evaluate: ({ relevance }) => {
      const sizes = Array.from(relevance, Math.abs);
      const largest = Math.max(...sizes);
      return sizes.filter((size) => size > share * largest).length;
    },
  });
}
