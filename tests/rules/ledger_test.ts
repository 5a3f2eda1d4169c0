import { assertEquals } from "@std/assert";
import { Ledger } from "../../lib/rules/mod.ts";

const line = { layer: "dense", bias: 0, stabilizer: 0 };

Deno.test("relativeGap is the largest gap of any line, of either sign, in units of the flow", () => {
  const totals = { received: 1, input: 1, rest: 0 };
  // The line sends 4 of the 1 that it received; the whole is in balance.
  assertEquals(new Ledger([{ ...line, received: 1, sent: 4 }], totals).relativeGap, 3 / 4);
  assertEquals(new Ledger([{ ...line, received: 4, sent: 1 }], totals).relativeGap, 3 / 4);
});

Deno.test("relativeGap is that of the whole where all lines are in balance", () => {
  const ledger = new Ledger([{ ...line, received: 1, sent: 1 }], { received: 1, input: 3, rest: 0 });
  assertEquals([ledger.gap, ledger.relativeGap], [-2, 2 / 3]);
});

Deno.test("relativeGap of a ledger of zeros is 0", () => {
  assertEquals(new Ledger([], { received: 0, input: 0, rest: 0 }).relativeGap, 0);
});
