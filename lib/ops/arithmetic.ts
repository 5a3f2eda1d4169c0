import type { PairLoop } from "./elementwise.ts";

/** `a + b`. */
export const sumOfPairs: PairLoop = (to, left, right, { at, i, j, stepI, stepJ, length }) => {
  for (const end = at + length; at < end; at++, i += stepI, j += stepJ) to[at] = left[i] + right[j];
};

/** `a - b`. */
export const differenceOfPairs: PairLoop = (to, left, right, { at, i, j, stepI, stepJ, length }) => {
  for (const end = at + length; at < end; at++, i += stepI, j += stepJ) to[at] = left[i] - right[j];
};

/** `a · b`. */
export const productOfPairs: PairLoop = (to, left, right, { at, i, j, stepI, stepJ, length }) => {
  for (const end = at + length; at < end; at++, i += stepI, j += stepJ) to[at] = left[i] * right[j];
};

/** `a / b`. */
export const quotientOfPairs: PairLoop = (to, left, right, { at, i, j, stepI, stepJ, length }) => {
  for (const end = at + length; at < end; at++, i += stepI, j += stepJ) to[at] = left[i] / right[j];
};

/** Any other operation, number by number. */
export function eachPair(f: (a: number, b: number) => number): PairLoop {
  return (to, left, right, { at, i, j, stepI, stepJ, length }) => {
    for (const end = at + length; at < end; at++, i += stepI, j += stepJ) to[at] = f(left[i], right[j]);
  };
}
