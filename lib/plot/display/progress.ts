import { escapeMarkup } from "../text/escape.ts";
import { columnWidth } from "../text/text_width.ts";
import { flush, kernel, publish } from "./display.ts";

/** Least time between two updates: the kernel's output queue has to stay short. */
const UPDATE_MS = 120;

let displays = 0;

/**
 * Shows how far long work is, how fast it goes and how long it will take: in a notebook as a bar that is updated in
 * place, in a terminal as one line, in a pipe not at all. Give it to any `onProgress`.
 *
 * @param label What is being done.
 * @param options.total How many items there are, for work that does not tell.
 * @returns A function that takes the number of finished items, alone or as `{ done }`, and of all.
 *
 * @example Over a list
 * ```ts
 * import { mapWithProgress } from "@relprop/lrp";
 * import { progress } from "@relprop/lrp/plot";
 * import { assertEquals } from "@std/assert";
 *
 * const halves = await mapWithProgress([2, 4], (x) => x / 2, { onProgress: progress("halving") });
 * assertEquals(halves, [1, 2]);
 * ```
 */
export function progress(
  label = "Working",
  options: { readonly total?: number } = {},
): (done: number | { readonly done: number }, total?: number) => Promise<void> {
  const start = performance.now();
  const id = `relprop-progress-${++displays}`;
  let last = -Infinity;
  let isShown = false;
  return async (told, total = options.total) => {
    const done = typeof told === "number" ? told : told.done;
    const now = performance.now();
    const isLast = total !== undefined && done >= total;
    if (!isLast && now - last < UPDATE_MS) return;
    last = now;
    const text = progressText(label, { done, total, seconds: (now - start) / 1000 });
    if (kernel() !== undefined) {
      const place = total === undefined ? "" : ` max="${total}" value="${done}"`;
      const bar = `<progress${place} style="width:260px;vertical-align:middle"></progress>`;
      const data = { "text/html": `${bar} <code>${escapeMarkup(text)}</code>`, "text/plain": text };
      await publish(data, { id, update: isShown, wait: false });
      if (isLast) await flush();
      isShown = true;
    } else writeTerminalLine(text, isLast);
  };
}

/** How far, how fast, how long. */
export function progressText(
  label: string,
  { done, total, seconds }: { done: number; total: number | undefined; seconds: number },
): string {
  const rate = seconds > 0 ? done / seconds : 0;
  const parts = total === undefined
    ? [`${label} ${done}`]
    : [`${label} ${done}/${total}`, `${Math.round(100 * done / (total || 1))} %`];
  if (rate > 0) {
    parts.push(rate >= 1 ? `${rate.toFixed(rate < 10 ? 1 : 0)}/s` : `${(1 / rate).toFixed(1)} s each`);
  }
  if (total === undefined) parts.push(`after ${duration(seconds)}`);
  else if (done >= total) parts.push(`in ${duration(seconds)}`);
  else if (rate > 0) parts.push(`${duration((total - done) / rate)} left`);
  return parts.join(" · ");
}

function duration(seconds: number): string {
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3600)} h ${Math.floor(whole % 3600 / 60)} min`;
}

function writeTerminalLine(text: string, isLast: boolean): void {
  const { stderr } = (globalThis as { Deno?: typeof Deno }).Deno ?? {};
  if (stderr === undefined || !stderr.isTerminal()) return;
  const width = Deno.consoleSize().columns - 1;
  const line = columnWidth(text) > width ? text.slice(0, width) : text;
  stderr.writeSync(new TextEncoder().encode(`\r\u001b[2K${line}${isLast ? "\n" : ""}`));
}
