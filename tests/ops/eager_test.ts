import { assertEquals } from "@std/assert";
import { eagerOps as ops } from "../../lib/ops/mod.ts";
import { erf } from "../../lib/ops/erf.ts";
import { type Tensor, tensor } from "../../lib/tensor/mod.ts";
import { assertClose } from "../support/assert_close.ts";

const same = (actual: Tensor, expected: Tensor): void => assertClose(actual, expected, {});
const plain = { strides: [1], paddingBegin: [0], paddingEnd: [0], dilations: [1], groups: 1 };

Deno.test("elementwise operations broadcast as NumPy does", () => {
  const column = tensor([[1], [2]]);
  const row = tensor([10, 20, 30]);
  same(ops.add(column, row), tensor([[11, 21, 31], [12, 22, 32]]));
  same(ops.subtract(row, 1), tensor([9, 19, 29]));
  same(ops.subtract(1, row), tensor([-9, -19, -29]));
  same(ops.multiply(column, column), tensor([[1], [4]]));
  same(ops.divide(row, column), tensor([[10, 20, 30], [5, 10, 15]]));
  same(ops.minimum(row, 15), tensor([10, 15, 15]));
  same(ops.maximum(tensor([-1, 2]), 0), tensor([0, 2]));
  same(ops.greater(tensor([1, 2, 3]), 2), tensor([0, 0, 1]));
  same(ops.equal(tensor([1, 2, 3]), 2), tensor([0, 1, 0]));
  // Three axes against two, stretched in the middle.
  same(
    ops.add(tensor([[[1, 2]], [[3, 4]]]), tensor([[10, 20], [30, 40]])),
    tensor([
      [[11, 22], [31, 42]],
      [[13, 24], [33, 44]],
    ]),
  );
});

Deno.test("where() takes a branch, whatever stands in the other", () => {
  same(ops.where(tensor([1, 0, 2]), tensor([5, NaN, 6]), -1), tensor([5, -1, 6]));
  same(ops.where(tensor([[1], [0]]), tensor([1, 2]), 0), tensor([[1, 2], [0, 0]]));
});

Deno.test("functions of one number", () => {
  same(ops.negate(tensor([1, -2])), tensor([-1, 2]));
  same(ops.absolute(tensor([1, -2])), tensor([1, 2]));
  same(ops.sqrt(tensor([4, 9])), tensor([2, 3]));
  assertClose(ops.exp(tensor([0, 1])), tensor([1, Math.E]), { relative: 1e-15 });
  assertClose(ops.log(tensor([1, Math.E])), tensor([0, 1]), { absolute: 1e-15 });
  assertClose(ops.tanh(tensor([0.5])), tensor([0.46211715726000973]), { relative: 1e-15 });
  same(ops.sigmoid(tensor([0, -1000, 1000])), tensor([0.5, 0, 1]));
});

Deno.test("erf() has float64 precision in both of its ranges", () => {
  // math.erf of Python 3.11.
  const values: [number, number][] = [
    [0, 0],
    [1e-9, 1.1283791670955127e-9],
    [0.5, 0.5204998778130465],
    [1.7, 0.983790458590775],
    [2.4999, 0.9995928300996672],
    [2.5001, 0.9995932657565293],
    [4, 0.9999999845827421],
    [-1.2, -0.9103139782296354],
    [7, 1],
  ];
  for (const [x, expected] of values) assertClose(erf(x), expected, { relative: 5e-16, where: `erf(${x})` });
  same(ops.erf(tensor([7, -7])), tensor([1, -1]));
});

Deno.test("reductions keep their axes", () => {
  const x = tensor([[1, 2, 3], [4, 5, 6]]);
  same(ops.sum(x, [1]), tensor([[6], [15]]));
  same(ops.sum(x, [0, -1]), tensor([[21]]));
  same(ops.mean(x, [0]), tensor([[2.5, 3.5, 4.5]]));
  same(ops.max(tensor([[-3, -1], [-2, -9]]), [1]), tensor([[-1], [-2]]));
  same(ops.sum(x, []), x);
});

Deno.test("matmul() multiplies the last two axes and broadcasts the rest", () => {
  const a = tensor([[1, 2], [3, 4]]);
  same(ops.matmul(a, tensor([[5], [6]])), tensor([[17], [39]]));
  const batch = tensor([[[1, 2]], [[3, 4]]]); // [2, 1, 2]
  same(ops.matmul(batch, a), tensor([[[7, 10]], [[15, 22]]]));
  same(ops.matmul(a, tensor([[[1], [0]], [[0], [1]]])), tensor([[[1], [3]], [[2], [4]]]));
});

Deno.test("convolution() and its transpose, by hand", () => {
  const x = tensor([[[1, 2, 3, 4]]]);
  const weights = tensor([[[10, 1]]]);
  same(ops.convolution(x, weights, plain), tensor([[[12, 23, 34]]])); // 10·1 + 2, 10·2 + 3, 10·3 + 4
  const padded = { ...plain, paddingBegin: [1], paddingEnd: [0], strides: [2] };
  same(ops.convolution(x, weights, padded), tensor([[[1, 23]]])); // 0·10 + 1, 2·10 + 3
  const wide = { ...plain, dilations: [2] };
  same(ops.convolution(x, weights, wide), tensor([[[13, 24]]])); // 10·1 + 3, 10·2 + 4
  same(ops.transposedConvolution(tensor([[[1, 2]]]), weights, plain, [0]), tensor([[[10, 21, 2]]]));
  same(
    ops.transposedConvolution(tensor([[[1, 2]]]), weights, { ...plain, strides: [2] }, [1]),
    tensor([[[10, 1, 20, 2, 0]]]),
  );
  const groups = ops.convolution(tensor([[[1, 2], [3, 4]]]), tensor([[[1]], [[10]]]), {
    ...plain,
    groups: 2,
  });
  same(groups, tensor([[[1, 2], [30, 40]]]));
});

Deno.test("maxPool() lets the first of equals win, padding never, and maxUnpool() adds where windows overlap", () => {
  const geometry = { kernel: [2], strides: [1], padding: [0], dilations: [1], ceil: false };
  const x = tensor([[[3, 3, 1, 5]]]);
  const { values, winners } = ops.maxPool(x, geometry);
  same(values, tensor([[[3, 3, 5]]]));
  same(winners, tensor([[[0, 1, 3]]]));
  same(ops.maxUnpool(tensor([[[1, 10, 100]]]), winners, x), tensor([[[1, 10, 0, 100]]]));
  const rising = tensor([[[1, 5, 2]]]);
  const both = ops.maxPool(rising, geometry);
  same(ops.maxUnpool(tensor([[[1, 10]]]), both.winners, rising), tensor([[[0, 11, 0]]]));
  const negative = ops.maxPool(tensor([[[-4, -2]]]), { ...geometry, padding: [1] });
  same(negative.values, tensor([[[-4, -2, -2]]]));
  const over = { ...geometry, strides: [2], ceil: true };
  same(ops.maxPool(tensor([[[1, 2, 3]]]), over).values, tensor([[[2, 3]]]));
});

Deno.test("movement of values", () => {
  const x = tensor([[1, 2, 3], [4, 5, 6]]);
  same(ops.reshape(x, [3, -1]), tensor([[1, 2], [3, 4], [5, 6]]));
  same(ops.reshape(x, [0, 1, 3]), tensor([[[1, 2, 3]], [[4, 5, 6]]]));
  same(ops.transpose(x, [1, 0]), tensor([[1, 4], [2, 5], [3, 6]]));
  same(ops.concatenate([x, tensor([[7], [8]])], 1), tensor([[1, 2, 3, 7], [4, 5, 6, 8]]));
  same(ops.slice(x, -1, 1, 3), tensor([[2, 3], [5, 6]]));
  same(
    ops.pad(tensor([[1], [2]]), 1, 1, tensor([[0, 0, 0, 0], [0, 0, 0, 0]])),
    tensor([[0, 1, 0, 0], [0, 2, 0, 0]]),
  );
  same(ops.gather(x, tensor([[1, 0], [1, 1]])), tensor([[[4, 5, 6], [1, 2, 3]], [[4, 5, 6], [4, 5, 6]]]));
  same(ops.expandLike(tensor([[1], [2]]), x), tensor([[1, 1, 1], [2, 2, 2]]));
  same(ops.sumLike(x, tensor([[0], [0]])), tensor([[6], [15]]));
  same(ops.sumLike(x, tensor([0, 0, 0])), tensor([5, 7, 9]));
  same(ops.leading(tensor([[1, 2, 3]]), 1, x, 0), tensor([[1, 2]]));
  assertEquals(ops.shape(x), [2, 3]);
  same(ops.constant(7), tensor([7], []));
});

Deno.test("views with strides of their own are read as what they show", () => {
  const turned = tensor([[1, 2], [3, 4]]).transpose(1, 0) as Tensor;
  same(ops.add(turned, 0), tensor([[1, 3], [2, 4]]));
  same(ops.matmul(turned, tensor([[1], [1]])), tensor([[4], [6]]));
});
