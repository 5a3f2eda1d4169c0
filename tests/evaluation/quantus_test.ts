/** Metrics beside those of the Quantus package on the same numbers; where the two differ, the reason is asserted. */
import { assertEquals } from "@std/assert";
import { effectiveComplexity, entropy, gini, pointingGame, relevanceMass } from "../../lib/evaluation/mod.ts";
import { assertClose } from "../support/assert_close.ts";

interface Fixture {
  readonly relevance: number[][];
  readonly gold: number[][];
  readonly sparseness: number[];
  readonly complexity: number[];
  readonly effectiveComplexity: number[];
  readonly pointingGame: number[];
  readonly massOfAbsolute: number[];
  readonly massOfSigned: number[];
}

const fixture: Fixture = JSON.parse(
  await Deno.readTextFile(new URL("../fixtures/quantus/metrics.json", import.meta.url)),
);
const rows = fixture.relevance.map((relevance, i) => ({ relevance, gold: fixture.gold[i]!, i }));

Deno.test("the Gini index is Quantus' Sparseness, which adds 1e-7 to every number", async () => {
  for (const { relevance, i } of rows) {
    assertClose((await gini().evaluate({ relevance }))!, fixture.sparseness[i]!, { absolute: 1e-6 });
    const raised = relevance.map((r) => Math.abs(r) + 1e-7);
    assertClose((await gini().evaluate({ relevance: raised }))!, fixture.sparseness[i]!, { absolute: 1e-14 });
  }
});

Deno.test("the entropy is Quantus' Complexity", async () => {
  for (const { relevance, i } of rows) {
    assertClose((await entropy().evaluate({ relevance }))!, fixture.complexity[i]!, { absolute: 1e-10 });
  }
});

Deno.test("effective complexity is Quantus' on numbers divided by the largest", async () => {
  for (const { relevance, i } of rows) {
    assertEquals(
      await effectiveComplexity({ share: 0.1 }).evaluate({ relevance }),
      fixture.effectiveComplexity[i],
    );
  }
});

Deno.test("the pointing game is Quantus' but for ties, where Quantus counts any of the largest", async () => {
  for (const { relevance, gold, i } of rows) {
    const largest = Math.max(...relevance);
    const tied = relevance.flatMap((r, unit) => r === largest ? [gold[unit]!] : []);
    assertEquals(Math.max(...tied), fixture.pointingGame[i]);
    assertEquals(await pointingGame().evaluate({ relevance, gold }), tied[0]);
  }
  assertEquals(rows.filter(({ relevance }) => new Set(relevance).size < relevance.length).length, 1);
});

Deno.test("relevance mass is Quantus' where no relevance is negative; signed sums may leave 0 to 1", async () => {
  for (const { relevance, gold, i } of rows) {
    const sizes = relevance.map(Math.abs);
    assertClose((await relevanceMass().evaluate({ relevance: sizes, gold }))!, fixture.massOfAbsolute[i]!, {
      absolute: 1e-14,
    });
    const own = (await relevanceMass().evaluate({ relevance, gold }))!;
    assertEquals(own >= 0 && own <= 1, true);
  }
  assertEquals(fixture.massOfSigned.some((mass) => mass < 0 || mass > 1), true);
});
