import type { Metric } from "../metric.ts";
import { correlation } from "../rank_correlation.ts";

/**
 * The pointing game: does the most relevant unit lie in the evidence? Its mean over examples is the hit rate.
 *
 * **Shapes** relevance and gold `[U]` -> 1 or 0; undefined without evidence. **Better** higher. Of equally relevant units
 * the first counts.
 *
 * @example A hit
 * ```ts
 * import { pointingGame } from "@relprop/lrp/evaluation";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(await pointingGame().evaluate({ relevance: [0.1, 0.7, -2], gold: [0, 1, 0] }), 1);
 * ```
 *
 * @see Zhang et al. 2016, Top-down Neural Attention by Excitation Backprop, https://arxiv.org/abs/1608.00507; for text
 * Poerner, Schütze, Roth 2018, https://aclanthology.org/P18-1032
 */
export function pointingGame(): Metric<"relevance" | "gold"> {
  return Object.freeze<Metric<"relevance" | "gold">>({
    name: "Pointing game",
    direction: "higher",
    category: "localisation",
    source: "Zhang et al. 2016",
    evaluate: ({ relevance, gold }) => {
      if (!hasEvidence(gold)) return undefined;
      let best = 0;
      for (let unit = 1; unit < relevance.length; unit++) {
        if (relevance[unit]! > relevance[best]!) best = unit;
      }
      return Number(gold[best]);
    },
  });
}

/**
 * Relevance mass: the share of the positive relevance that lies in the evidence.
 *
 * ```text
 * Σ_evidence max(R, 0) / Σ max(R, 0)
 * ```
 *
 * **Shapes** relevance and gold `[U]` -> 0 to 1; undefined without evidence or positive relevance. **Better** higher.
 *
 * @example Two thirds
 * ```ts
 * import { relevanceMass } from "@relprop/lrp/evaluation";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(await relevanceMass().evaluate({ relevance: [1, 2, -5], gold: [0, 1, 1] }), 2 / 3);
 * ```
 *
 * @see Arras, Osman, Samek 2022, CLEVR-XAI, https://arxiv.org/abs/2003.07258
 */
export function relevanceMass(): Metric<"relevance" | "gold"> {
  return Object.freeze<Metric<"relevance" | "gold">>({
    name: "Relevance mass",
    direction: "higher",
    category: "localisation",
    source: "Arras et al. 2022",
    evaluate: ({ relevance, gold }) => {
      if (!hasEvidence(gold)) return undefined;
      let inside = 0, all = 0;
      Array.from(relevance, (value, unit) => {
        const mass = Math.max(0, value);
        all += mass;
        if (gold[unit]) inside += mass;
      });
      return all > 0 ? inside / all : undefined;
    },
  });
}

/**
 * Correlation with what each unit is known to contribute, such as the summands of a toy task.
 *
 * **Shapes** relevance and known `[U]` -> -1 to 1; undefined where one of them is constant. **Better** higher.
 *
 * @example Half the size is as good
 * ```ts
 * import { knownCorrelation } from "@relprop/lrp/evaluation";
 * import { assertAlmostEquals } from "@std/assert";
 *
 * assertAlmostEquals((await knownCorrelation().evaluate({ relevance: [1, 2, 4], known: [2, 4, 8] }))!, 1);
 * ```
 *
 * @see Arras et al. 2019, Evaluating Recurrent Neural Network Explanations, https://arxiv.org/abs/1904.11829
 */
export function knownCorrelation(): Metric<"relevance" | "known"> {
  return Object.freeze<Metric<"relevance" | "known">>({
    name: "Correlation with known relevance",
    direction: "higher",
    category: "localisation",
    source: "Arras et al. 2019",
    evaluate: ({ relevance, known }) => known && correlation(relevance, known),
  });
}

/** Whether a unit is evidence at all. */
export function hasEvidence(
  gold: ArrayLike<number | boolean> | undefined,
): gold is ArrayLike<number | boolean> {
  return gold !== undefined && Array.from(gold).some(Boolean);
}
