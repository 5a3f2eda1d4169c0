import { described } from "../../described.ts";
import { requireOptions } from "../../options.ts";
import { escapeMarkup } from "../text/escape.ts";
import { columnWidth, fitColumns } from "../text/text_width.ts";
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
 * @returns A function that takes the number of finished items, and of all.
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
): (done: number, total?: number) => Promise<void> {
  const action = "show progress";
  requireOptions(options, { action, known: ["total"] });
  if (typeof label !== "string") {
    throw new TypeError(`Cannot ${action}: label must be a text, got ${described(label)}`);
  }
  const start = performance.now();
  const id = `relprop-progress-${++displays}`;
  let last = -Infinity;
  let isShown = false;
  return async (done, total = options.total) => {
    const now = performance.now();
    const isLast = total !== undefined && done >= total;
    if (!isLast && now - last < UPDATE_MS) return;
    last = now;
    const state = { done, total, seconds: (now - start) / 1000 };
    const text = progressText(label, state);
    if (kernel() !== undefined) {
      const place = total === undefined ? "" : ` max="${total}" value="${done}"`;
      const bar = `<progress${place} style="width:260px;vertical-align:middle"></progress>`;
      const data = { "text/html": `${bar} <code>${escapeMarkup(text)}</code>`, "text/plain": text };
      await publish(data, { id, update: isShown, wait: false });
      if (isLast) await flush();
      isShown = true;
    } else writeTerminalLine((width) => terminalText(label, state, width), isLast);
  };
}

interface State {
  readonly done: number;
  readonly total: number | undefined;
  readonly seconds: number;
}

/** How far, how fast, how long. */
export function progressText(label: string, { done, total, seconds }: State): string {
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

/** The text on one line of so many columns: the label gives way to the numbers. */
export function terminalText(label: string, state: State, columns: number): string {
  const name = label.replaceAll(/\p{Control}+/gu, " ");
  const text = progressText(name, state);
  const room = Math.max(0, columns - columnWidth(text) + columnWidth(name));
  return fitColumns(progressText(fitColumns(name, room), state), columns);
}

function writeTerminalLine(text: (columns: number) => string, isLast: boolean): void {
  const { stderr } = (globalThis as { Deno?: typeof Deno }).Deno ?? {};
  if (stderr === undefined || !stderr.isTerminal()) return;
  // A terminal may not know how wide it is.
  const columns = (Deno.consoleSize().columns || 80) - 1;
  stderr.writeSync(new TextEncoder().encode(`\r\u001b[2K${text(columns)}${isLast ? "\n" : ""}`));
}
