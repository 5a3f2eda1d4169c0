const TWO_OVER_ROOT_PI = 1.1283791670955126;

/**
 * The error function to float64 precision.
 *
 * Below 2.5 it sums a series of positive terms, `2/√π · e^(-x²) · Σ 2ⁿ x^(2n+1) / (2n+1)!!`, in which nothing
 * cancels; above it the continued fraction of the complement, which is small there.
 */
export function erf(x: number): number {
  const size = Math.abs(x);
  if (size < 2.5) {
    let term = x;
    let total = x;
    for (let n = 1; Math.abs(term) > Math.abs(total) * 1e-17; n++) {
      term *= (2 * x * x) / (2 * n + 1);
      total += term;
    }
    return TWO_OVER_ROOT_PI * Math.exp(-x * x) * total;
  }
  if (size > 6) return Math.sign(x);
  let fraction = size;
  for (let n = 60; n > 0; n--) fraction = size + (n / 2) / fraction;
  const complement = Math.exp(-x * x) * TWO_OVER_ROOT_PI / (2 * fraction);
  return Math.sign(x) * (1 - complement);
}
