import { concatenate, reshape, slice, take } from "../../../layers/mod.ts";
import type { Signal } from "./import_value.ts";
import type { NodeContext } from "./node_context.ts";
import { sizesFor } from "./sizes_for.ts";

/** The numbers from `start` on in steps of one, as far as they go. */
function runLength(rows: readonly number[], start: number): number {
  let end = start + 1;
  while (end < rows.length && rows[end] === rows[end - 1]! + 1) end++;
  return end - start;
}

/** Whether rows lie at equal distances of two or more. */
function stepOf(rows: readonly number[]): number | undefined {
  const step = rows[1]! - rows[0]!;
  return step > 1 && rows.every((row, i) => row === rows[0]! + i * step) ? step : undefined;
}

/** Chosen places along an axis of a signal, by layers that move values: `[…, rows, …]`. */
export function rowsOf(context: NodeContext, x: Signal, axis: number, rows: readonly number[]): Signal {
  const { sink, label } = context;
  const size = x.shape[axis]!;
  const wrong = rows.find((row) => row < 0 || typeof size === "number" && row >= size);
  if (wrong !== undefined) throw context.fail(`place ${wrong} must lie within ${size} places`);
  const part = (name: string, start: number, end: number): Signal =>
    start === 0 && end === size ? x : sink.add(name, slice({ axis, start, end }), [x]);
  if (runLength(rows, 0) === rows.length) return part(label, rows[0]!, rows.at(-1)! + 1);
  const step = stepOf(rows);
  const end = rows[0]! + (step ?? 0) * rows.length;
  if (step !== undefined && typeof size === "number" && end <= size) {
    // Groups of as many places as a step has, of which each gives its first.
    const groups = part(`${label}.groups`, rows[0]!, end);
    const shape = [...groups.shape.slice(0, axis), rows.length, step, ...groups.shape.slice(axis + 1)];
    const sizes = sizesFor(context, groups.shape, shape);
    const grouped = sink.add(`${label}.split`, reshape({ sizes }), [groups], shape);
    return sink.add(label, take({ axis: axis + 1, index: 0 }), [grouped]);
  }
  const parts: Signal[] = [];
  for (let start = 0; start < rows.length;) {
    const length = runLength(rows, start);
    parts.push(part(`${label}.${parts.length}`, rows[start]!, rows[start]! + length));
    start += length;
  }
  return sink.add(label, concatenate({ axis }), parts);
}
