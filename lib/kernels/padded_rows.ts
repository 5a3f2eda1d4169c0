import type { Arena } from "./arena.ts";

/** Rows in an arena, each `width` numbers apart, of which the first `used` count. */
export interface PaddedRows {
  readonly address: number;
  readonly rows: number;
  readonly used: number;
  readonly width: number;
}

/** Copies rows `[rows, used]` into an arena, with zeros in the rest of each. */
export function putRows(arena: Arena, place: PaddedRows, values: Float64Array): void {
  const { address, rows, used, width } = place;
  const target = arena.view(address, rows * width);
  if (used === width) return target.set(values);
  target.fill(0);
  for (let row = 0; row < rows; row++) {
    target.set(values.subarray(row * used, (row + 1) * used), row * width);
  }
}

/** Copies rows `[rows, used]` out of an arena, in float64. */
export function takeRows(arena: Arena, { address, rows, used, width }: PaddedRows): Float64Array {
  const source = arena.view(address, rows * width);
  if (used === width) return Float64Array.from(source);
  const values = new Float64Array(rows * used);
  // One by one: between arrays of two kinds, `set` takes many times as long.
  for (let row = 0, to = 0; row < rows; row++) {
    for (let from = row * width, end = from + used; from < end; from++) values[to++] = source[from]!;
  }
  return values;
}
