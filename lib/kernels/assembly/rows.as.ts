import { address, clear, entry, word } from "./block.as";
import { product } from "./matrix_product.as";
import { bytes, lanes, multiplyAdd, total } from "./vector.as";

/** Rows that are multiplied at once, so that the product is still in the cache when it is used. */
const CHUNK = 32;

/**
 * Copies rows, each with zeros after its first numbers.
 *
 * Arguments: rows; width of a copied row and how many numbers of it are in use; source, the index of each row in it (or
 * 0 for the rows in order) and its numbers from row to row; target likewise.
 */
export function copyRows<T>(command: usize): void {
  const rows = word(command, 0), width = word(command, 1), used = word(command, 2);
  const source = address(command, 3), from = address(command, 4), sourceRow = bytes<T>(word(command, 5));
  const target = address(command, 6), to = address(command, 7), targetRow = bytes<T>(word(command, 8));
  for (let row = 0; row < rows; row++) {
    const at = target + <usize>(to ? entry(to, row) : row) * targetRow;
    memory.copy(at, source + <usize>(from ? entry(from, row) : row) * sourceRow, bytes<T>(used));
    if (used < width) clear<T>(width - used, at + bytes<T>(used));
  }
}

/**
 * Packs a matrix `[inner, columns]` in panels of two vectors, filled up with zeros.
 *
 * Arguments: rows, and columns of the matrix; rows and columns as packed; the matrix; the panels.
 */
export function packRows<T>(command: usize): void {
  const rows = word(command, 0), columns = word(command, 1), inner = word(command, 2), wide = word(command, 3);
  const source = address(command, 4), width = 2 * lanes<T>(), row = bytes<T>(columns);
  let to = address(command, 5);
  for (let n = 0; n < wide; n += width) {
    let from = source + bytes<T>(n);
    const used = min<i32>(width, columns - n);
    if (used == width) {
      for (let k = 0; k < rows; k++, from += row, to += 32) {
        v128.store(to, v128.load(from));
        v128.store(to, v128.load(from, 16), 16);
      }
    } else {
      for (let k = 0; k < rows; k++, from += row, to += 32) {
        clear<T>(width, to);
        memory.copy(to, from, bytes<T>(used));
      }
    }
    clear<T>((inner - rows) * width, to);
    to += <usize>(inner - rows) << 5;
  }
}

/** Multiplies rows with packed weights. Arguments: those of {@link product}. */
export function multiply<T>(command: usize): void {
  product<T>(
    word(command, 0),
    word(command, 1),
    word(command, 2),
    address(command, 3),
    word(command, 4),
    address(command, 5),
    address(command, 6),
    word(command, 7),
    address(command, 8),
  );
}

/**
 * Sends rows of v back to the inputs: `x ⊙ (v W) + share`, or just `v W`.
 *
 * Arguments: rows; columns and inner size of the packed weights; v; the weights; room for 32 rows of the product;
 * inputs e; x and the row of each step in it, or 0; the share of each row, or 0; result, the row of each step in it, its
 * numbers from row to row, and whether to add to what is there. Result: also the sum of each row, padding included.
 */
export function pullInputs<T>(command: usize): void {
  const rows = word(command, 0), columns = word(command, 1), inner = word(command, 2);
  const v = address(command, 3), weights = address(command, 4), pulled = address(command, 5);
  const inputs = word(command, 6), x = address(command, 7), slots = address(command, 8);
  const shares = address(command, 9), result = address(command, 10), to = address(command, 11);
  const resultRow = bytes<T>(word(command, 12)), add = word(command, 13), sums = address(command, 14);
  const size = bytes<T>(inputs), wide = bytes<T>(columns);
  for (let first = 0; first < rows; first += CHUNK) {
    const count = min<i32>(CHUNK, rows - first);
    product<T>(count, columns, inner, v + bytes<T>(first * inner), inner, weights, pulled, columns, 0);
    for (let row = 0; row < count; row++) {
      const step = first + row;
      const at = result + <usize>entry(to, step) * resultRow, from = pulled + <usize>row * wide;
      const factor = x ? x + <usize>entry(slots, step) * size : 0;
      const share = v128.splat<T>(shares ? load<T>(shares + bytes<T>(step)) : <T>0);
      let all = v128.splat<T>(<T>0);
      for (let j: usize = 0; j < size; j += 16) {
        let sum = add ? v128.add<T>(v128.load(at + j), share) : share;
        const p = v128.load(from + j);
        sum = factor ? multiplyAdd<T>(v128.load(factor + j), p, sum) : v128.add<T>(p, sum);
        v128.store(at + j, sum);
        all = v128.add<T>(all, sum);
      }
      store<T>(sums + bytes<T>(entry(to, step)), total<T>(all));
    }
  }
}
