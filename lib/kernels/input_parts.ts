/** Parts of the inputs of a cell that contextual decomposition follows side by side, in processing order. */
export interface InputParts {
  /** Number of parts. */
  readonly count: number;
  /** How many parts have begun by each step, `[T]`: the first ones. */
  readonly begun: Int32Array;
  /**
   * What comes in: `[T, count, e]`, or if `once` is set `[count, e]`, where each part comes in at the step at which it
   * begins and never again.
   */
  readonly values: Float64Array;
  /** Whether each part comes in once. */
  readonly once: boolean;
  /** Whether only the part of the last hidden states is asked for, `[count, d]` in the place of `[T, count, d]`. */
  readonly lastOnly: boolean;
}

/**
 * Follows parts one after the other.
 *
 * @param sizes Inputs and hidden units of the cell.
 * @param follow Carries one part of the inputs, `[T, e]`, to a part of the hidden states, `[T + 1, d]`.
 * @returns The parts of the hidden states.
 */
export function followOneByOne(
  { count, begun, values, once, lastOnly }: InputParts,
  { inputSize: e, hiddenSize: d }: { inputSize: number; hiddenSize: number },
  follow: (part: Float64Array) => Float64Array,
): Float64Array {
  const steps = begun.length, result = new Float64Array((lastOnly ? 1 : steps) * count * d);
  for (let part = 0; part < count; part++) {
    const first = begun.findIndex((parts) => parts > part), own = new Float64Array(steps * e);
    for (let t = first; t >= 0 && t < (once ? first + 1 : steps); t++) {
      const row = once ? part : t * count + part;
      own.set(values.subarray(row * e, (row + 1) * e), t * e);
    }
    const hidden = follow(own);
    if (lastOnly) result.set(hidden.subarray(steps * d), part * d);
    else {
      for (let t = 0; t < steps; t++) {
        result.set(hidden.subarray((t + 1) * d, (t + 2) * d), (t * count + part) * d);
      }
    }
  }
  return result;
}
