import { assertEquals } from "@std/assert";
import { softmax } from "../../lib/layers/mod.ts";
import { propagate, softmaxRule } from "../../lib/rules/mod.ts";
import { tensor } from "../../lib/tensor/mod.ts";

Deno.test("softmaxRule() gives a masked entry nothing, whatever its value and relevance", () => {
  const layer = softmax({ mask: tensor([[1, 0]]) });
  const { inputs } = propagate(layer, softmaxRule(), {
    inputs: [tensor([[2, 9]])],
    relevance: tensor([[0, 5]]),
  });
  // s = [1, 0]: 2 · (0 - 1 · 5)
  assertEquals([...inputs[0]!.data], [-10, 0]);
});
