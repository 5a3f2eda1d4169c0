import { assertEquals } from "@std/assert";
import { convolution, dense, flatten, zeroPadding } from "../../lib/layers/mod.ts";
import {
  assign,
  byKind,
  composite,
  epsilonPlus,
  propagateRelevance,
  runNetwork,
  sequential,
} from "../../lib/networks/mod.ts";
import { StagedGraph, stagedOps } from "../../lib/ops/mod.ts";
import { flatRule } from "../../lib/rules/mod.ts";
import { tensor } from "../../lib/tensor/mod.ts";
import { assertClose } from "../support/assert_close.ts";
import { assertMessage } from "../support/assert_message.ts";

const padded = sequential({
  pad: zeroPadding({ axis: 2, before: 2, after: 0 }),
  causal: convolution({ weights: tensor([[[1, 2, 4]]]) }),
  flat: flatten(),
  scores: dense({ weights: tensor([[1, 1]]) }),
});
const x = tensor([[[3, 5]]]);

Deno.test("zeros before the first step make a convolution causal, and get nothing where rules look at the input", () => {
  const run = runNetwork(padded, x);
  assertEquals([...run.values.get("causal")!.data], [12, 26]); // 4·3, 2·3 + 4·5
  const { input, ledger } = propagateRelevance(padded, run, {
    composite: epsilonPlus(),
    seed: tensor([[38]]),
  });
  assertClose(input, tensor([[[18, 20]]]), { absolute: 1e-4 }); // 12 + 6, 20
  assertClose(ledger.lost, 0, { absolute: 1e-12 });
});

Deno.test("what a rule that ignores the input gives to the zeros is in the ledger as lost", () => {
  const rules = composite("flat", [assign(byKind("convolution"), flatRule()), ...epsilonPlus().assignments]);
  const { input, ledger } = propagateRelevance(padded, x, { composite: rules, seed: tensor([[38]]) });
  // Each window shares its part, 12 and 26, in three: to 0, 0 and 3, and to 0, 3 and 5.
  assertClose(input, tensor([[[12 / 3 + 26 / 3, 26 / 3]]]), { absolute: 1e-4 });
  assertClose(ledger.lost, 24 / 3 + 26 / 3, { absolute: 1e-4 });
  assertClose(ledger.gap, 0, { absolute: 1e-12 });
});

Deno.test("a zero padding says what it cannot do", () => {
  for (
    const [options, amount] of [[{ axis: 1, before: -1, after: 0 }, "before"], [{
      axis: 1,
      before: 0,
      after: 0.5,
    }, "after"]] as const
  ) {
    assertMessage(
      () => zeroPadding(options),
      RangeError,
      `Cannot make a zero padding: ${amount} must be a whole number >= 0, got ${options[amount]}`,
    );
  }
  const graph = new StagedGraph();
  assertMessage(
    () =>
      zeroPadding({ axis: 1, before: 1, after: 0 }).forward(stagedOps(graph), [graph.input("x", ["N", "T"])]),
    RangeError,
    "Cannot pad: the axis must have a known size, got one that is known when the graph runs",
  );
});
