import { formatShape } from "../errors.ts";
import type { ConvolutionGeometry, Ops } from "../ops/mod.ts";
import { requireOptions } from "../options.ts";
import { type NumericArray, requireShape } from "../tensor/mod.ts";
import { convolutionWeightsPullback } from "./convolution.ts";
import {
  convolutionGeometry,
  type PerAxis,
  perAxis,
  requireGroups,
  WINDOW_OPTIONS,
  type WindowOptions,
} from "./geometry.ts";
import type { Layer, LinearMap } from "./layer.ts";
import { changed, linearLayer, parametersFrom, withBias } from "./linear_layer.ts";

/**
 * A transposed convolution over one to three spatial axes, such as decoders use to grow a plane.
 *
 * **Shapes** input `[N, C, …]`, weights `[C, M / groups, …kernel]` as in PyTorch, bias `[M]` -> `[N, M, …]`.
 *
 * @throws {ShapeError} If the weights have not 3 to 5 axes, or the bias has not one number per output channel.
 *
 * @throws {TypeError} If an option is not known, or the weights are missing.
 * @throws {RangeError} If groups do not divide the channels, the output padding is too large, or, when it runs, the
 * padding takes the whole output away.
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
  const action = "make a transposed convolution";
  requireOptions(options, {
    action,
    known: ["weights", "bias", "outputPadding", ...WINDOW_OPTIONS],
    required: ["weights"],
  });
  const parameters = parametersFrom({ weights: options.weights, bias: options.bias });
  const { weights, bias } = parameters;
  const [inputs, perGroup, ...kernel] = weights.shape;
  if (kernel.length < 1 || kernel.length > 3) {
    requireShape(weights.shape, [-1, -1, -1, -1], { action, where: "weights" });
  }
  const geometry = convolutionGeometry(kernel, options);
  requireGroups(geometry.groups, inputs, { action, where: "input" });
  const outputs = perGroup * geometry.groups;
  if (bias) requireShape(bias.shape, [outputs], { action, where: "bias" });
  const outputPadding = perAxis(options.outputPadding ?? 0, kernel.length, "outputPadding", 0);
  const { strides, dilations } = geometry;
  const most = strides.map((stride, axis) => Math.max(stride, dilations[axis]) - 1);
  if (outputPadding.some((size, axis) => size > most[axis])) {
    throw new RangeError(
      `Cannot ${action}: outputPadding must be smaller than stride or dilation, at most ${
        formatShape(most)
      }, got ${formatShape(outputPadding)}`,
    );
  }
  return linearLayer({
    kind: "transposedConvolution",
    settings: { kernel, ...geometry, outputPadding },
    parameters,
    linear<T>(ops: Ops<T>, [input]: readonly T[]): LinearMap<T> {
      const w = ops.constant(weights);
      const b = bias && ops.reshape(ops.constant(bias), [outputs, ...kernel.map(() => 1)]);
      requireOutput(ops.shape(input).slice(2), kernel, geometry, outputPadding);
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
        pullback: (s, change) =>
          // An output padding of a stride and more holds further windows, which no input reached.
          outputPadding.reduce<T>(
            (x, size, axis) => size < strides[axis] ? x : ops.leading(x, axis + 2, input, axis + 2),
            ops.convolution(s, changed(ops, w, change), geometry),
          ),
        weights: w,
        weightsPullback: (x, s) => convolutionWeightsPullback(ops, s, x, kernel, geometry),
        split: (x) => [x],
      };
    },
    withParameters: ({ weights, bias }) => transposedConvolution({ ...options, weights, bias }),
  });
}

function requireOutput(
  plane: readonly number[],
  kernel: readonly number[],
  { strides, dilations, paddingBegin, paddingEnd }: ConvolutionGeometry,
  outputPadding: readonly number[],
): void {
  const sizes = kernel.map((size, axis) =>
    (plane[axis] - 1) * strides[axis] + dilations[axis] * (size - 1) + 1 + outputPadding[axis] -
    paddingBegin[axis] - paddingEnd[axis]
  );
  // Sizes below 0 are only known when a staged graph runs.
  if (sizes.every((size, axis) => plane[axis] < 0 || size >= 1)) return;
  throw new RangeError(
    `Cannot run a transposed convolution: padding must leave an output, got the sizes ${formatShape(sizes)}`,
  );
}
