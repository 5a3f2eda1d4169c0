import type { Ops } from "../ops/mod.ts";

/** `max(x, 0)`. */
export function positivePart<T>(ops: Ops<T>, x: T): T {
  return ops.maximum(x, 0);
}

/** `min(x, 0)`. */
export function negativePart<T>(ops: Ops<T>, x: T): T {
  return ops.minimum(x, 0);
}

/** A value of the same shape that is 1 everywhere. */
export function onesLike<T>(ops: Ops<T>, x: T): T {
  return ops.add(ops.multiply(x, 0), 1);
}
