/** Where the steps of a block lie: see `assembly/block.as.ts`. */
export interface BlockLayout {
  /** Number of steps of each sequence, longest first. */
  readonly lengths: Int32Array;
  /** All steps together. */
  readonly rows: number;
  /** The first row of each step. */
  readonly starts: Int32Array;
  /** Where each sequence starts among the tokens of all, one sequence after the other. */
  readonly offsets: Int32Array;
  /** The token that a row reads, for the direction from left to right. */
  readonly forwardTokens: Int32Array;
  /** The token that a row reads, for the direction from right to left. */
  readonly reverseTokens: Int32Array;
  /** The row of the states after each row. */
  readonly following: Int32Array;
}

/**
 * Lays out a block.
 *
 * @param lengths Number of steps of each sequence, longest first, at least 1 each.
 */
export function blockLayout(lengths: Int32Array): BlockLayout {
  const count = lengths.length, steps = lengths[0]!;
  const offsets = new Int32Array(count), starts = new Int32Array(steps + 1);
  let rows = 0;
  for (let s = 0; s < count; s++) {
    offsets[s] = rows;
    rows += lengths[s]!;
  }
  const forwardTokens = new Int32Array(rows), reverseTokens = new Int32Array(rows);
  const following = new Int32Array(rows);
  let row = 0, active = count;
  for (let t = 0; t < steps; t++) {
    while (lengths[active - 1]! <= t) active--;
    starts[t] = row;
    for (let s = 0; s < active; s++, row++) {
      const length = lengths[s]!, first = offsets[s]!;
      forwardTokens[row] = first + t;
      reverseTokens[row] = first + length - 1 - t;
      following[row] = t + 1 < length ? row + active : rows + s;
    }
  }
  starts[steps] = row;
  return { lengths, rows, starts, offsets, forwardTokens, reverseTokens, following };
}
