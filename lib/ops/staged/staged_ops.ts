import { eagerOps } from "../eager.ts";
import type { Ops } from "../ops.ts";
import { contiguous, tensor } from "../../tensor/mod.ts";
import { ADD, DIVIDE, MAXIMUM, MINIMUM, MULTIPLY, negate, SUBTRACT } from "./arithmetic.ts";
import { binary, type BinaryFunction, comparison, unary, where } from "./elementwise.ts";
import { filled, floats } from "./lazy.ts";
import { isStaged, UnknownNumbersError } from "./make_value.ts";
import { matmul } from "./matmul.ts";
import { concatenate, expandLike, gather, leading, pad, reshape, slice, transpose } from "./movement.ts";
import { reduced, type Reduction, sumLike } from "./reduce.ts";
import { scan } from "./scan.ts";
import { scalarConstant, type StagedGraph } from "./staged_graph.ts";
import { ANY_SIGN, NON_NEGATIVE, type Sign, type StagedValue } from "./staged_value.ts";
import { convolution, maxPool, maxUnpool, transposedConvolution } from "./windows.ts";

/**
 * The staging engine: every operation is written into a graph as an operator of ONNX instead of being done.
 *
 * Layers and rules run once, with values that stand for what will be there when the graph runs. What the engine knows
 * about values saves nodes: equal nodes are one, zeros vanish, a part that cannot be negative needs no branch for
 * negative numbers, and what does not depend on the input is left to the runtime to fold.
 *
 * @example `max(x, 0)` of what is never negative is nothing to do
 * ```ts
 * import { StagedGraph, stagedOps } from "@relprop/lrp/ops";
 * import { assertEquals } from "@std/assert";
 *
 * const graph = new StagedGraph();
 * const ops = stagedOps(graph);
 * const x = graph.input("x", ["N", 2]);
 * const y = ops.maximum(ops.exp(x), 0);
 * assertEquals(graph.neededFor([y]).nodes.map(({ operator }) => operator), ["Exp"]);
 * assertEquals(ops.shape(y), [-1, 2]);
 * ```
 */
export function stagedOps(graph: StagedGraph): Ops<StagedValue> {
  const two = (f: BinaryFunction): Ops<StagedValue>["add"] => (a, b) => binary(graph, f, a, b);
  const one = (
    operator: string,
    f: keyof Ops<never> & ("negate" | "absolute" | "exp" | "log" | "sqrt" | "tanh" | "sigmoid" | "erf"),
    sign: (sign: Sign) => Sign,
  ): Ops<StagedValue>["exp"] =>
  (x) => unary(graph, operator, eagerOps[f], sign, x);
  const fold = (kind: Reduction): Ops<StagedValue>["sum"] => (x, axes) => reduced(graph, kind, x, axes);
  const positive = (): Sign => NON_NEGATIVE;
  const same = (sign: Sign): Sign => sign;
  return Object.freeze<Ops<StagedValue>>({
    constant: (value) => {
      if (typeof value === "number") return scalarConstant(graph, value);
      const flat = contiguous(value);
      const uniform = graph.optimize && flat.length > 1 && flat.every((number) => number === flat[0]);
      if (uniform) return filled(graph, flat[0]!, value.shape);
      // A tensor that lies in order is taken as it is, so that the graph knows it again.
      const whole = flat.buffer === value.data.buffer && flat.length === value.data.length;
      return graph.constant(whole ? value : tensor(flat, value.shape));
    },
    shape: (x) => {
      if (isStaged(x)) return x.shape.map((size) => graph.codeOf(size));
      throw new UnknownNumbersError("an array in the place");
    },

    add: two(ADD),
    subtract: two(SUBTRACT),
    multiply: two(MULTIPLY),
    divide: two(DIVIDE),
    minimum: two(MINIMUM),
    maximum: two(MAXIMUM),
    greater: (a, b) => comparison(graph, "Greater", a, b),
    equal: (a, b) => comparison(graph, "Equal", a, b),
    where: (condition, a, b) => where(graph, condition, a, b),

    negate: (x) => negate(graph, x),
    absolute: one("Abs", "absolute", positive),
    exp: one("Exp", "exp", positive),
    log: one("Log", "log", () => ANY_SIGN),
    sqrt: one("Sqrt", "sqrt", positive),
    tanh: one("Tanh", "tanh", same),
    sigmoid: one("Sigmoid", "sigmoid", positive),
    erf: one("Erf", "erf", same),

    sum: fold("sum"),
    mean: fold("mean"),
    max: fold("max"),

    matmul: (a, b) => matmul(graph, a, b),
    convolution: (x, weights, geometry) => convolution(graph, x, weights, geometry),
    transposedConvolution: (x, weights, geometry, outputPadding) =>
      transposedConvolution(graph, x, weights, geometry, outputPadding),
    maxPool: (x, geometry) => maxPool(graph, x, geometry),
    maxUnpool: (s, winners, like) => maxUnpool(graph, s, winners, like),

    reshape: (x, sizes) => reshape(graph, x, sizes),
    transpose: (x, order) => transpose(graph, x, order),
    concatenate: (values, axis) => concatenate(graph, values, axis),
    slice: (x, axis, start, end) => slice(graph, x, axis, start, end),
    pad: (x, axis, before, like) => pad(graph, x, axis, before, like),
    gather: (table, rows) => gather(graph, table, rows),
    expandLike: (x, like) => expandLike(graph, x, like),
    sumLike: (x, like) => sumLike(graph, x, like),
    leading: (x, axis, like, likeAxis) => leading(graph, x, axis, like, likeAxis),
    scan: (options, step) => scan(graph, options, step),
  });
}

/**
 * A value as the output of a node, a constant or an input of its graph, in floats: what can be an output of a model.
 *
 * @example A sum with 0 has no node before it is asked for
 * ```ts
 * import { StagedGraph, stagedOps, writtenValue } from "@relprop/lrp/ops";
 * import { assertEquals } from "@std/assert";
 *
 * const graph = new StagedGraph();
 * const ones = stagedOps(graph).add(stagedOps(graph).multiply(graph.input("x", ["N", 2]), 0), 1);
 * const { nodes } = graph.neededFor([writtenValue(graph, ones)]);
 * assertEquals(nodes.map(({ operator }) => operator), ["Shape", "Concat", "Expand"]);
 * ```
 */
export function writtenValue(graph: StagedGraph, value: StagedValue): StagedValue {
  return floats(graph, value);
}
