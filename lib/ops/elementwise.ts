import { contiguous, type Tensor, tensor } from "../tensor/mod.ts";
import { broadcastShapes, broadcastStrides, sizeOf } from "./shapes.ts";

/** `f(x)` for each element. */
export function mapUnary(f: (x: number) => number, x: Tensor): Tensor {
  const from = contiguous(x);
  const to = new Float64Array(from.length);
  for (let i = 0; i < to.length; i++) to[i] = f(from[i]);
  return tensor(to, x.shape);
}

/** Numbers of two operands, each a fixed step apart, whose results lie side by side. */
export interface Run {
  readonly at: number;
  readonly i: number;
  readonly j: number;
  readonly stepI: number;
  readonly stepJ: number;
  readonly length: number;
}

/**
 * An operation on the pairs of a run. Each has a loop of its own: one loop that calls them all would call them through a
 * pointer, number by number, which takes several times as long.
 */
export type PairLoop = (to: Float64Array, left: Float64Array, right: Float64Array, run: Run) => void;

/** An operation on each pair of elements, with broadcasting. */
export function mapBinary(loop: PairLoop, a: Tensor, b: Tensor, action: string): Tensor {
  const shape = broadcastShapes(a.shape, b.shape, action);
  const left = contiguous(a);
  const right = contiguous(b);
  const to = new Float64Array(sizeOf(shape)), length = to.length;
  if ((left.length === length || left.length === 1) && (right.length === length || right.length === 1)) {
    const [stepI, stepJ] = [left, right].map((part) => part.length === length ? 1 : 0) as [number, number];
    loop(to, left, right, { at: 0, i: 0, j: 0, stepI, stepJ, length });
  } else {
    walkRuns(
      shape,
      broadcastStrides(a.shape, shape),
      broadcastStrides(b.shape, shape),
      (run) => loop(to, left, right, run),
    );
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

/** Visits the elements of a shape in row-major order, a row of the last axis at a time. */
export function walkRuns(
  shape: readonly number[],
  first: readonly number[],
  second: readonly number[],
  visit: (run: Run) => void,
): void {
  const size = sizeOf(shape);
  const last = shape.length - 1;
  const index = shape.map(() => 0);
  const length = last < 0 ? 1 : shape[last];
  const [stepI, stepJ] = last < 0 ? [0, 0] : [first[last], second[last]];
  let i = 0;
  let j = 0;
  for (let at = 0; at < size; at += length) {
    visit({ at, i, j, stepI, stepJ, length });
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

/** Visits the elements of a shape in row-major order with the two offsets that the strides give. */
export function walkPairs(
  shape: readonly number[],
  first: readonly number[],
  second: readonly number[],
  visit: (at: number, i: number, j: number) => void,
): void {
  walkRuns(shape, first, second, ({ at, i, j, stepI, stepJ, length }) => {
    for (let k = 0; k < length; k++) visit(at + k, i + k * stepI, j + k * stepJ);
  });
}
