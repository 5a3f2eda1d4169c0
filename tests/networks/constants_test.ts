import { assertEquals } from "@std/assert";
import { add, positions } from "../../lib/layers/mod.ts";
import { assign, byFamily, composite, networkBuilder, propagateRelevance } from "../../lib/networks/mod.ts";
import { zeroRule } from "../../lib/rules/mod.ts";
import { tensor } from "../../lib/tensor/mod.ts";

Deno.test("relevance that reaches learned positions stays there, and the ledger says so", () => {
  const builder = networkBuilder();
  const x = builder.input("x");
  const places = builder.add("positions", positions({ weights: tensor([[3], [2]]) }), x);
  const network = builder.build(builder.add("sum", add(), x, places));
  const { input, relevance, ledger } = propagateRelevance(network, tensor([[[1], [2]]]), {
    composite: composite("zero", [assign(byFamily("linear"), zeroRule())]),
    seed: tensor([[[8], [6]]]),
  });
  // The sums are 4 and 4: a quarter and three quarters of 8, two halves of 6.
  assertEquals([...input.data], [2, 3]);
  assertEquals([...relevance.get("positions")!.data], [6, 3]);
  assertEquals(ledger.toJSON(), {
    received: 14,
    input: 5,
    rest: 9,
    bias: 0,
    stabilizer: 0,
    lost: 0,
    gap: 0,
  });
  assertEquals(ledger.entries.map(({ layer }) => layer), ["sum"]);
});
