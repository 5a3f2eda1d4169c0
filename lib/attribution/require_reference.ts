import { described } from "../described.ts";
import { contiguous, type NumericArray, requireFinite } from "../tensor/mod.ts";
import { isNdArray } from "../tensor/is_nd_array.ts";

/** Throws unless this is an array of finite numbers. */
export function requireReference(given: NumericArray, action: string): void {
  if (!isNdArray(given)) {
    throw new TypeError(`Cannot ${action}: the reference must be an ndarray, got ${described(given)}`);
  }
  requireFinite(contiguous(given), given.shape, { action, where: "the reference" });
}
