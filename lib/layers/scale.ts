import type { Ops } from "../ops/mod.ts";
import { requireOptions } from "../options.ts";
import type { NumericArray } from "../tensor/mod.ts";
import type { Layer, LinearMap } from "./layer.ts";
import { changed, linearLayer, parametersFrom, withBias } from "./linear_layer.ts";

/**
 * A factor and an offset for each element: `y = x · weights + bias`, with parameters that broadcast.
 *
 * **Shapes** input `[…]`, weights and bias such as `[E]` or `[C, 1, 1]` -> output `[…]`.
 *
 * @throws {TypeError} If an option is not known, or the weights are missing.
 *
 * @example A factor for each of two elements
 * ```ts
 * import { scale } from "@relprop/lrp/layers";
 * import { eagerOps } from "@relprop/lrp/ops";
 * import { tensor } from "@relprop/lrp/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * const layer = scale({ weights: tensor([2, 10]) });
 * assertEquals([...layer.forward(eagerOps, [tensor([[3, 4]])]).data], [6, 40]);
 * ```
 */
export function scale(options: { weights: NumericArray; bias?: NumericArray | undefined }): Layer {
  requireOptions(options, { action: "make a scale", known: ["weights", "bias"], required: ["weights"] });
  const parameters = parametersFrom({ weights: options.weights, bias: options.bias });
  const { weights, bias } = parameters;
  return linearLayer({
    kind: "scale",
    settings: { shape: weights.shape },
    parameters,
    linear<T>(ops: Ops<T>, [input]: readonly T[]): LinearMap<T> {
      const w = ops.constant(weights);
      const b = bias && ops.constant(bias);
      return {
        input,
        bias: b,
        forward: (x, change) => withBias(ops, ops.multiply(x, changed(ops, w, change)), b, change),
        pullback: (s, change) => ops.multiply(s, changed(ops, w, change)),
        weights: w,
        weightsPullback: (x, s) => ops.sumLike(ops.multiply(x, s), w),
        split: (x) => [x],
      };
    },
    withParameters: ({ weights, bias }) => scale({ weights, bias }),
  });
}
