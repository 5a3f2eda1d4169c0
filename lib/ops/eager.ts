import { contiguous, type Tensor, tensor } from "../tensor/mod.ts";
import { convolve, convolveTransposed } from "./convolution.ts";
import { differenceOfPairs, eachPair, productOfPairs, quotientOfPairs, sumOfPairs } from "./arithmetic.ts";
import { expand, mapBinary, mapUnary, type PairLoop, select } from "./elementwise.ts";
import { erf } from "./erf.ts";
import { matrixProduct } from "./matmul.ts";
import { concatenate, gather, pad, reshape, slice } from "./movement.ts";
import type { Operand, Ops } from "./ops.ts";
import { poolMax, unpoolMax } from "./pooling.ts";
import { reduceAxes, sumTo } from "./reduce.ts";
import { scan } from "./scan.ts";
import { axisFromFront } from "./shapes.ts";

function lift(value: Operand<Tensor>): Tensor {
  return typeof value === "number" ? tensor([value], []) : value;
}

function binary(
  action: string,
  loop: PairLoop,
): (a: Operand<Tensor>, b: Operand<Tensor>) => Tensor {
  return (a, b) => mapBinary(loop, lift(a), lift(b), action);
}

function unary(f: (x: number) => number): (x: Tensor) => Tensor {
  return (x) => mapUnary(f, x);
}

const sum: Ops<Tensor>["sum"] = (x, axes) => reduceAxes(x, axes, 0, (total, value) => total + value);

/**
 * The reference engine: every operation at once, in float64, on `npm:ndarray` tensors.
 *
 * It is written to be read and trusted before it is fast; large matrix products run on the kernels, to the same bits.
 * Results are row-major tensors; inputs are never written to, and a reshaped tensor shares the numbers of its input, so
 * write to neither.
 *
 * @example An epsilon rule by hand, one dense layer
 * ```ts
 * import { eagerOps } from "@relprop/lrp/ops";
 * import { tensor } from "@relprop/lrp/tensor";
 * import { assertAlmostEquals } from "@std/assert";
 *
 * const input = tensor([[1, 2]]);
 * const weights = tensor([[3], [4]]); // z = 1·3 + 2·4 = 11
 * const z = eagerOps.matmul(input, weights);
 * const share = eagerOps.divide(tensor([[11]]), z);
 * const relevance = eagerOps.multiply(input, eagerOps.matmul(share, eagerOps.transpose(weights, [1, 0])));
 * assertAlmostEquals(relevance.get(0, 0), 3);
 * assertAlmostEquals(relevance.get(0, 1), 8);
 * ```
 */
export const eagerOps: Ops<Tensor> = Object.freeze<Ops<Tensor>>({
  constant: lift,
  shape: (x) => x.shape,

  add: binary("add", sumOfPairs),
  subtract: binary("subtract", differenceOfPairs),
  multiply: binary("multiply", productOfPairs),
  divide: binary("divide", quotientOfPairs),
  minimum: binary("take the minimum", eachPair(Math.min)),
  maximum: binary("take the maximum", eachPair(Math.max)),
  greater: binary("compare", eachPair((a, b) => a > b ? 1 : 0)),
  equal: binary("compare", eachPair((a, b) => a === b ? 1 : 0)),
  where: (condition, a, b) => select(condition, lift(a), lift(b)),

  negate: unary((x) => -x),
  absolute: unary(Math.abs),
  exp: unary(Math.exp),
  log: unary(Math.log),
  sqrt: unary(Math.sqrt),
  tanh: unary(Math.tanh),
  sigmoid: unary((x) => 1 / (1 + Math.exp(-x))),
  erf: unary(erf),

  sum,
  mean: (x, axes) => {
    const count = axes.reduce((n, axis) => n * x.shape[axisFromFront(axis, x.shape.length, "average")], 1);
    return mapUnary((total) => total / count, sum(x, axes));
  },
  max: (x, axes) => reduceAxes(x, axes, -Infinity, Math.max),

  matmul: matrixProduct,
  convolution: convolve,
  transposedConvolution: convolveTransposed,
  maxPool: poolMax,
  maxUnpool: unpoolMax,

  reshape,
  transpose: (x, order) => {
    const turned = x.transpose(...order);
    return tensor(contiguous(turned), turned.shape);
  },
  concatenate,
  slice,
  pad,
  gather,
  expandLike: (x, like) => expand(x, like.shape),
  sumLike: (x, like) => sumTo(x, like.shape),
  leading: (x, axis, like, likeAxis) =>
    slice(x, axis, 0, like.shape[axisFromFront(likeAxis, like.shape.length, "slice")]),
  scan,
});
