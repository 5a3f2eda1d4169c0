import type { NumericArray } from "../../tensor/mod.ts";
import { ndarray } from "../../tensor/ndarray.ts";
import type { ElementType } from "./element_type.ts";
import type { Failure } from "../failure.ts";

/** More axes than NumPy itself allows are no array. */
const MOST_AXES = 64;

/** The typed arrays that hold the elements of an array once it is read. */
type Elements =
  | Float64Array
  | Float32Array
  | Int32Array
  | Int16Array
  | Int8Array
  | Uint32Array
  | Uint16Array
  | Uint8Array;

/** What a file says about the array that its bytes hold. */
export interface ArrayLayout {
  readonly type: ElementType;
  readonly shape: readonly number[];
  /** Whether the first axis, not the last, runs fastest. */
  readonly fortranOrder: boolean;
}

/** Checks a shape that a file gives and returns the number of elements, which may be any size or infinite. */
export function countElements(shape: readonly unknown[], fail: Failure): number {
  if (shape.length > MOST_AXES) {
    throw fail(`an array must have at most ${MOST_AXES} axes, got ${shape.length}`);
  }
  for (const size of shape) {
    if (!Number.isSafeInteger(size) || (size as number) < 0) {
      throw fail(`the sizes of an array must be integers from 0 on, got [${shape.join(", ")}]`);
    }
  }
  return (shape as readonly number[]).reduce((a, b) => a * b, 1);
}

/** Checks that an array's bytes are as many as its shape and type ask for. */
export function requireByteCount(
  bytes: { readonly length: number },
  { type, shape }: ArrayLayout,
  fail: Failure,
): void {
  const needed = countElements(shape, fail) * type.size;
  if (bytes.length !== needed) {
    const each = type.size === 1 ? "1 byte" : `${type.size} bytes`;
    throw fail(`shape [${shape.join(", ")}] of ${each} each requires ${needed} bytes, got ${bytes.length}`);
  }
}

/**
 * The array that bytes hold: a view of them where the element type and the alignment allow it, else a copy.
 *
 * Half floats become float32, booleans uint8, and 64-bit integers float64.
 */
export function decodeArray(bytes: Uint8Array, layout: ArrayLayout, fail: Failure): NumericArray {
  requireByteCount(bytes, layout, fail);
  return toArray(decodeElements(bytes, layout.type, fail), layout);
}

/** Puts elements under the shape of a layout. */
export function toArray(elements: Elements, { shape, fortranOrder }: ArrayLayout): NumericArray {
  if (!fortranOrder) return ndarray(elements, [...shape]) as NumericArray;
  let step = 1;
  const stride = shape.map((size) => {
    const own = step;
    step *= size;
    return own;
  });
  return ndarray(elements, [...shape], stride) as NumericArray;
}

function decodeElements(bytes: Uint8Array, type: ElementType, fail: Failure): Elements {
  const { buffer, byteOffset, length } = nativeBytes(bytes, type);
  const count = length / type.size;
  switch (`${type.kind}${type.size}`) {
    case "f8":
      return new Float64Array(buffer, byteOffset, count);
    case "f4":
      return new Float32Array(buffer, byteOffset, count);
    case "f2":
      return Float32Array.from(new Float16Array(buffer, byteOffset, count));
    case "i8":
      return safeIntegers(new BigInt64Array(buffer, byteOffset, count), fail);
    case "u8":
      return safeIntegers(new BigUint64Array(buffer, byteOffset, count), fail);
    case "i4":
      return new Int32Array(buffer, byteOffset, count);
    case "u4":
      return new Uint32Array(buffer, byteOffset, count);
    case "i2":
      return new Int16Array(buffer, byteOffset, count);
    case "u2":
      return new Uint16Array(buffer, byteOffset, count);
    case "i1":
      return new Int8Array(buffer, byteOffset, count);
    case "b1":
      return booleans(bytes, fail);
    case "u1":
      return new Uint8Array(buffer, byteOffset, count);
    default:
      throw fail("an array must hold numbers, got text");
  }
}

/** The bytes in the order of this machine, at a place where a typed array may start. */
function nativeBytes(bytes: Uint8Array, { size, bigEndian }: ElementType): Uint8Array<ArrayBuffer> {
  const swap = bigEndian && size > 1;
  const aligned = bytes.byteOffset % size === 0;
  if (!swap && aligned) return bytes as Uint8Array<ArrayBuffer>;
  const copy = bytes.slice();
  for (let start = 0; swap && start < copy.length; start += size) {
    copy.subarray(start, start + size).reverse();
  }
  return copy;
}

function safeIntegers(values: BigInt64Array | BigUint64Array, fail: Failure): Float64Array {
  const numbers = new Float64Array(values.length);
  for (let i = 0; i < values.length; i++) {
    numbers[i] = Number(values[i]);
    if (!Number.isSafeInteger(numbers[i])) {
      throw fail(
        `64-bit integers must lie within ±${Number.MAX_SAFE_INTEGER}, got ${values[i]} at element ${i}`,
      );
    }
  }
  return numbers;
}

function booleans(bytes: Uint8Array, fail: Failure): Uint8Array {
  const wrong = bytes.findIndex((byte) => byte > 1);
  if (wrong >= 0) throw fail(`booleans must be 0 or 1, got ${bytes[wrong]} at element ${wrong}`);
  return bytes;
}
