import type { Ops, PoolingGeometry } from "../ops/mod.ts";
import { tensor } from "../tensor/mod.ts";
import type { PoolingOptions } from "./average_pooling.ts";
import { outputPaddingFor, type PerAxis, perAxis } from "./geometry.ts";
import type { Layer, LayerPoint } from "./layer.ts";

/** The options of {@linkcode maxPooling}. */
export interface MaxPoolingOptions extends PoolingOptions {
  /** Steps within a window. Default 1. */
  readonly dilation?: PerAxis | undefined;
  /** Whether a last window that reaches over the end counts. Default false. */
  readonly ceil?: boolean | undefined;
}

/**
 * The largest value of each window; padding never wins.
 *
 * Its gradient goes to the winner: the first of equals.
 *
 * **Shapes** input `[N, C, …]` -> output `[N, C, …]`; one to three spatial axes.
 *
 * @example Pairs
 * ```ts
 * import { maxPooling } from "@relprop/lrp/layers";
 * import { eagerOps } from "@relprop/lrp/ops";
 * import { tensor } from "@relprop/lrp/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * const layer = maxPooling({ kernel: [2] });
 * assertEquals([...layer.forward(eagerOps, [tensor([[[1, 3, 5, 4]]])]).data], [3, 5]);
 * ```
 */
export function maxPooling(options: MaxPoolingOptions): Layer {
  const axes = options.kernel.length;
  const kernel = perAxis(options.kernel, axes, "kernel", 1);
  const geometry: PoolingGeometry = {
    kernel,
    strides: perAxis(options.stride ?? kernel, axes, "stride", 1),
    padding: perAxis(options.padding ?? 0, axes, "padding", 0),
    dilations: perAxis(options.dilation ?? 1, axes, "dilation", 1),
    ceil: options.ceil ?? false,
  };
  const layer: Layer = Object.freeze({
    kind: "maxPooling",
    family: "maxPooling",
    settings: Object.freeze({ ...geometry }),
    parameters: Object.freeze({}),
    forward: <T>(ops: Ops<T>, [input]: readonly T[]): T => ops.maxPool(input, geometry).values,
    pullback: <T>(ops: Ops<T>, { inputs: [input] }: LayerPoint<T>, s: T): readonly T[] => [
      ops.maxUnpool(s, ops.maxPool(input, geometry).winners, input),
    ],
    withParameters: () => layer,
  });
  return layer;
}

/** The pullback of a max pooling in which all winners of a window share equally. */
export function tiedMaxPullback<T>(
  ops: Ops<T>,
  layer: Layer,
  { inputs: [input], output }: LayerPoint<T>,
  s: T,
): T {
  const { kernel, strides, padding, dilations } = layer.settings as unknown as PoolingGeometry;
  const [, channels, ...plane] = ops.shape(input);
  const counts = ops.shape(output).slice(2);
  const size = kernel.reduce((a, b) => a * b, 1);
  // One kernel per element of the window lays the windows out along the channel axis.
  const picks = ops.constant(
    tensor(Float64Array.from({ length: size * size }, (_, i) => i % (size + 1) === 0 ? 1 : 0), [
      size,
      1,
      ...kernel,
    ]),
  );
  // A last window over the end (ceil) is one more step, so the padding at the end grows with it.
  const paddingEnd = counts.map((count, axis) =>
    Math.max(
      padding[axis],
      (count - 1) * strides[axis] + dilations[axis] * (kernel[axis] - 1) + 1 - plane[axis] - padding[axis],
    )
  );
  const geometry = { strides, paddingBegin: padding, paddingEnd, dilations, groups: 1 };
  const single = (x: T): T => ops.reshape(x, [-1, 1, ...ops.shape(x).slice(2)]);
  const ones = ops.constant(
    tensor(new Float64Array(plane.reduce((a, b) => a * b, 1)).fill(1), [1, 1, ...plane]),
  );
  const inside = ops.convolution(ones, picks, geometry);
  const wins = ops.multiply(
    ops.equal(ops.convolution(single(input), picks, geometry), single(output)),
    inside,
  );
  const shares = ops.divide(ops.multiply(wins, single(s)), ops.sum(wins, [1]));
  const padded = outputPaddingFor(plane, counts, kernel, geometry);
  return ops.reshape(ops.transposedConvolution(shares, picks, geometry, padded), [-1, channels, ...plane]);
}
