// The most multiply-adds that this machine does on 128-bit vectors: ten chains that never wait for each other.

export function float32(rounds: i32, s: f32): f32 {
  const a = f32x4.splat(s), b = f32x4.splat(s);
  let c0 = a, c1 = f32x4.splat(1), c2 = f32x4.splat(2), c3 = f32x4.splat(3), c4 = f32x4.splat(4);
  let c5 = f32x4.splat(5), c6 = f32x4.splat(6), c7 = f32x4.splat(7), c8 = f32x4.splat(8), c9 = f32x4.splat(9);
  for (let i = 0; i < rounds; i++) {
    c0 = f32x4.relaxed_madd(a, b, c0);
    c1 = f32x4.relaxed_madd(a, b, c1);
    c2 = f32x4.relaxed_madd(a, b, c2);
    c3 = f32x4.relaxed_madd(a, b, c3);
    c4 = f32x4.relaxed_madd(a, b, c4);
    c5 = f32x4.relaxed_madd(a, b, c5);
    c6 = f32x4.relaxed_madd(a, b, c6);
    c7 = f32x4.relaxed_madd(a, b, c7);
    c8 = f32x4.relaxed_madd(a, b, c8);
    c9 = f32x4.relaxed_madd(a, b, c9);
  }
  const low = f32x4.add(f32x4.add(c0, c1), f32x4.add(f32x4.add(c2, c3), c4));
  const high = f32x4.add(f32x4.add(c5, c6), f32x4.add(f32x4.add(c7, c8), c9));
  return f32x4.extract_lane(f32x4.add(low, high), 0);
}

export function float64(rounds: i32, s: f64): f64 {
  const a = f64x2.splat(s), b = f64x2.splat(s);
  let c0 = a, c1 = f64x2.splat(1), c2 = f64x2.splat(2), c3 = f64x2.splat(3), c4 = f64x2.splat(4);
  let c5 = f64x2.splat(5), c6 = f64x2.splat(6), c7 = f64x2.splat(7), c8 = f64x2.splat(8), c9 = f64x2.splat(9);
  for (let i = 0; i < rounds; i++) {
    c0 = f64x2.relaxed_madd(a, b, c0);
    c1 = f64x2.relaxed_madd(a, b, c1);
    c2 = f64x2.relaxed_madd(a, b, c2);
    c3 = f64x2.relaxed_madd(a, b, c3);
    c4 = f64x2.relaxed_madd(a, b, c4);
    c5 = f64x2.relaxed_madd(a, b, c5);
    c6 = f64x2.relaxed_madd(a, b, c6);
    c7 = f64x2.relaxed_madd(a, b, c7);
    c8 = f64x2.relaxed_madd(a, b, c8);
    c9 = f64x2.relaxed_madd(a, b, c9);
  }
  const low = f64x2.add(f64x2.add(c0, c1), f64x2.add(f64x2.add(c2, c3), c4));
  const high = f64x2.add(f64x2.add(c5, c6), f64x2.add(f64x2.add(c7, c8), c9));
  return f64x2.extract_lane(f64x2.add(low, high), 0);
}
