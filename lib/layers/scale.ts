import type { Ops } from "../ops/mod.ts";
import type { NumericArray } from "../tensor/mod.ts";
import type { Layer, LinearMap } from "./layer.ts";
import { changed, linearLayer, parametersFrom, withBias } from "./linear_layer.ts";

/**
 * A factor and an offset for each element: `y = x · weights + bias`, with parameters that broadcast.
 *
 * **Shapes** input `[…]`, weights and bias such as `[E]` or `[C, 1, 1]` -> output `[…]`.
 */
export function scale(options: { weights: NumericArray; bias?: NumericArray | undefined }): Layer {
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
