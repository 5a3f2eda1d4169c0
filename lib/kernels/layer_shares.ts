/** Relevance that entered a layer, left it for the initial states, and was absorbed, both directions together. */
export interface LayerShares {
  readonly entered: number;
  readonly rest: number;
  readonly bias: number;
  readonly stabilizer: number;
  /** The largest relevance that entered or was carried on at any step. */
  readonly largest: number;
}

/** What `assembly/sum_steps.as.ts` left of a sequence at an index. */
export function layerShares(numbers: Float64Array | Float32Array, at: number): LayerShares {
  return {
    rest: numbers[at]!,
    bias: numbers[at + 1]!,
    stabilizer: numbers[at + 2]!,
    entered: numbers[at + 3]!,
    largest: numbers[at + 4]!,
  };
}
