import { contiguous, type Tensor, tensor } from "../tensor/mod.ts";
import { walkPairs } from "./elementwise.ts";
import { axisFromFront, broadcastStrides, sizeOf } from "./shapes.ts";

/** Folds the elements over axes, which stay with size 1. */
export function reduceAxes(
  x: Tensor,
  axes: readonly number[],
  start: number,
  fold: (total: number, value: number) => number,
): Tensor {
  const shape = [...x.shape];
  for (const axis of axes) shape[axisFromFront(axis, x.shape.length, "reduce")] = 1;
  const to = new Float64Array(sizeOf(shape)).fill(start);
  const from = contiguous(x);
  const strides = broadcastStrides(shape, x.shape);
  walkPairs(x.shape, strides, strides, (at, i) => to[i] = fold(to[i], from[at]));
  return tensor(to, shape);
}

/** Sums over whatever broadcasting would stretch from one shape to the other. */
export function sumTo(x: Tensor, shape: readonly number[]): Tensor {
  const lead = x.shape.length - shape.length;
  const axes = x.shape.flatMap((size, axis) =>
    axis < lead || (shape[axis - lead] === 1 && size !== 1) ? [axis] : []
  );
  const reduced = axes.length === 0 ? x : reduceAxes(x, axes, 0, (total, value) => total + value);
  return tensor(contiguous(reduced), shape);
}
