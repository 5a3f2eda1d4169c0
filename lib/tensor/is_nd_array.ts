import type { NumericArray } from "./ndarray.ts";

/** True for an array of `npm:ndarray`. */
export function isNdArray(value: unknown): value is NumericArray {
  return typeof value === "object" && value !== null && "stride" in value && "shape" in value;
}
