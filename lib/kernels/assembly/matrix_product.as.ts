// C = A B, or C = bias + A B. B is packed in panels of two vectors (`pack_panels.ts`), so that it is read in storage
// order. Every element is one chain of multiply-adds in the order of the inner index, whichever kernel computes it: the
// result does not depend on how many rows are computed at once.
//
// A number of A is spread over a vector once for both vectors of a panel. A tile of 16 rows has more sums than the machine
// has registers; those that wait on the stack need no bounds check.
import { eightRows } from "./eight_rows.as";
import { fourRows } from "./four_rows.as";
import { oneRow, oneRowFourPanels } from "./one_row.as";
import { sixteenRows } from "./sixteen_rows.as";
import { bytes, lanes } from "./vector.as";

/**
 * The product of `rows` rows of A with all of B.
 *
 * @param columns Columns of B and of C: a multiple of two vectors.
 * @param inner Columns of A, rows of B: a multiple of 4.
 * @param lda Numbers from one row of A to the next; `ldc` likewise.
 * @param bias `[columns]`, or 0 for none.
 */
export function product<T>(
  rows: i32,
  columns: i32,
  inner: i32,
  a: usize,
  lda: i32,
  b: usize,
  c: usize,
  ldc: i32,
  bias: usize,
): void {
  const rowOfA = bytes<T>(lda), rowOfC = bytes<T>(ldc), panel = <usize>inner * 32;
  const wide = 2 * lanes<T>();
  for (let n = 0; n < columns && rows >= 4; n += wide) {
    let i = 0, p = a, q = c;
    for (; i + 16 <= rows; i += 16, p += rowOfA << 4, q += rowOfC << 4) {
      sixteenRows<T>(inner, p, rowOfA, b, q, rowOfC, bias);
    }
    for (; i + 8 <= rows; i += 8, p += rowOfA << 3, q += rowOfC << 3) {
      eightRows<T>(inner, p, rowOfA, b, q, rowOfC, bias);
    }
    for (; i < rows; i += 4, p += rowOfA << 2, q += rowOfC << 2) {
      // The last four, some of them for the second time: to the same bits, and faster than one by one.
      const again = <usize>max<i32>(0, i + 4 - rows);
      fourRows<T>(inner, p - again * rowOfA, rowOfA, b, q - again * rowOfC, rowOfC, bias);
    }
    b += panel;
    c += 32;
    if (bias) bias += 32;
  }
  if (rows >= 4) return;
  const count = columns / wide;
  for (let i = 0; i < rows; i++) {
    const row = a + <usize>i * rowOfA;
    let n = 0, p = b, q = c + <usize>i * rowOfC, r = bias;
    for (; n + 4 <= count; n += 4, p += panel << 2, q += 128) {
      oneRowFourPanels<T>(inner, row, p, panel, q, r);
      if (r) r += 128;
    }
    for (; n < count; n++, p += panel, q += 32) {
      oneRow<T>(inner, row, p, q, r);
      if (r) r += 32;
    }
  }
}
