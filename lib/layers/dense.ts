import type { Ops } from "../ops/mod.ts";
import { requireOptions } from "../options.ts";
import { type NumericArray, requireShape } from "../tensor/mod.ts";
import type { Layer, LinearMap } from "./layer.ts";
import { changed, linearLayer, parametersFrom, withBias } from "./linear_layer.ts";

/**
 * A dense layer, `y = x Wᵀ + b`, over the last axis.
 *
 * **Shapes** input `[…, D]`, weights `[M, D]` as in PyTorch, bias `[M]` -> output `[…, M]`.
 *
 * @throws {TypeError} If an option is not known, or the weights are missing.
 * @throws {ShapeError} If the weights are no matrix, or the bias has not one number per row.
 *
 * @example Two inputs, one output
 * ```ts
 * import { dense } from "@relprop/lrp/layers";
 * import { eagerOps } from "@relprop/lrp/ops";
 * import { tensor } from "@relprop/lrp/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * const layer = dense({ weights: tensor([[3, 4]]), bias: tensor([1]) });
 * assertEquals(layer.forward(eagerOps, [tensor([[1, 2]])]).get(0, 0), 12); // 3·1 + 4·2 + 1
 * ```
 */
export function dense(options: { weights: NumericArray; bias?: NumericArray | undefined }): Layer {
  requireOptions(options, {
    action: "make a dense layer",
    known: ["weights", "bias"],
    required: ["weights"],
  });
  const parameters = parametersFrom({ weights: options.weights, bias: options.bias });
  const { weights, bias } = parameters;
  requireShape(weights.shape, [-1, -1], { action: "make a dense layer", where: "weights" });
  if (bias) {
    requireShape(bias.shape, [weights.shape[0]], { action: "make a dense layer", where: "bias" });
  }
  return linearLayer({
    kind: "dense",
    settings: { inputs: weights.shape[1], outputs: weights.shape[0] },
    parameters,
    linear<T>(ops: Ops<T>, [input]: readonly T[]): LinearMap<T> {
      const w = ops.constant(weights);
      const b = bias && ops.constant(bias);
      return {
        input,
        bias: b,
        forward: (x, change) =>
          withBias(ops, ops.matmul(x, ops.transpose(changed(ops, w, change), [1, 0])), b, change),
        pullback: (s, change) => ops.matmul(s, changed(ops, w, change)),
        weights: w,
        weightsPullback: (x, s) =>
          ops.matmul(
            ops.transpose(ops.reshape(s, [-1, weights.shape[0]]), [1, 0]),
            ops.reshape(x, [-1, weights.shape[1]]),
          ),
        split: (x) => [x],
      };
    },
    withParameters: ({ weights, bias }) => dense({ weights, bias }),
  });
}
