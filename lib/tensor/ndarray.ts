// @ts-types="npm:@types/ndarray@1.1.0"
import ndarray, { type NdArray } from "./ndarray_bundle.js";

/** A multi-dimensional array of float64, as `npm:ndarray` makes it: the array that users give and get. */
export type Tensor = NdArray<Float64Array>;

/** Any array of `npm:ndarray` that holds numbers, whatever its element type and strides. */
export type NumericArray = NdArray<
  | number[]
  | Float64Array
  | Float32Array
  | Int32Array
  | Int16Array
  | Int8Array
  | Uint32Array
  | Uint16Array
  | Uint8Array
  | Uint8ClampedArray
>;

export { ndarray };
