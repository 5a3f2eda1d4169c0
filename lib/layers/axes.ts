import type { Ops } from "../ops/mod.ts";

/** A value without an axis of size 1. */
export function dropAxis<T>(ops: Ops<T>, x: T, axis: number): T {
  return ops.reshape(x, ops.shape(x).flatMap((size, i) => i === axis ? [] : [i < axis ? 0 : size]));
}

/** A value with a new axis of size 1. */
export function insertAxis<T>(ops: Ops<T>, x: T, axis: number): T {
  const sizes = ops.shape(x).map((size, i) => i < axis ? 0 : size);
  return ops.reshape(x, [...sizes.slice(0, axis), 1, ...sizes.slice(axis)]);
}
