import { assertEquals } from "@std/assert";
import { transposedConvolution } from "../../lib/layers/mod.ts";
import { epsilonRule, propagate } from "../../lib/rules/mod.ts";
import { tensor } from "../../lib/tensor/mod.ts";

Deno.test("epsilonRule() leaves the bias of an output without inputs where it is", () => {
  // Stride 2 and a kernel of 1: the outputs are x0 + 1, 1 and x1 + 1, the middle one of the bias alone.
  const layer = transposedConvolution({ weights: tensor([[[1]]]), bias: tensor([1]), stride: 2 });
  const { inputs, bias } = propagate(layer, epsilonRule({ epsilon: 0, biasFactor: 1 }), {
    inputs: [tensor([[[1, 3]]])],
    relevance: tensor([[[4, 5, 8]]]),
  });
  assertEquals([...inputs[0]!.data], [4, 8]); // 1/2 and 1/2 of 4, 3/4 and 1/4 of 8
  assertEquals([...bias!.data], [0, 5, 0]);
});
