import type { Ops } from "../ops/mod.ts";
import { axisFromFront } from "../ops/shapes.ts";

/** An axis of a value, counted from the front. */
export function frontAxis<T>(ops: Ops<T>, x: T, axis: number, action: string): number {
  return axisFromFront(axis, ops.shape(x).length, action);
}

/** A value without an axis of size 1, counted from the front. */
export function dropAxis<T>(ops: Ops<T>, x: T, axis: number): T {
  return ops.reshape(x, ops.shape(x).flatMap((size, i) => i === axis ? [] : [i < axis ? 0 : size]));
}

/** A value with a new axis of size 1, counted from the front. */
export function insertAxis<T>(ops: Ops<T>, x: T, axis: number): T {
  const sizes = ops.shape(x).map((size, i) => i < axis ? 0 : size);
  return ops.reshape(x, [...sizes.slice(0, axis), 1, ...sizes.slice(axis)]);
}
