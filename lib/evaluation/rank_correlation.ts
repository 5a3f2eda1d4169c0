import { pearson } from "../statistics.ts";

/** The correlation of two lists, or undefined where one of them is constant or too short to have one. */
export function correlation(a: ArrayLike<number>, b: ArrayLike<number>): number | undefined {
  const constant = (values: ArrayLike<number>): boolean =>
    Array.from(values).every((value) => value === values[0]);
  return a.length < 2 || constant(a) || constant(b) ? undefined : pearson(a, b);
}

/** Spearman's correlation: that of the ranks, equal numbers sharing the mean of theirs. */
export function rankCorrelation(a: ArrayLike<number>, b: ArrayLike<number>): number | undefined {
  return correlation(ranks(a), ranks(b));
}

/** The rank of each number from 1 up; equal numbers share the mean of their ranks. */
export function ranks(values: ArrayLike<number>): Float64Array {
  const order = Array.from(values, (_, i) => i).sort((a, b) => values[a]! - values[b]!);
  const result = new Float64Array(values.length);
  for (let start = 0; start < order.length;) {
    let end = start + 1;
    while (end < order.length && values[order[end]!] === values[order[start]!]) end++;
    for (let i = start; i < end; i++) result[order[i]!] = (start + 1 + end) / 2;
    start = end;
  }
  return result;
}
