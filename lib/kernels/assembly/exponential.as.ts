// exp, sigmoid and tanh of whole vectors, within a few units in the last place.
//
// x = n ln 2 + r with |r| <= ln 2 / 2; exp(r) = 1 + p with p = r + r² q(r), q a minimax polynomial; then
// exp(x) = 2ⁿ p + 2ⁿ and exp(x) - 1 = 2ⁿ p + (2ⁿ - 1), which keeps all digits of a small result.
import { multiplyAdd } from "./vector.as";

// Constants are read from memory: as literals the engine would build them anew in every round of the loop, while a load
// from a fixed address needs no bounds check.
const DOUBLES = memory.data<f64>([
  708, -708, 1.4426950408889634, 6755399441055744, -6.93145751953125e-1, -1.42860682030941723212e-6,
  2.5000034752758574e-8, 2.763030832156118e-7, 2.7557586764996135e-6, 2.480149294343884e-5, 0.0001984126950579951,
  0.001388888894376637, 0.008333333333493495, 0.041666666666529704, 0.1666666666666641, 0.5000000000000011, 1, 2,
]);
const SINGLES = memory.data<f32>([
  87, -87, 1.4426950408889634, 12582912, -0.693359375, 2.1219444e-4,
  0, 0, 0, 0, 0, 0.0013814531, 0.0083687459, 0.041668391, 0.16666520, 0.49999993, 1, 2,
]);

@inline
export function constant<T>(index: i32): v128 {
  if (sizeof<T>() == 8) return v128.load64_splat(DOUBLES + <usize>(8 * index));
  return v128.load32_splat(SINGLES + <usize>(4 * index));
}

/** Beyond 708 (87) the results are 0 or 1 to the last digit, and within it 2ⁿ is a normal number. */
@inline
export function limit<T>(x: v128): v128 {
  return v128.pmax<T>(v128.pmin<T>(x, constant<T>(0)), constant<T>(1));
}

/** n plus a number so large that n lies in the last bits of the sum. */
@inline
export function shiftedExponent<T>(x: v128): v128 {
  return multiplyAdd<T>(x, constant<T>(2), constant<T>(3));
}

/** 2ⁿ: n goes into the exponent of 1. */
@inline
export function scale<T>(shifted: v128): v128 {
  if (sizeof<T>() == 8) return i64x2.add(i64x2.shl(shifted, 52), constant<T>(16));
  return i32x4.add(i32x4.shl(shifted, 23), constant<T>(16));
}

/** p. */
@inline
function fraction<T>(x: v128, shifted: v128): v128 {
  const n = v128.sub<T>(shifted, constant<T>(3));
  const r = multiplyAdd<T>(n, constant<T>(5), multiplyAdd<T>(n, constant<T>(4), x));
  // Pairs of terms, then pairs of pairs: a short chain keeps the machine busy.
  const r2 = v128.mul<T>(r, r), r4 = v128.mul<T>(r2, r2);
  const low = multiplyAdd<T>(
    multiplyAdd<T>(constant<T>(12), r, constant<T>(13)),
    r2,
    multiplyAdd<T>(constant<T>(14), r, constant<T>(15)),
  );
  let high = constant<T>(11);
  if (sizeof<T>() == 8) {
    high = multiplyAdd<T>(
      multiplyAdd<T>(constant<T>(8), r, constant<T>(9)),
      r2,
      multiplyAdd<T>(constant<T>(10), r, high),
    );
    high = multiplyAdd<T>(multiplyAdd<T>(constant<T>(6), r, constant<T>(7)), r4, high);
  }
  const q = multiplyAdd<T>(high, r4, low);
  return multiplyAdd<T>(q, r2, r);
}

/** 1 / (1 + exp(-x)). */
@inline
export function sigmoid<T>(x: v128): v128 {
  const y = limit<T>(v128.neg<T>(x)), shifted = shiftedExponent<T>(y), power = scale<T>(shifted);
  const exponential = multiplyAdd<T>(power, fraction<T>(y, shifted), power);
  const one = constant<T>(16);
  return v128.div<T>(one, v128.add<T>(one, exponential));
}

/** With m = exp(-2 |x|) - 1: tanh |x| = -m / (2 + m). */
@inline
export function tanh<T>(x: v128): v128 {
  const sign = v128.splat<T>(<T>-0.0);
  const y = limit<T>(v128.neg<T>(v128.abs<T>(v128.add<T>(x, x)))), shifted = shiftedExponent<T>(y);
  const power = scale<T>(shifted);
  const m = multiplyAdd<T>(power, fraction<T>(y, shifted), v128.sub<T>(power, constant<T>(16)));
  return v128.bitselect(x, v128.div<T>(m, v128.add<T>(constant<T>(17), m)), sign);
}

export function sigmoidOf<T>(count: i32, x: usize, y: usize): void {
  for (const end = x + <usize>count * sizeof<T>(); x < end; x += 16, y += 16) {
    v128.store(y, sigmoid<T>(v128.load(x)));
  }
}

export function tanhOf<T>(count: i32, x: usize, y: usize): void {
  for (const end = x + <usize>count * sizeof<T>(); x < end; x += 16, y += 16) {
    v128.store(y, tanh<T>(v128.load(x)));
  }
}
