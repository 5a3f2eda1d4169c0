import type { NumericArray } from "../../tensor/mod.ts";
import { type ElementType, formatElementType, parseElementType } from "./element_type.ts";
import { encodeElements } from "./encode_elements.ts";
import { type Failure, failure, type ReadOptions } from "../failure.ts";
import { parsePythonLiteral } from "./python_literal.ts";
import { type ArrayLayout, decodeArray } from "./stored_array.ts";
import { decodeLatin1, decodeUtf8 } from "../text.ts";

const MAGIC = "\x93NUMPY";
const KEYS = "descr, fortran_order, shape";
const ALIGNMENT = 64;
/** As NumPy itself allows. */
const LONGEST_HEADER = 10_000;
/** The most bytes before the elements of an array. */
export const LONGEST_START: number = 12 + LONGEST_HEADER;

/**
 * Reads an array that NumPy's `save` wrote, format 1.0, 2.0 or 3.0, in either byte order and either memory order.
 *
 * **Values** float64, float32 and integers to 32 bits keep their type; float16 becomes float32 (exact), booleans become
 * uint8, 64-bit integers become float64. The array shares the memory of `bytes` where type and alignment allow it.
 *
 * @throws {FormatError} If the bytes are no such file, are cut short or too long, hold something else than numbers, or
 * an integer that float64 does not hold exactly.
 *
 * @example Write and read
 * ```ts
 * import { readNpy, writeNpy } from "@relprop/lrp/io";
 * import { tensor } from "@relprop/lrp/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * const bytes = writeNpy(tensor([[1, 2, 3], [4, 5, 6]]));
 * const array = readNpy(bytes);
 * assertEquals(array.shape, [2, 3]);
 * assertEquals(array.get(1, 0), 4);
 * ```
 *
 * @see NumPy enhancement proposal 1, https://numpy.org/neps/nep-0001-npy-format.html
 */
export function readNpy(bytes: Uint8Array, { path }: ReadOptions = {}): NumericArray {
  const fail = failure("npy", path);
  const { layout, start } = readNpyHeader(bytes, fail);
  return decodeArray(bytes.subarray(start), layout, fail);
}

/**
 * Writes an array as NumPy's `save` does, format 1.0, little-endian, last axis fastest.
 *
 * **Values** typed arrays keep their type; plain lists of numbers are written as float64.
 *
 * @example The element type stays
 * ```ts
 * import { readNpy, writeNpy } from "@relprop/lrp/io";
 * import { assertEquals } from "@std/assert";
 * import ndarray from "ndarray";
 *
 * const array = ndarray(Float32Array.of(1, 2), [2]);
 * assertEquals(readNpy(writeNpy(array)).dtype, "float32");
 * ```
 */
export function writeNpy(array: NumericArray): Uint8Array {
  const { type, bytes } = encodeElements(array);
  const header = npyHeader(type, array.shape);
  const result = new Uint8Array(header.length + bytes.length);
  result.set(header);
  result.set(bytes, header.length);
  return result;
}

/** What stands before the elements of an array in a file of format 1.0. */
export function npyHeader(type: ElementType, shape: readonly number[]): Uint8Array {
  const sizes = shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(", ")})`;
  const dict = `{'descr': '${formatElementType(type)}', 'fortran_order': False, 'shape': ${sizes}, }`;
  const fixed = MAGIC.length + 4;
  const text = dict.padEnd(Math.ceil((fixed + dict.length + 1) / ALIGNMENT) * ALIGNMENT - fixed - 1) + "\n";
  const header = new Uint8Array(fixed + text.length);
  header.set(Uint8Array.from(MAGIC, (letter) => letter.charCodeAt(0)));
  header[MAGIC.length] = 1;
  new DataView(header.buffer).setUint16(MAGIC.length + 2, text.length, true);
  header.set(new TextEncoder().encode(text), fixed);
  return header;
}

/** What the bytes of a file, or as many of them as may stand before its elements, say about its array. */
export function readNpyHeader(bytes: Uint8Array, fail: Failure): { layout: ArrayLayout; start: number } {
  const magic = decodeLatin1(bytes.subarray(0, MAGIC.length));
  if (magic !== MAGIC) {
    throw fail(`the file must begin with ${JSON.stringify(MAGIC)}, got ${JSON.stringify(magic)}`);
  }
  const [major, minor] = [bytes[6], bytes[7]];
  if (![1, 2, 3].includes(major!) || minor !== 0) {
    throw fail(`the format must be 1.0, 2.0 or 3.0, got ${major ?? "nothing"}.${minor ?? "nothing"}`, {
      offset: 6,
    });
  }
  const sizeBytes = major === 1 ? 2 : 4;
  const headerStart = 8 + sizeBytes;
  if (bytes.length < headerStart) {
    throw fail(`the file must hold at least ${headerStart} bytes, got ${bytes.length}`);
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const size = major === 1 ? view.getUint16(8, true) : view.getUint32(8, true);
  const start = headerStart + size;
  if (size > LONGEST_HEADER) {
    throw fail(`the header must hold at most ${LONGEST_HEADER} bytes, got ${size}`, { offset: 8 });
  }
  if (start > bytes.length) {
    throw fail(`the header must hold ${size} bytes, got ${bytes.length - headerStart}`, {
      offset: headerStart,
    });
  }
  const header = bytes.subarray(headerStart, start);
  const text = major === 3 ? decodeUtf8(header, fail) : decodeLatin1(header);
  return { layout: readLayout(text, fail), start };
}

function readLayout(text: string, fail: Failure): ArrayLayout {
  const header = parsePythonLiteral(text, fail);
  const keys = header instanceof Map ? [...header.keys()].sort().join(", ") : typeof header;
  if (!(header instanceof Map) || keys !== KEYS) {
    throw fail(`the header must have the keys ${KEYS}, got ${keys}`);
  }
  const descr = header.get("descr");
  const type = typeof descr === "string" ? parseElementType(descr) : undefined;
  if (type === undefined || type.kind === "U") {
    const got = typeof descr === "string" ? JSON.stringify(descr) : "a structure of several fields";
    throw fail(`the elements must be floats of 2, 4 or 8 bytes, integers or booleans, got ${got}`);
  }
  const [fortranOrder, shape] = [header.get("fortran_order"), header.get("shape")];
  if (typeof fortranOrder !== "boolean" || !Array.isArray(shape)) {
    throw fail("the header must give fortran_order as True or False and shape as a tuple");
  }
  return { type, shape: shape as number[], fortranOrder };
}
