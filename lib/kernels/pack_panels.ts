import type { Arena } from "./arena.ts";

/** Where the rows and columns of a matrix lie in an array: element (k, n) at `rows[k] + columns[n]`, -1 is zero. */
export interface Placement {
  readonly rows: Int32Array;
  readonly columns: Int32Array;
}

/** Columns of a panel: two vectors. */
export function panelWidth(arena: Arena): number {
  return 32 / arena.size;
}

/**
 * Writes a matrix `[inner, columns]` in panels of two vectors, so that the product kernels read it in storage order.
 *
 * @returns Its address.
 */
export function packPanels(arena: Arena, source: Float64Array, { rows, columns }: Placement): number {
  const width = panelWidth(arena);
  const address = arena.allocate(rows.length * columns.length);
  const target = arena.numbers;
  let at = address / arena.size;
  for (let panel = 0; panel < columns.length; panel += width) {
    for (let k = 0; k < rows.length; k++, at += width) {
      const row = rows[k]!;
      if (row < 0) {
        target.fill(0, at, at + width);
        continue;
      }
      for (let n = 0; n < width; n++) {
        const column = columns[panel + n]!;
        target[at + n] = column < 0 ? 0 : source[row + column]!;
      }
    }
  }
  return address;
}

/** `length` places `stride` apart from `start` on, filled up with -1 to `padded` places. */
export function places(
  length: number,
  padded: number,
  { start = 0, stride = 1 }: { start?: number; stride?: number } = {},
): Int32Array {
  const list = new Int32Array(padded).fill(-1);
  for (let i = 0; i < length; i++) list[i] = start + i * stride;
  return list;
}

/** Several lists of places, one after the other. */
export function joinPlaces(...lists: readonly Int32Array[]): Int32Array {
  const joined = new Int32Array(lists.reduce((sum, { length }) => sum + length, 0));
  lists.reduce((at, list) => (joined.set(list, at), at + list.length), 0);
  return joined;
}
