import { contiguous, type NumericArray } from "../../tensor/mod.ts";
import type { ElementType } from "./element_type.ts";

/** The elements of any array in row-major order, little-endian, and their type. */
export function encodeElements(array: NumericArray): { type: ElementType; bytes: Uint8Array } {
  const flat = contiguous(array);
  const { data } = array;
  const Elements = Array.isArray(data) ? Float64Array : data.constructor as Float64ArrayConstructor;
  const values = data instanceof Float64Array || Array.isArray(data) ? flat : Elements.from(flat);
  const kind = /^Float/.test(Elements.name) ? "f" : /^Uint/.test(Elements.name) ? "u" : "i";
  return {
    type: { kind, size: Elements.BYTES_PER_ELEMENT, bigEndian: false },
    bytes: new Uint8Array(values.buffer, values.byteOffset, values.byteLength),
  };
}
