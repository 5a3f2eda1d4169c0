// sigmoid and tanh of whole vectors, within a few units in the last place.
//
// y = n + f with an integer n and |f| <= 1/2; tanh(f ln 2 / 2) = p / q with p = f P(f²), q = Q(f²), a minimax quotient of
// polynomials; then 2ʸ = 2ⁿ (q + p) / (q - p). Both functions are quotients of such sums, so one division does.
import { multiplyAdd } from "./vector.as";

// Constants are read from memory: as literals the engine would build them anew in every round of the loop, while a load
// from a fixed address needs no bounds check.
const DOUBLES = memory.data<f64>([
  1000, -1000, 60, -60, -1.4426950408889634, 2.8853900817779268, 6755399441055744, 1,
  65550.947582187794233, 189140.05400478943452, 10096.716587027161739, 874.74279001740494079, 43.30052456218377744,
]);
const SINGLES = memory.data<f32>([
  118, -118, 30, -30, -1.4426950408889634, 2.8853900817779268, 12582912, 1,
  125.0427343851498457, 360.7970657852748766, 17.330879329846047319,
]);

@inline
function constant<T>(index: i32): v128 {
  if (sizeof<T>() == 8) return v128.load64_splat(DOUBLES + <usize>(8 * index));
  return v128.load32_splat(SINGLES + <usize>(4 * index));
}

/** `x` times constant `factor`, kept where 2ⁿ is a normal number; beyond, the results are 0 or 1 to the last digit. */
@inline
function exponent<T>(x: v128, factor: i32, limit: i32): v128 {
  const y = v128.mul<T>(x, constant<T>(factor));
  return v128.pmax<T>(v128.pmin<T>(y, constant<T>(limit)), constant<T>(limit + 1));
}

/** 2ⁿ: n, in the last bits of `shifted`, goes into the exponent of 1. */
@inline
function power<T>(shifted: v128): v128 {
  if (sizeof<T>() == 8) return i64x2.add(i64x2.shl(shifted, 52), constant<T>(7));
  return i32x4.add(i32x4.shl(shifted, 23), constant<T>(7));
}

/** p from f and f². */
@inline
function numerator<T>(f: v128, s: v128): v128 {
  if (sizeof<T>() == 4) return v128.mul<T>(f, v128.add<T>(s, constant<T>(8)));
  return v128.mul<T>(f, multiplyAdd<T>(s, v128.add<T>(s, constant<T>(11)), constant<T>(8)));
}

/** q from f². */
@inline
function denominator<T>(s: v128): v128 {
  if (sizeof<T>() == 4) return multiplyAdd<T>(s, constant<T>(10), constant<T>(9));
  return multiplyAdd<T>(s, multiplyAdd<T>(s, constant<T>(12), constant<T>(10)), constant<T>(9));
}

/** 1 / (1 + exp(-x)). */
@inline
export function sigmoid<T>(x: v128): v128 {
  const y = exponent<T>(x, 4, 0), shifted = v128.add<T>(y, constant<T>(6));
  const f = v128.sub<T>(y, v128.sub<T>(shifted, constant<T>(6))), s = v128.mul<T>(f, f);
  const p = numerator<T>(f, s), q = denominator<T>(s), low = v128.sub<T>(q, p);
  return v128.div<T>(low, multiplyAdd<T>(power<T>(shifted), v128.add<T>(q, p), low));
}

/** (exp(2x) - 1) / (exp(2x) + 1), where 2ⁿ - 1 and 2ⁿ + 1 are put together with p and q so that no digit is lost. */
@inline
export function tanh<T>(x: v128): v128 {
  const y = exponent<T>(x, 5, 2), shifted = v128.add<T>(y, constant<T>(6));
  const f = v128.sub<T>(y, v128.sub<T>(shifted, constant<T>(6))), s = v128.mul<T>(f, f);
  const p = numerator<T>(f, s), q = denominator<T>(s), scale = power<T>(shifted), one = constant<T>(7);
  const less = v128.sub<T>(scale, one), more = v128.add<T>(scale, one);
  return v128.div<T>(
    multiplyAdd<T>(p, more, v128.mul<T>(q, less)),
    multiplyAdd<T>(p, less, v128.mul<T>(q, more)),
  );
}

/** sigmoid(x) tanh(z) with one division; where it is below 1e-25 in float32, or 1e-290 in float64, it may be 0. */
@inline
export function sigmoidTanh<T>(x: v128, z: v128): v128 {
  const y = exponent<T>(x, 4, 0), shifted = v128.add<T>(y, constant<T>(6));
  const f = v128.sub<T>(y, v128.sub<T>(shifted, constant<T>(6))), s = v128.mul<T>(f, f);
  const p = numerator<T>(f, s), q = denominator<T>(s), low = v128.sub<T>(q, p);
  const below = multiplyAdd<T>(power<T>(shifted), v128.add<T>(q, p), low);
  const y2 = exponent<T>(z, 5, 2), shifted2 = v128.add<T>(y2, constant<T>(6));
  const f2 = v128.sub<T>(y2, v128.sub<T>(shifted2, constant<T>(6))), s2 = v128.mul<T>(f2, f2);
  const p2 = numerator<T>(f2, s2), q2 = denominator<T>(s2), scale = power<T>(shifted2), one = constant<T>(7);
  const less = v128.sub<T>(scale, one), more = v128.add<T>(scale, one);
  return v128.div<T>(
    v128.mul<T>(low, multiplyAdd<T>(p2, more, v128.mul<T>(q2, less))),
    v128.mul<T>(below, multiplyAdd<T>(p2, less, v128.mul<T>(q2, more))),
  );
}
