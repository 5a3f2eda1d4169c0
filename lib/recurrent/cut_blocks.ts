import type { BlockLimits } from "../kernels/mod.ts";

/** Rows that the kernels compute at once. */
const TOGETHER = 16;

/** Cuts items, the longest first, into blocks within the limits; one that is longer than them makes a block alone. */
export function* cutBlocks<Item extends { readonly steps: number }>(
  items: readonly Item[],
  { rows, sequences }: BlockLimits,
): Generator<readonly Item[]> {
  let first = 0;
  while (first < items.length) {
    let end = first + 1, taken = items[first]!.steps;
    while (end < items.length && end - first < sequences && taken + items[end]!.steps <= rows) {
      taken += items[end++]!.steps;
    }
    if (end < items.length && end - first > TOGETHER) end -= (end - first) % TOGETHER;
    yield items.slice(first, end);
    first = end;
  }
}
