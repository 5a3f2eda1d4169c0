import { longWork, type LongWorkOptions } from "./long_work.ts";

export type { LongWorkOptions };

/**
 * Maps over items in slices of time, so that progress shows, other tasks run, and the work can be stopped.
 *
 * A notebook that is interrupted ends the code that runs, without an error that code could catch; an asynchronous cell
 * would wait forever and take the kernel with it. This watches for that, and rejects: the cell ends, the kernel lives.
 *
 * @param work Called for one item after the other; what it promises is waited for. It should take less than a few seconds.
 * @throws {DOMException} `AbortError` if the notebook interrupts the work; the signal's reason if the signal stops it.
 *
 * @example Squares, with their progress
 * ```ts
 * import { mapWithProgress } from "@relprop/lrp";
 * import { assertEquals } from "@std/assert";
 *
 * const seen: number[] = [];
 * const squares = await mapWithProgress([1, 2, 3], (x) => x * x, { onProgress: (done) => void seen.push(done) });
 * assertEquals(squares, [1, 4, 9]);
 * assertEquals(seen.at(-1), 3);
 * ```
 */
export function mapWithProgress<Item, Result>(
  items: readonly Item[],
  work: (item: Item, index: number) => Result | Promise<Result>,
  options: LongWorkOptions = {},
): Promise<Result[]> {
  return longWork(async ({ pause, wait }) => {
    const results: Result[] = [];
    for (const [index, item] of items.entries()) {
      results.push(await wait(() => work(item, index)));
      await pause(results.length, items.length);
    }
    return results;
  }, options);
}
