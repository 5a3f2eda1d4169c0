import { assertEquals } from "@std/assert";
import { add, dense, embedding } from "../../lib/layers/mod.ts";
import {
  epsilonPlus,
  networkBuilder,
  propagateRelevance,
  runNetwork,
  sequential,
} from "../../lib/networks/mod.ts";
import { type NumericArray, tensor } from "../../lib/tensor/mod.ts";

Deno.test("a network does not change with the arrays that it was made from", () => {
  const [weights, bias, constant] = [tensor([[1, 1]]), tensor([1]), tensor([[5, 5]])];
  const builder = networkBuilder();
  const sum = builder.add("sum", add(), builder.input("x"), builder.constant("constant", constant));
  const network = builder.build(builder.add("scores", dense({ weights, bias }), sum));
  const score = (): number => runNetwork(network, tensor([[1, 2]])).output.get(0, 0);
  assertEquals(score(), 14); // 6 + 7 + 1
  for (const array of [weights, bias, constant]) array.data.fill(100);
  assertEquals(score(), 14);
});

Deno.test("a run does not change with the input that it was made from", () => {
  const network = sequential([dense({ weights: tensor([[1, 1]]) })]);
  const input = tensor([[1, 2]]);
  const run = runNetwork(network, input);
  input.data.fill(100);
  const { input: relevance } = propagateRelevance(network, run, {
    composite: epsilonPlus({ epsilon: 0 }),
    seed: tensor([[3]]),
  });
  assertEquals([...relevance.data], [1, 2]);
});

Deno.test("arrays of any numbers are inputs: whole, large whole, single and turned ones", () => {
  const network = sequential([embedding({ weights: tensor([[5], [6], [7]]) })]);
  const view = { ...tensor([[0, 0]]), shape: [1, 2], stride: [2, 1], offset: 0 };
  const of = (data: unknown): NumericArray => ({ ...view, data }) as unknown as NumericArray;
  for (
    const data of [
      BigInt64Array.of(1n, 2n),
      Int32Array.of(1, 2),
      Uint8Array.of(1, 2),
      Float32Array.of(1, 2),
      [1, 2],
    ]
  ) {
    assertEquals([...runNetwork(network, of(data)).output.data], [6, 7]);
  }
  const turned = {
    ...view,
    stride: [1, -1],
    offset: 1,
    data: BigInt64Array.of(2n, 1n),
  } as unknown as NumericArray;
  assertEquals([...runNetwork(network, turned).output.data], [6, 7]);
});
