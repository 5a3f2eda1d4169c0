import type { ConvolutionGeometry, Ops } from "../ops/mod.ts";
import { requireOptions } from "../options.ts";
import { type NumericArray, requireShape } from "../tensor/mod.ts";
import {
  convolutionGeometry,
  outputPaddingFor,
  requireGroups,
  WINDOW_OPTIONS,
  type WindowOptions,
} from "./geometry.ts";
import type { Layer, LinearMap } from "./layer.ts";
import { changed, linearLayer, parametersFrom, withBias } from "./linear_layer.ts";

/** The gradient of a convolution by its weights: the same convolution with images and channels exchanged. */
export function convolutionWeightsPullback<T>(
  ops: Ops<T>,
  x: T,
  s: T,
  kernel: readonly number[],
  geometry: ConvolutionGeometry,
): T {
  const { groups, strides, dilations } = geometry;
  const swap = (value: T): T => ops.transpose(value, ops.shape(value).map((_, i) => i < 2 ? 1 - i : i));
  const [inputs, outputs] = [x, s].map((value) => ops.shape(value)[1] / groups);
  const parts = Array.from({ length: groups }, (_, group) => {
    const from = ops.slice(x, 1, group * inputs, (group + 1) * inputs);
    const to = ops.slice(s, 1, group * outputs, (group + 1) * outputs);
    const raw = ops.convolution(swap(from), swap(to), {
      ...geometry,
      strides: dilations,
      dilations: strides,
      groups: 1,
    });
    // A stride that does not divide leaves windows at the end that the forward pass never read.
    return swap(kernel.reduce((part, size, axis) => ops.slice(part, axis + 2, 0, size), raw));
  });
  return groups === 1 ? parts[0] : ops.concatenate(parts, 0);
}

/**
 * A convolution over one to three spatial axes.
 *
 * **Shapes** input `[N, C, …]`, weights `[M, C / groups, …kernel]` as in PyTorch, bias `[M]` -> `[N, M, …]`.
 *
 * @throws {ShapeError} If the weights have not 3 to 5 axes, or the bias has not one number per output channel.
 * @throws {TypeError} If an option is not known, or the weights are missing.
 * @throws {RangeError} If stride, padding or dilation are no whole numbers, or groups do not divide the channels.
 *
 * @example A difference of neighbours
 * ```ts
 * import { convolution } from "@relprop/lrp/layers";
 * import { eagerOps } from "@relprop/lrp/ops";
 * import { tensor } from "@relprop/lrp/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * const layer = convolution({ weights: tensor([[[-1, 1]]]) });
 * assertEquals([...layer.forward(eagerOps, [tensor([[[1, 4, 9]]])]).data], [3, 5]);
 * ```
 */
export function convolution(
  options: { weights: NumericArray; bias?: NumericArray | undefined } & WindowOptions,
): Layer {
  const action = "make a convolution";
  requireOptions(options, { action, known: ["weights", "bias", ...WINDOW_OPTIONS], required: ["weights"] });
  const parameters = parametersFrom({ weights: options.weights, bias: options.bias });
  const { weights, bias } = parameters;
  const [outputs, , ...kernel] = weights.shape;
  if (kernel.length < 1 || kernel.length > 3) {
    requireShape(weights.shape, [-1, -1, -1, -1], { action, where: "weights" });
  }
  if (bias) requireShape(bias.shape, [outputs], { action, where: "bias" });
  const geometry = convolutionGeometry(kernel, options);
  requireGroups(geometry.groups, outputs, { action, where: "output" });
  return linearLayer({
    kind: "convolution",
    settings: { kernel, ...geometry },
    parameters,
    linear<T>(ops: Ops<T>, [input]: readonly T[]): LinearMap<T> {
      const w = ops.constant(weights);
      const b = bias && ops.reshape(ops.constant(bias), [outputs, ...kernel.map(() => 1)]);
      const plane = ops.shape(input).slice(2);
      return {
        input,
        bias: b,
        forward: (x, change) =>
          withBias(ops, ops.convolution(x, changed(ops, w, change), geometry), b, change),
        pullback: (s, change) =>
          ops.transposedConvolution(
            s,
            changed(ops, w, change),
            geometry,
            outputPaddingFor(plane, ops.shape(s).slice(2), kernel, geometry),
          ),
        weights: w,
        weightsPullback: (x, s) => convolutionWeightsPullback(ops, x, s, kernel, geometry),
        split: (x) => [x],
      };
    },
    withParameters: ({ weights, bias }) => convolution({ ...options, weights, bias }),
  });
}
