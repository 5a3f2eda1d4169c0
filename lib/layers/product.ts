import type { Ops } from "../ops/mod.ts";
import { requireOptions } from "../options.ts";
import type { Layer, LayerPoint } from "./layer.ts";

/**
 * The elementwise product of two signals, such as a gate and what it lets through; they broadcast.
 *
 * **Shapes** two inputs that broadcast to `[…]` -> output `[…]`.
 *
 * @example A gate and a signal
 * ```ts
 * import { multiply } from "@relprop/lrp/layers";
 * import { eagerOps } from "@relprop/lrp/ops";
 * import { tensor } from "@relprop/lrp/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * const output = multiply().forward(eagerOps, [tensor([0, 0.5]), tensor([3, 4])]);
 * assertEquals([...output.data], [0, 2]);
 * ```
 */
export function multiply(): Layer {
  const layer: Layer = Object.freeze<Layer>({
    kind: "multiply",
    family: "product",
    settings: Object.freeze({}),
    parameters: Object.freeze({}),
    arity: [2, 2],
    forward: <T>(ops: Ops<T>, [a, b]: readonly T[]): T => ops.multiply(a, b),
    pullback: <T>(ops: Ops<T>, { inputs: [a, b] }: LayerPoint<T>, s: T): readonly T[] => [
      ops.sumLike(ops.multiply(s, b), a),
      ops.sumLike(ops.multiply(s, a), b),
    ],
    withParameters: () => layer,
  });
  return layer;
}

/**
 * The matrix product of two signals over their last two axes, such as queries and keys.
 *
 * **Shapes** `[…, S, D]` and `[…, D, T]` -> `[…, S, T]`; with `transposeRight` the second is `[…, T, D]`.
 *
 * @param options.transposeRight Whether the last two axes of the second input are exchanged first. Default false.
 * @throws {TypeError} If an option is not known.
 *
 * @example A query and a key
 * ```ts
 * import { matmul } from "@relprop/lrp/layers";
 * import { eagerOps } from "@relprop/lrp/ops";
 * import { tensor } from "@relprop/lrp/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * const layer = matmul({ transposeRight: true });
 * assertEquals(layer.forward(eagerOps, [tensor([[1, 2]]), tensor([[3, 4]])]).get(0, 0), 11); // 1·3 + 2·4
 * ```
 */
export function matmul(options: { transposeRight?: boolean | undefined } = {}): Layer {
  requireOptions(options, { action: "make a matrix product", known: ["transposeRight"] });
  const { transposeRight = false } = options;
  const layer: Layer = Object.freeze<Layer>({
    kind: "matmul",
    family: "matmul",
    settings: Object.freeze({ transposeRight }),
    parameters: Object.freeze({}),
    arity: [2, 2],
    forward: <T>(ops: Ops<T>, [a, b]: readonly T[]): T => ops.matmul(a, transposeRight ? turned(ops, b) : b),
    pullback: <T>(ops: Ops<T>, { inputs: [a, b] }: LayerPoint<T>, s: T): readonly T[] => {
      const left = ops.matmul(s, transposeRight ? b : turned(ops, b));
      const right = transposeRight ? ops.matmul(turned(ops, s), a) : ops.matmul(turned(ops, a), s);
      return [ops.sumLike(left, a), ops.sumLike(right, b)];
    },
    withParameters: () => layer,
  });
  return layer;
}

/** A value with its last two axes exchanged. */
function turned<T>(ops: Ops<T>, x: T): T {
  const rank = ops.shape(x).length;
  return ops.transpose(x, [...Array(rank - 2).keys(), rank - 1, rank - 2]);
}
