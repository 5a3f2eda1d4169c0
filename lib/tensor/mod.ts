/**
 * Thin helpers over `npm:ndarray`, the array that users give and get.
 *
 * @module
 */
export type { NumericArray, Tensor } from "./ndarray.ts";
export { contiguous, type NestedNumbers, tensor, zeros } from "./tensor.ts";
export { requireFinite, type Requirement, requireShape } from "./require.ts";
