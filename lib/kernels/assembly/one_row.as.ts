import { rest, spread, store } from "./spread.as";
import { bytes, multiplyAdd } from "./vector.as";

/** 1 row by four panels that lie `panel` bytes apart: eight independent chains hide the latency of the multiply-adds. */
export function oneRowFourPanels<T>(inner: i32, a: usize, b: usize, panel: usize, c: usize, bias: usize): void {
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
  c = multiplyAdd<T>(spread<T>(v, w, 0), v128.load(p), c);
  c = multiplyAdd<T>(spread<T>(v, w, 1), v128.load(p, 32), c);
  c = multiplyAdd<T>(spread<T>(v, w, 2), v128.load(p, 64), c);
  return multiplyAdd<T>(spread<T>(v, w, 3), v128.load(p, 96), c);
}

/** 1 row by one panel. */
export function oneRow<T>(inner: i32, a: usize, b: usize, c: usize, bias: usize): void {
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
