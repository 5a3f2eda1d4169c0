import { contiguous, type Tensor, tensor } from "../tensor/mod.ts";
import { broadcastShapes, broadcastStrides, sizeOf } from "./shapes.ts";

/** `f(x)` for each element. */
export function mapUnary(f: (x: number) => number, x: Tensor): Tensor {
  const from = contiguous(x);
  const to = new Float64Array(from.length);
  for (let i = 0; i < to.length; i++) to[i] = f(from[i]);
  return tensor(to, x.shape);
}

/** `f(a, b)` for each pair of elements, with broadcasting. */
export function mapBinary(f: (a: number, b: number) => number, a: Tensor, b: Tensor, action: string): Tensor {
  const shape = broadcastShapes(a.shape, b.shape, action);
  const left = contiguous(a);
  const right = contiguous(b);
  const to = new Float64Array(sizeOf(shape));
  if (left.length === to.length && right.length === to.length) {
    for (let i = 0; i < to.length; i++) to[i] = f(left[i], right[i]);
  } else if (left.length === to.length && right.length === 1) {
    const value = right[0];
    for (let i = 0; i < to.length; i++) to[i] = f(left[i], value);
  } else if (right.length === to.length && left.length === 1) {
    const value = left[0];
    for (let i = 0; i < to.length; i++) to[i] = f(value, right[i]);
  } else {
    walkPairs(shape, broadcastStrides(a.shape, shape), broadcastStrides(b.shape, shape), (at, i, j) => {
      to[at] = f(left[i], right[j]);
    });
  }
  return tensor(to, shape);
}

/** `a` where the condition is not 0, else `b`. */
export function select(condition: Tensor, a: Tensor, b: Tensor): Tensor {
  const shape = broadcastShapes(
    condition.shape,
    broadcastShapes(a.shape, b.shape, "choose between values"),
    "choose between values",
  );
  const [test, left, right] = [condition, a, b].map((part) => contiguous(expand(part, shape)));
  const to = new Float64Array(test.length);
  for (let i = 0; i < to.length; i++) to[i] = test[i] !== 0 ? left[i] : right[i];
  return tensor(to, shape);
}

/** A value stretched to a larger shape. */
export function expand(x: Tensor, shape: readonly number[]): Tensor {
  const size = sizeOf(shape);
  const from = contiguous(x);
  if (from.length === size) return tensor(from, shape);
  const to = new Float64Array(size);
  if (from.length === 1) return tensor(to.fill(from[0]), shape);
  const strides = broadcastStrides(x.shape, shape);
  walkPairs(shape, strides, strides, (at, i) => to[at] = from[i]);
  return tensor(to, shape);
}

/** Visits the elements of a shape in row-major order with the two offsets that the strides give. */
export function walkPairs(
  shape: readonly number[],
  first: readonly number[],
  second: readonly number[],
  visit: (at: number, i: number, j: number) => void,
): void {
  const size = sizeOf(shape);
  const last = shape.length - 1;
  const index = shape.map(() => 0);
  const length = last < 0 ? 1 : shape[last];
  const [stepI, stepJ] = last < 0 ? [0, 0] : [first[last], second[last]];
  let i = 0;
  let j = 0;
  for (let at = 0; at < size; at += length) {
    for (let k = 0; k < length; k++) visit(at + k, i + k * stepI, j + k * stepJ);
    for (let axis = last - 1; axis >= 0; axis--) {
      i += first[axis];
      j += second[axis];
      if (++index[axis] < shape[axis]) break;
      i -= first[axis] * shape[axis];
      j -= second[axis] * shape[axis];
      index[axis] = 0;
    }
  }
}
