import type { Ops } from "../ops/mod.ts";
import { requireOptions } from "../options.ts";
import { type NumericArray, requireShape } from "../tensor/mod.ts";
import type { Layer, LayerPoint } from "./layer.ts";
import { parametersFrom } from "./linear_layer.ts";

/**
 * A table of vectors, looked up by number: the vectors of tokens.
 *
 * Relevance ends here: the relevance of a token is the sum over its vector.
 *
 * **Shapes** input `[N, T]` whole numbers, weights `[V, E]` -> output `[N, T, E]`.
 *
 * @throws {TypeError} If an option is not known, or the weights are missing.
 * @throws {ShapeError} If the weights are no matrix.
 *
 * @example The vectors of tokens 1 and 0
 * ```ts
 * import { embedding } from "@relprop/lrp/layers";
 * import { eagerOps } from "@relprop/lrp/ops";
 * import { tensor } from "@relprop/lrp/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * const layer = embedding({ weights: tensor([[1, 2], [3, 4]]) });
 * assertEquals([...layer.forward(eagerOps, [tensor([[1, 0]])]).data], [3, 4, 1, 2]);
 * ```
 */
export function embedding(options: { weights: NumericArray }): Layer {
  requireOptions(options, { action: "make an embedding", known: ["weights"], required: ["weights"] });
  const parameters = parametersFrom({ weights: options.weights });
  requireShape(parameters.weights.shape, [-1, -1], { action: "make an embedding", where: "weights" });
  return Object.freeze<Layer>({
    kind: "embedding",
    family: "lookup",
    settings: Object.freeze({ rows: parameters.weights.shape[0], size: parameters.weights.shape[1] }),
    parameters,
    forward: <T>(ops: Ops<T>, [x]: readonly T[]): T => ops.gather(ops.constant(parameters.weights), x),
    pullback: <T>(ops: Ops<T>, _: LayerPoint<T>, s: T): readonly T[] => {
      const last = ops.shape(s).length - 1;
      return [dropLast(ops, ops.sum(s, [last]), last)];
    },
    withParameters: ({ weights }) => embedding({ weights }),
  });
}

function dropLast<T>(ops: Ops<T>, x: T, last: number): T {
  return ops.reshape(x, new Array<number>(last).fill(0));
}

/**
 * The first rows of a table, as many as its input has steps: learned positions.
 *
 * **Shapes** input `[N, T, …]`, weights `[Tmax, E]` -> output `[1, T, E]`. It does not depend on the values of its input.
 *
 * @throws {TypeError} If an option is not known, or the weights are missing.
 * @throws {ShapeError} If the weights are no matrix.
 *
 * @example Two of three positions
 * ```ts
 * import { positions } from "@relprop/lrp/layers";
 * import { eagerOps } from "@relprop/lrp/ops";
 * import { contiguous, tensor } from "@relprop/lrp/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * const layer = positions({ weights: tensor([[10], [20], [30]]) });
 * assertEquals([...contiguous(layer.forward(eagerOps, [tensor([[7, 7]])]))], [10, 20]);
 * ```
 */
export function positions(options: { weights: NumericArray }): Layer {
  requireOptions(options, { action: "make positions", known: ["weights"], required: ["weights"] });
  const parameters = parametersFrom({ weights: options.weights });
  requireShape(parameters.weights.shape, [-1, -1], { action: "make positions", where: "weights" });
  const [rows, size] = parameters.weights.shape;
  return Object.freeze<Layer>({
    kind: "positions",
    family: "constant",
    settings: Object.freeze({ rows, size }),
    parameters,
    forward: <T>(ops: Ops<T>, [x]: readonly T[]): T =>
      ops.leading(ops.reshape(ops.constant(parameters.weights), [1, rows, size]), 1, x, 1),
    pullback: <T>(ops: Ops<T>, { inputs: [x] }: LayerPoint<T>, _: T): readonly T[] => [ops.multiply(x, 0)],
    withParameters: ({ weights }) => positions({ weights }),
  });
}
