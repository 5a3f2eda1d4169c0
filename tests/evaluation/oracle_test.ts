/** Metrics against slow definitions that share no code with them, over random relevance with ties. */
import { randomGenerator } from "../../lib/random.ts";
import { assertEquals } from "@std/assert";
import { assertClose } from "../support/assert_close.ts";
import {
  conservationGap,
  effectiveComplexity,
  entropy,
  gini,
  knownCorrelation,
  pointingGame,
  relevanceMass,
  tokenAuprc,
  tokenF1,
} from "../../lib/evaluation/mod.ts";
import { tensor } from "../../lib/tensor/mod.ts";
import { ranks } from "../../lib/evaluation/rank_correlation.ts";

const random = randomGenerator(17);
const cases = Array.from({ length: 200 }, () => {
  const count = 2 + random.integer(12);
  return {
    relevance: Array.from({ length: count }, () => random.integer(9) - 3),
    gold: Array.from({ length: count }, () => random.integer(2)),
  };
}).filter(({ relevance, gold }) => gold.includes(1) && relevance.some((r) => r > 0));

Deno.test("the Gini index is half the relative mean difference of all pairs", async () => {
  for (const { relevance } of cases) {
    const sizes = relevance.map(Math.abs), count = sizes.length;
    const total = sizes.reduce((a, b) => a + b);
    const pairs = sizes.flatMap((a) => sizes.map((b) => Math.abs(a - b))).reduce((a, b) => a + b);
    assertClose((await gini().evaluate({ relevance }))!, pairs / (2 * count * total), { absolute: 1e-14 });
  }
});

Deno.test("the entropy is the logarithm of the total minus the mean logarithm of the sizes", async () => {
  for (const { relevance } of cases) {
    const sizes = relevance.map(Math.abs).filter((size) => size > 0);
    const total = sizes.reduce((a, b) => a + b);
    const expected = Math.log(total) - sizes.reduce((sum, size) => sum + size * Math.log(size), 0) / total;
    assertClose((await entropy().evaluate({ relevance }))!, expected, { absolute: 1e-14 });
  }
});

Deno.test("AUPRC is the sum over thresholds, each counted from all units", async () => {
  for (const { relevance, gold } of cases) {
    const evidence = gold.filter(Boolean).length;
    let area = 0, before = 0;
    for (const threshold of [...new Set(relevance)].sort((a, b) => b - a)) {
      const taken = relevance.flatMap((r, i) => r >= threshold ? [gold[i]!] : []);
      const hits = taken.filter(Boolean).length;
      area += (hits / evidence - before) * hits / taken.length;
      before = hits / evidence;
    }
    assertClose((await tokenAuprc().evaluate({ relevance, gold }))!, area, { absolute: 1e-14 });
  }
});

Deno.test("F1 is the harmonic mean of precision and recall", async () => {
  for (const { relevance, gold } of cases) {
    for (const k of [1, 2, 5]) {
      const taken = relevance.map((_, i) => i).filter((i) =>
        relevance.filter((r, j) => r > relevance[i]! || (r === relevance[i] && j < i)).length < k
      );
      const hits = taken.filter((i) => gold[i]).length;
      const precision = hits / taken.length, recall = hits / gold.filter(Boolean).length;
      const expected = hits === 0 ? 0 : 2 * precision * recall / (precision + recall);
      assertClose((await tokenF1({ k }).evaluate({ relevance, gold }))!, expected, { absolute: 1e-14 });
    }
  }
});

Deno.test("pointing game and mass by filters", async () => {
  for (const { relevance, gold } of cases) {
    const hit = gold[relevance.indexOf(Math.max(...relevance))]!;
    assertEquals(await pointingGame().evaluate({ relevance, gold }), hit);
    const positive = relevance.map((r) => r > 0 ? r : 0);
    const inside = positive.filter((_, i) => gold[i]).reduce((a, b) => a + b, 0);
    assertClose(
      (await relevanceMass().evaluate({ relevance, gold }))!,
      inside / positive.reduce((a, b) => a + b),
      {
        absolute: 1e-15,
      },
    );
  }
});

Deno.test("effective complexity counts the units above each share of the largest", async () => {
  for (const { relevance } of cases) {
    for (const share of [0.01, 0.3, 0.5, 0.9]) {
      let largest = 0, count = 0;
      for (const r of relevance) if (r > largest || -r > largest) largest = r > 0 ? r : -r;
      for (const r of relevance) if (r > share * largest || -r > share * largest) count++;
      assertEquals(await effectiveComplexity({ share }).evaluate({ relevance }), count);
    }
  }
});

Deno.test("correlation with known relevance is that of all pairs of differences", async () => {
  for (const { relevance } of cases) {
    const known = relevance.map((r) => r / 2 + random.normal());
    // Σ_ij (a_i - a_j)(b_i - b_j) is 2 n² times the covariance.
    const pairs = (a: readonly number[], b: readonly number[]): number => {
      let sum = 0;
      for (let i = 0; i < a.length; i++) {
        for (let j = 0; j < a.length; j++) sum += (a[i]! - a[j]!) * (b[i]! - b[j]!);
      }
      return sum;
    };
    const spread = Math.sqrt(pairs(relevance, relevance) * pairs(known, known));
    const found = await knownCorrelation().evaluate({ relevance, known });
    if (spread === 0) assertEquals(found, undefined);
    else assertClose(found!, pairs(relevance, known) / spread, { absolute: 1e-13 });
  }
});

Deno.test("the conservation gap is what scores and relevance of tokens leave over", async () => {
  for (const { relevance } of cases) {
    const [score, rest] = [random.normal(), random.normal()];
    let left = score - rest;
    for (const r of relevance) left -= r / 7;
    const attribution = {
      score,
      rest,
      relevance: tensor(relevance.map((r) => r / 7)),
      target: { name: "0", weights: Float64Array.of(1) },
      labels: ["0"],
    };
    const expected = (left < 0 ? -left : left) / (score < 0 ? -score : score);
    assertClose((await conservationGap().evaluate({ attribution }))!, expected, { absolute: 1e-11 });
  }
});

Deno.test("a rank is one more than the smaller numbers and half the other equal ones", () => {
  for (const { relevance } of cases) {
    const expected = relevance.map((r) =>
      1 + relevance.filter((other) => other < r).length +
      (relevance.filter((other) => other === r).length - 1) / 2
    );
    assertEquals([...ranks(relevance)], expected);
  }
});
