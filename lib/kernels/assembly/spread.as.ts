// Rows of A are loaded as whole vectors and spread lane by lane: every load pays for a bounds check, a shuffle does not.

/** Number `lane` of four consecutive ones, of which `v` has the first and `w` the last, in a whole vector. */
@inline
export function spread<T>(v: v128, w: v128, lane: i32): v128 {
  if (sizeof<T>() == 8) {
    if (lane == 0) return v128.shuffle<f64>(v, v, 0, 0);
    if (lane == 1) return v128.shuffle<f64>(v, v, 1, 1);
    if (lane == 2) return v128.shuffle<f64>(w, w, 0, 0);
    return v128.shuffle<f64>(w, w, 1, 1);
  }
  if (lane == 0) return v128.shuffle<f32>(v, v, 0, 0, 0, 0);
  if (lane == 1) return v128.shuffle<f32>(v, v, 1, 1, 1, 1);
  if (lane == 2) return v128.shuffle<f32>(v, v, 2, 2, 2, 2);
  return v128.shuffle<f32>(v, v, 3, 3, 3, 3);
}

/** Numbers 2 and 3 of a row in float64; in float32 they are in `v` already. */
@inline
export function rest<T>(row: usize, v: v128): v128 {
  return sizeof<T>() == 8 ? v128.load(row, 16) : v;
}

@inline
export function store(c: usize, first: v128, second: v128): void {
  v128.store(c, first);
  v128.store(c, second, 16);
}
