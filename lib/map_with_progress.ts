/** What long work takes beside its own options. */
export interface LongWorkOptions {
  /** Called now and then, and at the end, with the number of finished items; what it returns is waited for. */
  readonly onProgress?: (done: number, total: number) => void | Promise<void>;
  /** Stops the work between two items. */
  readonly signal?: AbortSignal;
}

/** How long the work holds the thread before other tasks get a turn. */
const SLICE_MS = 40;

/** How often it is looked whether the work was cut off. */
const WATCH_MS = 100;

/**
 * Maps over items in slices of time, so that progress shows, other tasks run, and the work can be stopped.
 *
 * A notebook that is interrupted ends the code that runs, without an error that code could catch; an asynchronous cell
 * would wait forever and take the kernel with it. This watches for that, and rejects: the cell ends, the kernel lives.
 *
 * @param work Called for one item after the other. It should take less than a few seconds.
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
export async function mapWithProgress<Item, Result>(
  items: readonly Item[],
  work: (item: Item, index: number) => Result,
  { onProgress, signal }: LongWorkOptions = {},
): Promise<Result[]> {
  const results: Result[] = [];
  let isWorking = false;
  let watch: ReturnType<typeof setInterval> | undefined;
  const cutOff = new Promise<never>((_, reject) => {
    watch = setInterval(() => {
      // No timer runs while the work does: if it still counts as running, it was ended from outside.
      if (isWorking) reject(new DOMException("Cannot finish the work: it was interrupted", "AbortError"));
    }, WATCH_MS);
  });
  async function slices(): Promise<void> {
    while (results.length < items.length) {
      signal?.throwIfAborted();
      const start = performance.now();
      isWorking = true;
      try {
        do results.push(work(items[results.length]!, results.length)); while (
          results.length < items.length && performance.now() - start < SLICE_MS
        );
      } finally {
        isWorking = false;
      }
      await onProgress?.(results.length, items.length);
      await new Promise((resolve) => setTimeout(resolve, 0));
    }
    signal?.throwIfAborted();
  }
  try {
    await Promise.race([slices(), cutOff]);
  } finally {
    clearInterval(watch);
  }
  return results;
}
