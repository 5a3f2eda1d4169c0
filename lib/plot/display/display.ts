/** What a front end picks from: contents by media type. */
export type MimeBundle = Record<string, unknown>;

/** The part of `Deno.jupyter` that is used here. */
interface Kernel {
  broadcast(type: string, content: unknown, extra?: unknown): Promise<void>;
}

/** Milliseconds that the kernel needs for its output queue, whatever is in it. */
const SETTLE_MS = 30;
/** Milliseconds more per character sent (about 60 per MB were measured). */
const MS_PER_CHARACTER = 1e-4;

let pending = 0;

/** The kernel, or nothing outside a notebook, where reading `Deno.jupyter` throws. */
export function kernel(): Kernel | undefined {
  try {
    return (globalThis as { Deno?: { jupyter?: Kernel } }).Deno?.jupyter;
  } catch {
    return undefined;
  }
}

/**
 * Waits until the kernel has most likely published all that this cell has sent.
 *
 * Deno's kernel (2.8.2 to 2.9.6 at least) reports a cell as done without waiting for its own output queue: what comes
 * late is lost or lands in a later cell. `show()` waits by itself; a cell that logs a lot ends with `await flush()`.
 *
 * @param lines How many lines the cell has logged. Default 0.
 *
 * @example At the end of a cell that logs
 * ```ts
 * import { flush } from "@relprop/lrp/plot";
 *
 * await flush(20);
 * ```
 */
export async function flush(lines = 0): Promise<void> {
  const wait = SETTLE_MS + pending * MS_PER_CHARACTER + lines * 0.4;
  pending = 0;
  await new Promise((resolve) => setTimeout(resolve, wait));
}

/** Sends a bundle to the notebook and waits for it; `id` names the output, `update` replaces the one of that name. */
export async function publish(
  data: MimeBundle,
  { id, update = false, wait = true }: { id?: string; update?: boolean; wait?: boolean } = {},
): Promise<void> {
  const jupyter = kernel();
  if (jupyter === undefined) {
    throw new TypeError("Cannot publish an output: it needs a notebook's kernel, got none");
  }
  pending += JSON.stringify(data).length;
  await jupyter.broadcast(update ? "update_display_data" : "display_data", {
    data,
    metadata: {},
    transient: id === undefined ? {} : { display_id: id },
  });
  if (wait) await flush();
}
