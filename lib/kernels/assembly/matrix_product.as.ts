// C = A B, or C = bias + A B. B is packed in panels of two vectors (`pack_panels.ts`), so that it is read in storage
// order. Every element is one chain of multiply-adds in the order of the inner index, whichever kernel computes it: the
// result does not depend on how many rows are computed at once.
//
// Rows of A are loaded as whole vectors and spread lane by lane: every load pays for a bounds check, a shuffle does not.
import { bytes, lanes, multiplyAdd } from "./vector.as";

/** `c` plus the products of four numbers of a row of A with four vectors of B. */
@inline
function fold<T>(v: v128, w: v128, b0: v128, b1: v128, b2: v128, b3: v128, c: v128): v128 {
  if (sizeof<T>() == 8) {
    c = multiplyAdd<T>(v128.shuffle<f64>(v, v, 0, 0), b0, c);
    c = multiplyAdd<T>(v128.shuffle<f64>(v, v, 1, 1), b1, c);
    c = multiplyAdd<T>(v128.shuffle<f64>(w, w, 0, 0), b2, c);
    return multiplyAdd<T>(v128.shuffle<f64>(w, w, 1, 1), b3, c);
  }
  c = multiplyAdd<T>(v128.shuffle<f32>(v, v, 0, 0, 0, 0), b0, c);
  c = multiplyAdd<T>(v128.shuffle<f32>(v, v, 1, 1, 1, 1), b1, c);
  c = multiplyAdd<T>(v128.shuffle<f32>(v, v, 2, 2, 2, 2), b2, c);
  return multiplyAdd<T>(v128.shuffle<f32>(v, v, 3, 3, 3, 3), b3, c);
}

/** Numbers 2 and 3 of a row in float64; in float32 they are in `v` already. */
@inline
function rest<T>(row: usize, v: v128): v128 {
  return sizeof<T>() == 8 ? v128.load(row, 16) : v;
}

@inline
function store(c: usize, first: v128, second: v128): void {
  v128.store(c, first);
  v128.store(c, second, 16);
}

/** 8 rows by one panel. */
function eightRows<T>(inner: i32, a: usize, lda: usize, b: usize, c: usize, ldc: usize, bias: usize): void {
  const zero = v128.splat<T>(<T>0);
  const start0 = bias ? v128.load(bias) : zero, start1 = bias ? v128.load(bias, 16) : zero;
  let c00 = start0, c10 = start0, c20 = start0, c30 = start0, c40 = start0, c50 = start0, c60 = start0, c70 = start0;
  let c01 = start1, c11 = start1, c21 = start1, c31 = start1, c41 = start1, c51 = start1, c61 = start1, c71 = start1;
  for (let k = 0; k < inner; k += 4) {
    const b00 = v128.load(b, 0), b01 = v128.load(b, 16);
    const b10 = v128.load(b, 32), b11 = v128.load(b, 48);
    const b20 = v128.load(b, 64), b21 = v128.load(b, 80);
    const b30 = v128.load(b, 96), b31 = v128.load(b, 112);
    let row = a;
    let v = v128.load(row), w = rest<T>(row, v);
    c00 = fold<T>(v, w, b00, b10, b20, b30, c00);
    c01 = fold<T>(v, w, b01, b11, b21, b31, c01);
    row += lda;
    v = v128.load(row);
    w = rest<T>(row, v);
    c10 = fold<T>(v, w, b00, b10, b20, b30, c10);
    c11 = fold<T>(v, w, b01, b11, b21, b31, c11);
    row += lda;
    v = v128.load(row);
    w = rest<T>(row, v);
    c20 = fold<T>(v, w, b00, b10, b20, b30, c20);
    c21 = fold<T>(v, w, b01, b11, b21, b31, c21);
    row += lda;
    v = v128.load(row);
    w = rest<T>(row, v);
    c30 = fold<T>(v, w, b00, b10, b20, b30, c30);
    c31 = fold<T>(v, w, b01, b11, b21, b31, c31);
    row += lda;
    v = v128.load(row);
    w = rest<T>(row, v);
    c40 = fold<T>(v, w, b00, b10, b20, b30, c40);
    c41 = fold<T>(v, w, b01, b11, b21, b31, c41);
    row += lda;
    v = v128.load(row);
    w = rest<T>(row, v);
    c50 = fold<T>(v, w, b00, b10, b20, b30, c50);
    c51 = fold<T>(v, w, b01, b11, b21, b31, c51);
    row += lda;
    v = v128.load(row);
    w = rest<T>(row, v);
    c60 = fold<T>(v, w, b00, b10, b20, b30, c60);
    c61 = fold<T>(v, w, b01, b11, b21, b31, c61);
    row += lda;
    v = v128.load(row);
    w = rest<T>(row, v);
    c70 = fold<T>(v, w, b00, b10, b20, b30, c70);
    c71 = fold<T>(v, w, b01, b11, b21, b31, c71);
    a += bytes<T>(4);
    b += 128;
  }
  store(c, c00, c01);
  c += ldc;
  store(c, c10, c11);
  c += ldc;
  store(c, c20, c21);
  c += ldc;
  store(c, c30, c31);
  c += ldc;
  store(c, c40, c41);
  c += ldc;
  store(c, c50, c51);
  c += ldc;
  store(c, c60, c61);
  c += ldc;
  store(c, c70, c71);
}

/** 4 rows by one panel. */
function fourRows<T>(inner: i32, a: usize, lda: usize, b: usize, c: usize, ldc: usize, bias: usize): void {
  const zero = v128.splat<T>(<T>0);
  const start0 = bias ? v128.load(bias) : zero, start1 = bias ? v128.load(bias, 16) : zero;
  let c00 = start0, c10 = start0, c20 = start0, c30 = start0;
  let c01 = start1, c11 = start1, c21 = start1, c31 = start1;
  for (let k = 0; k < inner; k += 4) {
    const b00 = v128.load(b, 0), b01 = v128.load(b, 16);
    const b10 = v128.load(b, 32), b11 = v128.load(b, 48);
    const b20 = v128.load(b, 64), b21 = v128.load(b, 80);
    const b30 = v128.load(b, 96), b31 = v128.load(b, 112);
    let row = a;
    let v = v128.load(row), w = rest<T>(row, v);
    c00 = fold<T>(v, w, b00, b10, b20, b30, c00);
    c01 = fold<T>(v, w, b01, b11, b21, b31, c01);
    row += lda;
    v = v128.load(row);
    w = rest<T>(row, v);
    c10 = fold<T>(v, w, b00, b10, b20, b30, c10);
    c11 = fold<T>(v, w, b01, b11, b21, b31, c11);
    row += lda;
    v = v128.load(row);
    w = rest<T>(row, v);
    c20 = fold<T>(v, w, b00, b10, b20, b30, c20);
    c21 = fold<T>(v, w, b01, b11, b21, b31, c21);
    row += lda;
    v = v128.load(row);
    w = rest<T>(row, v);
    c30 = fold<T>(v, w, b00, b10, b20, b30, c30);
    c31 = fold<T>(v, w, b01, b11, b21, b31, c31);
    a += bytes<T>(4);
    b += 128;
  }
  store(c, c00, c01);
  c += ldc;
  store(c, c10, c11);
  c += ldc;
  store(c, c20, c21);
  c += ldc;
  store(c, c30, c31);
}

/** 1 row by four panels that lie `panel` bytes apart: eight independent chains hide the latency of the multiply-adds. */
function oneRowFourPanels<T>(inner: i32, a: usize, b: usize, panel: usize, c: usize, bias: usize): void {
  const zero = v128.splat<T>(<T>0);
  let c0 = zero, c1 = zero, c2 = zero, c3 = zero, c4 = zero, c5 = zero, c6 = zero, c7 = zero;
  if (bias) {
    c0 = v128.load(bias), c1 = v128.load(bias, 16), c2 = v128.load(bias, 32), c3 = v128.load(bias, 48);
    c4 = v128.load(bias, 64), c5 = v128.load(bias, 80), c6 = v128.load(bias, 96), c7 = v128.load(bias, 112);
  }
  for (let k = 0; k < inner; k += 4) {
    const v = v128.load(a), w = rest<T>(a, v);
    let p = b;
    c0 = foldPanel<T>(v, w, p, 0, c0);
    c1 = foldPanel<T>(v, w, p, 1, c1);
    p += panel;
    c2 = foldPanel<T>(v, w, p, 0, c2);
    c3 = foldPanel<T>(v, w, p, 1, c3);
    p += panel;
    c4 = foldPanel<T>(v, w, p, 0, c4);
    c5 = foldPanel<T>(v, w, p, 1, c5);
    p += panel;
    c6 = foldPanel<T>(v, w, p, 0, c6);
    c7 = foldPanel<T>(v, w, p, 1, c7);
    a += bytes<T>(4);
    b += 128;
  }
  store(c, c0, c1);
  store(c + 32, c2, c3);
  store(c + 64, c4, c5);
  store(c + 96, c6, c7);
}

@inline
function foldPanel<T>(v: v128, w: v128, b: usize, column: i32, c: v128): v128 {
  const p = b + <usize>(16 * column);
  return fold<T>(v, w, v128.load(p), v128.load(p, 32), v128.load(p, 64), v128.load(p, 96), c);
}

/** 1 row by one panel. */
function oneRow<T>(inner: i32, a: usize, b: usize, c: usize, bias: usize): void {
  let c0 = v128.splat<T>(<T>0), c1 = c0;
  if (bias) c0 = v128.load(bias), c1 = v128.load(bias, 16);
  for (let k = 0; k < inner; k += 4) {
    const v = v128.load(a), w = rest<T>(a, v);
    c0 = foldPanel<T>(v, w, b, 0, c0);
    c1 = foldPanel<T>(v, w, b, 1, c1);
    a += bytes<T>(4);
    b += 128;
  }
  store(c, c0, c1);
}

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
  const full = rows & ~3;
  for (let n = 0; n < columns; n += wide) {
    let i = 0, p = a, q = c;
    for (; i + 8 <= rows; i += 8, p += rowOfA << 3, q += rowOfC << 3) {
      eightRows<T>(inner, p, rowOfA, b, q, rowOfC, bias);
    }
    if (i < full) fourRows<T>(inner, p, rowOfA, b, q, rowOfC, bias);
    b += panel;
    c += 32;
    if (bias) bias += 32;
  }
  if (full == rows) return;
  const count = columns / wide;
  b -= <usize>count * panel;
  c -= <usize>count * 32;
  if (bias) bias -= <usize>count * 32;
  for (let i = full; i < rows; i++) {
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
