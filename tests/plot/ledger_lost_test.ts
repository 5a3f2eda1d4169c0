import { assertEquals, assertStringIncludes } from "@std/assert";
import { ledgerWaterfall, relevanceFlow } from "../../lib/plot/mod.ts";

const ledger = {
  received: 10,
  input: 4,
  rest: 1,
  entries: [
    { layer: "softmax", bias: 0, stabilizer: 0, lost: 3 },
    { layer: "dense", bias: 2, stabilizer: 0, lost: 0 },
  ],
};

Deno.test("a waterfall shows what rules that do not conserve took away", () => {
  const figure = ledgerWaterfall(ledger);
  // 10 - 2 (bias) - 0 (stabilizer) - 3 (rules) - 1 (rest) = 4
  assertEquals(figure.data[0]!.base, [0, 8, 8, 5, 4, 0]);
  assertEquals(figure.data[0]!.y, [10, 2, 0, 3, 1, 4]);
  assertStringIncludes(figure.description, "rules −3".replace("−", "-"));
  assertStringIncludes(ledgerWaterfall(ledger, { byLayer: true }).description, "softmax: rule -3");
});

Deno.test("a relevance flow shows it too, and ends with what arrives", () => {
  const { description } = relevanceFlow(ledger);
  assertStringIncludes(description, "softmax: rule +3 leaves");
  assertStringIncludes(description, "dense: bias +2 leaves");
});
