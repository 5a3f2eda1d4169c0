import { formatShape, ShapeError } from "../errors.ts";

/** The product of sizes. */
export function sizeOf(shape: readonly number[]): number {
  let size = 1;
  for (const part of shape) size *= part;
  return size;
}

/** Row-major strides. */
export function stridesOf(shape: readonly number[]): number[] {
  const strides = new Array<number>(shape.length);
  for (let axis = shape.length - 1, step = 1; axis >= 0; axis--) {
    strides[axis] = step;
    step *= shape[axis];
  }
  return strides;
}

/** An axis counted from the front. */
export function axisFromFront(axis: number, rank: number, action: string): number {
  const front = axis < 0 ? axis + rank : axis;
  if (!Number.isInteger(front) || front < 0 || front >= rank) {
    throw new RangeError(
      `Cannot ${action}: the axis must be a whole number from ${-rank} to ${rank - 1}, got ${axis}`,
    );
  }
  return front;
}

/** The shape that two shapes broadcast to. */
export function broadcastShapes(a: readonly number[], b: readonly number[], action: string): number[] {
  const rank = Math.max(a.length, b.length);
  const out = new Array<number>(rank);
  for (let i = 0; i < rank; i++) {
    const m = a[a.length - rank + i] ?? 1;
    const n = b[b.length - rank + i] ?? 1;
    if (m !== n && m !== 1 && n !== 1) {
      throw new ShapeError(
        `Cannot ${action}: shapes must be equal or broadcast, got ${formatShape(a)} and ${formatShape(b)}`,
        { where: "operands", expected: a, actual: b },
      );
    }
    out[i] = m === 1 ? n : m;
  }
  return out;
}

/** Strides with which a shape is read as if it were the larger one: 0 where it stretches. */
export function broadcastStrides(shape: readonly number[], to: readonly number[]): number[] {
  const strides = stridesOf(shape);
  const lead = to.length - shape.length;
  return to.map((_, axis) => axis < lead || shape[axis - lead] === 1 ? 0 : strides[axis - lead]);
}
