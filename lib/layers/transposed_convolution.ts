import type { Ops } from "../ops/mod.ts";
import { type NumericArray, requireShape } from "../tensor/mod.ts";
import { convolutionWeightsPullback } from "./convolution.ts";
import { convolutionGeometry, type PerAxis, perAxis, type WindowOptions } from "./geometry.ts";
import type { Layer, LinearMap } from "./layer.ts";
import { changed, linearLayer, parametersFrom, withBias } from "./linear_layer.ts";

/**
 * A transposed convolution over one to three spatial axes, such as decoders use to grow a plane.
 *
 * **Shapes** input `[N, C, …]`, weights `[C, M / groups, …kernel]` as in PyTorch, bias `[M]` -> `[N, M, …]`.
 *
 * @throws {ShapeError} If the weights have not 3 to 5 axes, or the bias has not one number per output channel.
 *
 * @example Each number becomes a pair
 * ```ts
 * import { transposedConvolution } from "@relprop/lrp/layers";
 * import { eagerOps } from "@relprop/lrp/ops";
 * import { tensor } from "@relprop/lrp/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * const layer = transposedConvolution({ weights: tensor([[[1, 10]]]), stride: 2 });
 * assertEquals([...layer.forward(eagerOps, [tensor([[[1, 2]]])]).data], [1, 10, 2, 20]);
 * ```
 */
export function transposedConvolution(
  options:
    & { weights: NumericArray; bias?: NumericArray | undefined; outputPadding?: PerAxis | undefined }
    & WindowOptions,
): Layer {
  const parameters = parametersFrom({ weights: options.weights, bias: options.bias });
  const { weights, bias } = parameters;
  const action = "make a transposed convolution";
  const [, perGroup, ...kernel] = weights.shape;
  if (kernel.length < 1 || kernel.length > 3) {
    requireShape(weights.shape, [-1, -1, -1, -1], { action, where: "weights" });
  }
  const geometry = convolutionGeometry(kernel, options);
  const outputs = perGroup * geometry.groups;
  if (bias) requireShape(bias.shape, [outputs], { action, where: "bias" });
  const outputPadding = perAxis(options.outputPadding ?? 0, kernel.length, "outputPadding", 0);
  return linearLayer({
    kind: "transposedConvolution",
    settings: { kernel, ...geometry, outputPadding },
    parameters,
    linear<T>(ops: Ops<T>, [input]: readonly T[]): LinearMap<T> {
      const w = ops.constant(weights);
      const b = bias && ops.reshape(ops.constant(bias), [outputs, ...kernel.map(() => 1)]);
      return {
        input,
        bias: b,
        forward: (x, change) =>
          withBias(
            ops,
            ops.transposedConvolution(x, changed(ops, w, change), geometry, outputPadding),
            b,
            change,
          ),
        pullback: (s, change) => ops.convolution(s, changed(ops, w, change), geometry),
        weights: w,
        weightsPullback: (x, s) => convolutionWeightsPullback(ops, s, x, kernel, geometry),
        split: (x) => [x],
      };
    },
    withParameters: ({ weights, bias }) => transposedConvolution({ ...options, weights, bias }),
  });
}
