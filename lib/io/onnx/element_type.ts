import type { OnnxElementType } from "./model.ts";

/** The element types of ONNX by name, with the numbers that stand for them in files. */
export const ONNX_ELEMENT: Readonly<Record<string, OnnxElementType>> = Object.freeze({
  float: 1,
  uint8: 2,
  int8: 3,
  uint16: 4,
  int16: 5,
  int32: 6,
  int64: 7,
  text: 8,
  bool: 9,
  float16: 10,
  double: 11,
  uint32: 12,
  uint64: 13,
  bfloat16: 16,
});

const NUMPY_NAMES: ReadonlyMap<OnnxElementType, string> = new Map([
  [1, "<f4"],
  [2, "|u1"],
  [3, "|i1"],
  [4, "<u2"],
  [5, "<i2"],
  [6, "<i4"],
  [7, "<i8"],
  [9, "|b1"],
  [10, "<f2"],
  [11, "<f8"],
  [12, "<u4"],
  [13, "<u8"],
  // The upper half of a float32.
  [16, "<u2"],
]);

/** NumPy's short name of an element type; undefined for one that holds no plain numbers. */
export function numpyName(elementType: OnnxElementType): string | undefined {
  return NUMPY_NAMES.get(elementType);
}

/** Bytes per element; undefined for texts and packed types. */
export function elementSize(elementType: OnnxElementType): number | undefined {
  const name = NUMPY_NAMES.get(elementType);
  return name === undefined ? undefined : Number(name.slice(2));
}
