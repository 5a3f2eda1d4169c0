import type { Layer, LayerPoint } from "../layers/mod.ts";
import type { Ops, PoolingGeometry } from "../ops/mod.ts";
import { tensor } from "../tensor/mod.ts";

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
  // How far the windows reach: over the end of the plane (ceil), or not up to it.
  const reach = counts.map((count, axis) =>
    (count - 1) * strides[axis] + dilations[axis] * (kernel[axis] - 1) + 1 - padding[axis]
  );
  const paddingEnd = reach.map((end, axis) => Math.max(padding[axis], end - plane[axis]));
  const outputPadding = plane.map((length, axis) => length + paddingEnd[axis] - reach[axis]);
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
  return ops.reshape(ops.transposedConvolution(shares, picks, geometry, outputPadding), [
    -1,
    channels,
    ...plane,
  ]);
}
