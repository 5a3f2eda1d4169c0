import { assertEquals } from "@std/assert";
import {
  averagePooling,
  elu,
  meanPooling,
  softplus,
  stack,
  take,
  transposedConvolution,
} from "../../lib/layers/mod.ts";
import { eagerOps as ops } from "../../lib/ops/mod.ts";
import { propagate, wSquareRule } from "../../lib/rules/mod.ts";
import { contiguous, type Tensor, tensor } from "../../lib/tensor/mod.ts";
import { assertClose } from "../support/assert_close.ts";

const shown = (x: Tensor): unknown => [x.shape, [...contiguous(x)]];

Deno.test("negative axes count from the end", () => {
  const x = tensor([[1, 2, 3], [4, 5, 6]]);
  assertEquals(shown(take({ axis: -1, index: 0 }).forward(ops, [x])), [[2], [1, 4]]);
  assertEquals(
    shown(take({ axis: -1, index: -1 }).pullback(ops, { inputs: [x], output: x }, tensor([7, 8]))[0]),
    [[2, 3], [0, 0, 7, 0, 0, 8]],
  );
  assertEquals(shown(meanPooling({ axis: -1 }).forward(ops, [x])), [[2], [2, 5]]);
  const joined = stack({ axis: -1 });
  const pair = [tensor([[1, 2]]), tensor([[3, 4]])];
  assertEquals(shown(joined.forward(ops, pair)), [[1, 2, 2], [1, 3, 2, 4]]);
  const [first, second] = joined.pullback(ops, { inputs: pair, output: x }, tensor([[[1, 3], [2, 4]]]));
  assertEquals([shown(first), shown(second)], [[[1, 2], [1, 2]], [[1, 2], [3, 4]]]);
});

Deno.test("an output padding of more than a stride does not reach the gradient", () => {
  const layer = transposedConvolution({ weights: tensor([[[1, 2]]]), dilation: 3, outputPadding: 2 });
  const x = tensor([[[1, 10, 100, 1000]]]);
  const output = layer.forward(ops, [x]);
  // (4 - 1)·1 + 3·1 + 1 + 2 = 9 places: y_i = x_i + 2 x_(i - 3)
  assertEquals(shown(output), [[1, 1, 9], [1, 10, 100, 1002, 20, 200, 2000, 0, 0]]);
  const s = tensor([[[1, 2, 3, 4, 5, 6, 7, 8, 9]]]);
  // s_i + 2 s_(i + 3)
  assertEquals(shown(layer.pullback(ops, { inputs: [x], output }, s)[0]), [[1, 1, 4], [9, 12, 15, 18]]);
});

Deno.test("w² on an average that leaves padding out squares what each place counts", () => {
  const layer = averagePooling({ kernel: [2], padding: 1, countPadding: false });
  // Windows [pad, a], [b, c], [d, pad]: the weights are 1, ½ and 1.
  const x = tensor([[[1, 2, 3, 4]]]);
  assertEquals(shown(layer.forward(ops, [x])), [[1, 1, 3], [1, 2.5, 4]]);
  const map = layer.linear!(ops, [x]);
  const square = (w: Tensor): Tensor => ops.multiply(w, w);
  assertEquals([...map.forward(x, { weights: square }).data], [1, 1.25, 4]); // (2 + 3) / 4
  assertEquals([...map.pullback(tensor([[[1, 1, 1]]]), { weights: square }).data], [1, 0.25, 0.25, 1]);
  assertEquals([...map.forward(x, { weights: "ones" }).data], [1, 5, 4]);
  const relevance = tensor([[[8, 8, 8]]]);
  const { inputs } = propagate(layer, wSquareRule({ stabilizer: 0 }), { inputs: [x], relevance });
  assertEquals([...inputs[0].data], [8, 4, 4, 8]);
});

Deno.test("softplus and ELU keep the digits of small results", () => {
  // log(1 + e⁻⁴⁰) / 2 = e⁻⁴⁰ / 2 but for e⁻⁸⁰ / 4; log(1 + e⁻²⁰) = e⁻²⁰ - e⁻⁴⁰ / 2
  const small = softplus({ beta: 2 }).forward(ops, [tensor([-20, -10])]);
  assertClose(small, tensor([Math.exp(-40) / 2, (Math.exp(-20) - Math.exp(-40) / 2) / 2]), {
    relative: 1e-15,
  });
  const x = [-1e-9, -1e-3, -1, -800];
  assertClose(elu().forward(ops, [tensor(x)]), tensor(x.map(Math.expm1)), { relative: 1e-15 });
});
