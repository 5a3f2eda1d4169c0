import { exactSum } from "../statistics.ts";
import { contiguous, type Tensor } from "../tensor/mod.ts";

/** The sum of all numbers, without rounding on the way. */
export function total(x: Tensor): number {
  return exactSum(contiguous(x));
}
