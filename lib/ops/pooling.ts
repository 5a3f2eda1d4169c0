import { formatShape, ShapeError } from "../errors.ts";
import { contiguous, type Tensor, tensor } from "../tensor/mod.ts";
import type { PoolingGeometry } from "./ops.ts";
import { sizeOf } from "./shapes.ts";
import { toThree, walkWindows } from "./windows.ts";

/** How many windows a pooling has along each axis. */
export function countWindows(plane: readonly number[], geometry: PoolingGeometry): number[] {
  const { kernel, strides, padding, dilations, ceil } = geometry;
  return plane.map((size, axis) => {
    const room = (size + 2 * padding[axis] - dilations[axis] * (kernel[axis] - 1) - 1) / strides[axis];
    if (!ceil) return Math.floor(room) + 1;
    const count = Math.ceil(room) + 1;
    // A last window that starts in the padding after the end sees nothing.
    return (count - 1) * strides[axis] >= size + padding[axis] ? count - 1 : count;
  });
}

/** The largest value of each window and its place in the plane; the first of equals. */
export function poolMax(x: Tensor, geometry: PoolingGeometry): { values: Tensor; winners: Tensor } {
  const { kernel, strides, padding, dilations } = geometry;
  const [N, C, ...plane] = x.shape;
  const counts = x.shape.length === kernel.length + 2 ? countWindows(plane, geometry) : [0];
  if (counts.some((count) => !(count >= 1))) {
    throw new ShapeError(
      `Cannot pool: the padded input must have ${kernel.length + 2} axes and hold a window ${
        formatShape(kernel)
      }, got ${formatShape(x.shape)}`,
      { where: "input", expected: kernel, actual: x.shape },
    );
  }
  const [area, count] = [sizeOf(plane), sizeOf(counts)];
  const from = contiguous(x);
  const values = new Float64Array(N * C * count).fill(-Infinity);
  const winners = new Float64Array(N * C * count).fill(-1);
  const windows = {
    plane: toThree(plane, 1),
    counts: toThree(counts, 1),
    kernel: toThree(kernel, 1),
    strides: toThree(strides, 1),
    padding: toThree(padding, 0),
    dilations: toThree(dilations, 1),
  };
  walkWindows(windows, (_, window, position) => {
    for (let block = 0; block < N * C; block++) {
      const value = from[block * area + position];
      const at = block * count + window;
      // The elements of a window come in reading order, so only a larger one replaces the first.
      if (value > values[at] || winners[at] < 0) {
        values[at] = value;
        winners[at] = position;
      }
    }
  });
  return { values: tensor(values, [N, C, ...counts]), winners: tensor(winners, [N, C, ...counts]) };
}

/** Puts values back where the winners stood, adding where windows overlap. */
export function unpoolMax(s: Tensor, winners: Tensor, like: Tensor): Tensor {
  const [N, C, ...plane] = like.shape;
  const area = sizeOf(plane);
  const count = sizeOf(s.shape.slice(2));
  const from = contiguous(s);
  const places = contiguous(winners);
  const to = new Float64Array(N * C * area);
  for (let block = 0; block < N * C; block++) {
    for (let i = 0; i < count; i++) to[block * area + places[block * count + i]] += from[block * count + i];
  }
  return tensor(to, like.shape);
}
