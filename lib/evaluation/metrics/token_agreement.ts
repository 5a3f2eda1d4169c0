import type { Metric } from "../metric.ts";
import { byRelevance, requirePositive } from "../perturb.ts";
import { hasEvidence } from "./localisation.ts";

/**
 * Token F1: how well the most relevant tokens agree with the evidence.
 *
 * ```text
 * F1 = 2 · hits / (k + number of evidence tokens)        hits among the k most relevant tokens
 * ```
 *
 * **Shapes** relevance and gold `[U]` -> 0 to 1; undefined without evidence. **Better** higher.
 *
 * @param options.k How many tokens are taken. Default: as many as are evidence.
 * @throws {RangeError} If `k` is not a positive integer.
 *
 * @example One of two
 * ```ts
 * import { tokenF1 } from "@relprop/lrp/evaluation";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(await tokenF1().evaluate({ relevance: [3, 2, 1], gold: [1, 0, 1] }), 0.5);
 * ```
 *
 * @see DeYoung et al. 2020, ERASER, https://arxiv.org/abs/1911.03429
 */
export function tokenF1({ k }: { readonly k?: number } = {}): Metric<"relevance" | "gold"> {
  if (k !== undefined) requirePositive(k, "measure token F1", "k");
  return Object.freeze<Metric<"relevance" | "gold">>({
    name: "Token F1",
    direction: "higher",
    category: "localisation",
    source: "DeYoung et al. 2020",
    evaluate: ({ relevance, gold }) => {
      if (!hasEvidence(gold)) return undefined;
      const evidence = Array.from(gold).filter(Boolean).length;
      const taken = byRelevance(relevance).slice(0, k ?? evidence);
      return 2 * taken.filter((unit) => gold[unit]).length / (taken.length + evidence);
    },
  });
}

/**
 * Token AUPRC: the area under precision over recall as tokens are taken in order of relevance (average precision).
 *
 * ```text
 * Σ_thresholds (recall - recall before) · precision        equally relevant tokens are taken together
 * ```
 *
 * **Shapes** relevance and gold `[U]` -> 0 to 1; undefined without evidence. **Better** higher; by chance the share of
 * evidence.
 *
 * @example Evidence at ranks 1 and 3: (1/1 + 2/3) / 2
 * ```ts
 * import { tokenAuprc } from "@relprop/lrp/evaluation";
 * import { assertAlmostEquals } from "@std/assert";
 *
 * assertAlmostEquals((await tokenAuprc().evaluate({ relevance: [3, 2, 1], gold: [1, 0, 1] }))!, 5 / 6);
 * ```
 *
 * @see DeYoung et al. 2020, ERASER, https://arxiv.org/abs/1911.03429
 */
export function tokenAuprc(): Metric<"relevance" | "gold"> {
  return Object.freeze<Metric<"relevance" | "gold">>({
    name: "Token AUPRC",
    direction: "higher",
    category: "localisation",
    source: "DeYoung et al. 2020",
    evaluate: ({ relevance, gold }) => {
      if (!hasEvidence(gold)) return undefined;
      const order = byRelevance(relevance);
      const evidence = Array.from(gold).filter(Boolean).length;
      let hits = 0, before = 0, area = 0;
      order.forEach((unit, place) => {
        hits += Number(gold[unit]);
        const next = order[place + 1];
        if (next !== undefined && relevance[next] === relevance[unit]) return;
        area += (hits - before) / evidence * hits / (place + 1);
        before = hits;
      });
      return area;
    },
  });
}
