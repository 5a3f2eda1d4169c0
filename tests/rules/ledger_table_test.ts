import { assertEquals, assertStringIncludes } from "@std/assert";
import { Ledger } from "../../lib/rules/mod.ts";

const ledger = new Ledger(
  [
    { layer: "head", rule: "epsilon", received: 8, sent: 6, bias: 2, stabilizer: 0 },
    {
      layer: "a<b",
      rule: "softmax taylor",
      position: 1,
      received: 4,
      sent: 3,
      bias: 0,
      stabilizer: 0,
      lost: 1,
    },
    {
      layer: "a<b",
      rule: "softmax taylor",
      position: 0,
      received: 2,
      sent: 0,
      bias: 0,
      stabilizer: 0,
      lost: 2,
    },
  ],
  { received: 8, input: 3, rest: 0 },
);

Deno.test("a ledger adds up the steps of each layer, and what rules took away counts", () => {
  assertEquals(ledger.byLayer(), [
    { layer: "head", rule: "epsilon", received: 8, sent: 6, bias: 2, stabilizer: 0 },
    { layer: "a<b", rule: "softmax taylor", received: 6, sent: 3, bias: 0, stabilizer: 0, lost: 3 },
  ]);
  assertEquals(ledger.lost, 3);
  assertEquals(ledger.gap, 0); // 8 - 3 - 2 - 3
});

Deno.test("a ledger is a table in a terminal and in a notebook", () => {
  assertEquals(ledger.toTable().split("\n"), [
    "layer  rule            received     sent     bias  stabilizer     lost",
    "-----  --------------  --------  -------  -------  ----------  -------",
    "head   epsilon          8.00000  6.00000  2.00000     0.00000  0.00000",
    "a<b    softmax taylor   6.00000  3.00000  0.00000     0.00000  3.00000",
  ]);
  const bundle = (ledger as unknown as Record<symbol, () => Record<string, string>>)[
    Symbol.for("Jupyter.display")
  ]();
  assertStringIncludes(bundle["text/html"], "a&lt;b");
  assertStringIncludes(bundle["text/plain"], "lost             3.00000");
});
