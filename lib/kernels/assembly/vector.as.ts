// What one 128-bit vector of 4 float32 or 2 float64 numbers can do. `T` is f32 or f64; every `if` on it, and on the
// relaxed instructions, is decided by the compiler.

/** Numbers in a vector. */
@inline
export function lanes<T>(): i32 {
  return 16 / <i32>sizeof<T>();
}

/** Bytes of `count` numbers. */
@inline
export function bytes<T>(count: i32): usize {
  return <usize>count * sizeof<T>();
}

/** `a b + c`, rounded once where the module may use relaxed instructions and the machine has them. */
@inline
export function multiplyAdd<T>(a: v128, b: v128, c: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return v128.relaxed_madd<T>(a, b, c);
  return v128.add<T>(v128.mul<T>(a, b), c);
}

/** `±ε` with the sign of `x`, where 0 and -0 count as positive. */
@inline
export function stabilizer<T>(x: v128, epsilon: v128): v128 {
  return v128.bitselect(epsilon, v128.neg<T>(epsilon), v128.ge<T>(x, v128.splat<T>(<T>0)));
}

// Read from memory: as a literal the engine would build it anew in every round of a loop.
const SIGN_64 = memory.data<f64>([-0.0]), SIGN_32 = memory.data<f32>([-0.0]);

/** The sign of `x` as a bit that `v128.xor` turns the sign of another number by. */
@inline
export function signOf<T>(x: v128): v128 {
  return v128.and(x, sizeof<T>() == 8 ? v128.load64_splat(SIGN_64) : v128.load32_splat(SIGN_32));
}

/** The sum of all numbers of a vector. */
@inline
export function total<T>(x: v128): T {
  if (sizeof<T>() == 8) return <T>(f64x2.extract_lane(x, 0) + f64x2.extract_lane(x, 1));
  return <T>((f32x4.extract_lane(x, 0) + f32x4.extract_lane(x, 1)) +
    (f32x4.extract_lane(x, 2) + f32x4.extract_lane(x, 3)));
}

/** `a + b`, `size` bytes of each. */
export function addRow<T>(size: usize, a: usize, b: usize, result: usize): void {
  for (let j: usize = 0; j < size; j += 16) {
    v128.store(result + j, v128.add<T>(v128.load(a + j), v128.load(b + j)));
  }
}
