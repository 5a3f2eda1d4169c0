/** Metrics against slow definitions that share no code with them, over random relevance with ties. */
import { randomGenerator } from "../../lib/random.ts";
import { assertEquals } from "@std/assert";
import { assertClose } from "../support/assert_close.ts";
import { entropy, gini, pointingGame, relevanceMass, tokenAuprc, tokenF1 } from "../../lib/evaluation/mod.ts";
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

Deno.test("a rank is one more than the smaller numbers and half the other equal ones", () => {
  for (const { relevance } of cases) {
    const expected = relevance.map((r) =>
      1 + relevance.filter((other) => other < r).length +
      (relevance.filter((other) => other === r).length - 1) / 2
    );
    assertEquals([...ranks(relevance)], expected);
  }
});
