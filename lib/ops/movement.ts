import { formatShape, ShapeError } from "../errors.ts";
import { contiguous, type Tensor, tensor } from "../tensor/mod.ts";
import { axisFromFront, sizeOf } from "./shapes.ts";

/** Other sizes for the same numbers; 0 keeps a size, one -1 takes what is left. */
export function reshape(x: Tensor, sizes: readonly number[]): Tensor {
  const shape = sizes.map((size, axis) => size === 0 ? x.shape[axis] : size);
  const total = sizeOf(x.shape);
  const open = shape.indexOf(-1);
  if (open >= 0) shape[open] = total / -sizeOf(shape);
  if (sizeOf(shape) !== total || !shape.every((size) => Number.isInteger(size) && size >= 0)) {
    throw new ShapeError(
      `Cannot reshape ${formatShape(x.shape)}: the new sizes must hold ${total} numbers, got ${
        formatShape(sizes)
      }`,
      { where: "sizes", expected: x.shape, actual: sizes },
    );
  }
  return tensor(contiguous(x), shape);
}

/** Values one after the other along an axis. */
export function concatenate(values: readonly Tensor[], axis: number): Tensor {
  const first = values[0].shape;
  const front = axisFromFront(axis, first.length, "concatenate");
  for (const { shape } of values) {
    if (shape.length !== first.length || shape.some((size, i) => i !== front && size !== first[i])) {
      throw new ShapeError(
        `Cannot concatenate: shapes must be equal outside axis ${front}, got ${formatShape(first)} and ${
          formatShape(shape)
        }`,
        { where: "values", expected: first, actual: shape },
      );
    }
  }
  const outer = sizeOf(first.slice(0, front));
  const inner = sizeOf(first.slice(front + 1));
  const length = values.reduce((sum, { shape }) => sum + shape[front], 0);
  const to = new Float64Array(outer * length * inner);
  let offset = 0;
  for (const value of values) {
    const from = contiguous(value);
    const block = value.shape[front] * inner;
    for (let i = 0; i < outer; i++) {
      to.set(from.subarray(i * block, (i + 1) * block), i * length * inner + offset);
    }
    offset += block;
  }
  return tensor(to, first.map((size, i) => i === front ? length : size));
}

/** The part from `start` up to and without `end` along an axis. */
export function slice(x: Tensor, axis: number, start: number, end: number): Tensor {
  const front = axisFromFront(axis, x.shape.length, "slice");
  const size = x.shape[front];
  if (!(start >= 0 && start < end && end <= size)) {
    throw new RangeError(
      `Cannot slice axis ${front} of ${
        formatShape(x.shape)
      }: 0 <= start < end <= ${size} is required, got start ${start} and end ${end}`,
    );
  }
  const outer = sizeOf(x.shape.slice(0, front));
  const inner = sizeOf(x.shape.slice(front + 1));
  const length = (end - start) * inner;
  const from = contiguous(x);
  const to = new Float64Array(outer * length);
  for (let i = 0; i < outer; i++) {
    const at = (i * size + start) * inner;
    to.set(from.subarray(at, at + length), i * length);
  }
  return tensor(to, x.shape.map((part, i) => i === front ? end - start : part));
}

/** Zeros before along an axis, and after up to the size that another value has there. */
export function pad(x: Tensor, axis: number, before: number, like: Tensor): Tensor {
  const front = axisFromFront(axis, x.shape.length, "pad");
  const after = like.shape[front] - before - x.shape[front];
  const size = (amount: number): number[] => x.shape.map((part, i) => i === front ? amount : part);
  const parts = [before, after].map((amount) => tensor(new Float64Array(sizeOf(size(amount))), size(amount)));
  return concatenate([parts[0], x, parts[1]], front);
}

/** Rows of a table by their numbers. */
export function gather(table: Tensor, rows: Tensor): Tensor {
  const inner = sizeOf(table.shape.slice(1));
  const from = contiguous(table);
  const numbers = contiguous(rows);
  const to = new Float64Array(numbers.length * inner);
  numbers.forEach((row, i) => {
    if (!(Number.isInteger(row) && row >= 0 && row < table.shape[0])) {
      throw new RangeError(
        `Cannot look up row ${row}: the table has ${table.shape[0]} rows, numbered 0 to ${
          table.shape[0] - 1
        }`,
      );
    }
    to.set(from.subarray(row * inner, (row + 1) * inner), i * inner);
  });
  return tensor(to, [...rows.shape, ...table.shape.slice(1)]);
}
