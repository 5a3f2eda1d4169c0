import { assertEquals } from "@std/assert";
import { dense, leakyRelu, relu } from "../../lib/layers/mod.ts";
import {
  type Composite,
  deconvnet,
  gradient,
  guidedBackpropagation,
  propagateRelevance,
  sequential,
} from "../../lib/networks/mod.ts";
import { tensor } from "../../lib/tensor/mod.ts";

Deno.test("guidedBackpropagation() and deconvnet() change the gradient at ReLUs only", () => {
  const network = (activation: ReturnType<typeof relu>) =>
    sequential([activation, dense({ weights: tensor([[2, -3]]) })]);
  const through = (activation: ReturnType<typeof relu>, composite: Composite): number[] => [
    ...propagateRelevance(network(activation), tensor([[-1, 1]]), { composite, seed: tensor([[1]]) }).input
      .data,
  ];
  // Below the dense layer stand 2 and -3; the ReLU is closed for the first, open for the second.
  assertEquals(through(relu(), gradient()), [0, -3]);
  assertEquals(through(relu(), guidedBackpropagation()), [0, 0]);
  assertEquals(through(relu(), deconvnet()), [2, 0]);
  const leaky = leakyRelu({ slope: 0.5 });
  for (const composite of [gradient(), guidedBackpropagation(), deconvnet()]) {
    assertEquals(through(leaky, composite), [1, -3]);
  }
});
