import { described } from "../described.ts";
import { formatShape, ShapeError } from "../errors.ts";
import { isNdArray } from "./is_nd_array.ts";
import { ndarray, type NumericArray, type Tensor } from "./ndarray.ts";

/** Numbers in nested lists, as they are written by hand: `[[1, 2], [3, 4]]`. */
export type NestedNumbers = number | readonly NestedNumbers[];

/**
 * Makes a float64 tensor from nested lists, or from flat numbers and a shape.
 *
 * **Shapes** nested lists of equal length -> one axis per level; flat numbers -> `shape`.
 *
 * @throws {ShapeError} If the lists are ragged, or the shape does not hold as many numbers as are given.
 *
 * @example A matrix
 * ```ts
 * import { tensor } from "@relprop/lrp/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * const weights = tensor([[1, 2, 3], [4, 5, 6]]);
 * assertEquals(weights.shape, [2, 3]);
 * assertEquals(weights.get(1, 0), 4);
 * assertEquals(tensor(new Float64Array(6), [3, 2]).shape, [3, 2]);
 * ```
 */
export function tensor(numbers: NestedNumbers | ArrayLike<number>, shape?: readonly number[]): Tensor {
  if (shape !== undefined) {
    const flat = numbers instanceof Float64Array ? numbers : Float64Array.from(numbers as ArrayLike<number>);
    const size = shape.reduce((a, b) => a * b, 1);
    if (!shape.every((length) => Number.isInteger(length) && length >= 0)) {
      throw new RangeError(
        `Cannot make a tensor: every size must be an integer of at least 0, got ${formatShape(shape)}`,
      );
    }
    if (flat.length !== size) {
      throw new ShapeError(
        `Cannot make a tensor of shape ${
          formatShape(shape)
        }: ${size} numbers are required, got ${flat.length}`,
        { where: "numbers", expected: [size], actual: [flat.length] },
      );
    }
    return ndarray(flat, [...shape]);
  }
  if (ArrayBuffer.isView(numbers)) {
    const flat = Float64Array.from(numbers as unknown as ArrayLike<number>);
    return ndarray(flat, [flat.length]);
  }
  const nested = numbers as NestedNumbers;
  const sizes: number[] = [];
  for (let level = nested; Array.isArray(level); level = level[0]) sizes.push(level.length);
  const flat: number[] = [];
  flatten(nested, 0, sizes, flat);
  return ndarray(Float64Array.from(flat), sizes);
}

function flatten(nested: NestedNumbers, axis: number, sizes: readonly number[], into: number[]): void {
  if (typeof nested === "number" && axis === sizes.length) {
    into.push(nested);
    return;
  }
  const length = typeof nested === "number" ? 0 : nested.length;
  const given = typeof nested === "number" ? "a number" : length;
  if (typeof nested === "number" || axis >= sizes.length || length !== sizes[axis]) {
    throw new ShapeError(
      `Cannot make a tensor: lists on axis ${axis} must all have length ${sizes[axis] ?? 0}, got ${given}`,
      { where: `axis ${axis}`, expected: [sizes[axis] ?? 0], actual: [length] },
    );
  }
  for (const part of nested) flatten(part, axis + 1, sizes, into);
}

/**
 * A tensor of zeros.
 *
 * **Shapes** `shape` -> the same.
 *
 * @example
 * ```ts
 * import { zeros } from "@relprop/lrp/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals([...zeros([2, 1]).data], [0, 0]);
 * ```
 */
export function zeros(shape: readonly number[]): Tensor {
  return ndarray(new Float64Array(shape.reduce((a, b) => a * b, 1)), [...shape]);
}

/**
 * The numbers of any array in row-major order as float64: the array's own buffer when it already lies so, else a copy.
 *
 * **Shapes** array `[…]` of n numbers -> `[n]`.
 *
 * @example A transposed view is laid out anew
 * ```ts
 * import { contiguous, tensor } from "@relprop/lrp/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * const matrix = tensor([[1, 2], [3, 4]]);
 * assertEquals([...contiguous(matrix.transpose(1, 0))], [1, 3, 2, 4]);
 * ```
 */
export function contiguous(array: NumericArray): Float64Array {
  if (!isNdArray(array)) {
    throw new TypeError(
      `Cannot read numbers: they must be in an ndarray, such as tensor([1, 2]), got ${described(array)}`,
    );
  }
  const { data, shape, stride, offset } = array;
  const size = shape.reduce((a, b) => a * b, 1);
  if (isRowMajor(shape, stride)) {
    const plain = data as ArrayLike<number>;
    if (plain instanceof Float64Array) return plain.subarray(offset, offset + size);
    if (plain instanceof Float32Array) return new Float64Array(plain.subarray(offset, offset + size));
    return Float64Array.from({ length: size }, (_, i) => Number(plain[offset + i]));
  }
  const flat = new Float64Array(size);
  const plain = data as ArrayLike<number>;
  const index = shape.map(() => 0);
  let from = offset;
  for (let to = 0; to < size; to++) {
    flat[to] = Number(plain[from]);
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      index[axis]!++;
      from += stride[axis]!;
      if (index[axis]! < shape[axis]!) break;
      from -= stride[axis]! * shape[axis]!;
      index[axis] = 0;
    }
  }
  return flat;
}

function isRowMajor(shape: readonly number[], stride: readonly number[]): boolean {
  let step = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    if (shape[axis] !== 1 && stride[axis] !== step) return false;
    step *= shape[axis]!;
  }
  return true;
}
