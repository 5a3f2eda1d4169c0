/** What long work takes beside its own options. */
export interface LongWorkOptions {
  /** Called now and then, and at the end, with the number of finished items; what it returns is waited for. */
  readonly onProgress?: ((done: number, total: number) => void | Promise<void>) | undefined;
  /** Stops the work between two steps. */
  readonly signal?: AbortSignal | undefined;
}

/** The names of {@linkcode LongWorkOptions}. */
export const LONG_WORK_OPTIONS: readonly string[] = ["onProgress", "signal"];

/** What long work calls between its steps. */
export interface Steps {
  /** To be awaited after each step: tells how far the work is, lets others have their turn, and stops the work. */
  pause(done: number, total: number): Promise<void> | undefined;
  /** Does something that may itself be long work, or wait for something. */
  wait<Result>(work: () => Result | Promise<Result>): Promise<Result>;
}

/** How long the work holds the thread before other tasks get a turn. */
const SLICE_MS = 40;

/** How often it is looked whether the work was cut off. */
const WATCH_MS = 100;

/**
 * Runs work that takes long in slices of time, so that progress shows, other tasks run, and the work can be stopped.
 *
 * A notebook that is interrupted ends the code that runs, without an error that code could catch; an asynchronous cell
 * would wait forever and take the kernel with it. This watches for that, and rejects: the cell ends, the kernel lives.
 *
 * @param work Awaits `pause()` after each step, which should take less than a few seconds, and nothing else but `wait()`.
 * @throws {DOMException} `AbortError` if the notebook interrupts the work; the signal's reason if the signal stops it.
 */
export async function longWork<Result>(
  work: (steps: Steps) => Promise<Result>,
  { onProgress, signal }: LongWorkOptions = {},
): Promise<Result> {
  signal?.throwIfAborted();
  let isWorking = true, since = performance.now();
  let untold: readonly [done: number, total: number] | undefined;
  const tell = async (): Promise<void> => {
    const told = untold;
    untold = undefined;
    if (told) await onProgress?.(...told);
  };
  const turn = async (): Promise<void> => {
    isWorking = false;
    await tell();
    await new Promise((resolve) => setTimeout(resolve, 0));
    signal?.throwIfAborted();
    isWorking = true;
    since = performance.now();
  };
  const steps: Steps = {
    pause(done, total): Promise<void> | undefined {
      signal?.throwIfAborted();
      untold = [done, total];
      return performance.now() - since < SLICE_MS ? undefined : turn();
    },
    async wait<Other>(other: () => Other | Promise<Other>): Promise<Other> {
      const answer = other();
      if (!(answer instanceof Promise)) return answer;
      isWorking = false;
      try {
        return await answer;
      } finally {
        isWorking = true;
      }
    },
  };
  let watch: ReturnType<typeof setInterval> | undefined;
  const cutOff = new Promise<never>((_, reject) => {
    watch = setInterval(() => {
      // No timer runs while the work does: if it still counts as running, it was ended from outside.
      if (isWorking) reject(new DOMException("Cannot finish the work: it was interrupted", "AbortError"));
    }, WATCH_MS);
  });
  const whole = async (): Promise<Result> => {
    const result = await work(steps);
    isWorking = false;
    await tell();
    signal?.throwIfAborted();
    return result;
  };
  try {
    return await Promise.race([whole(), cutOff]);
  } finally {
    clearInterval(watch);
  }
}
