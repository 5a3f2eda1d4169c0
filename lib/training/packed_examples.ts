import type { Example } from "./network_description.ts";

/**
 * Examples one behind the other: training reads them in random order, and objects that lie all over the memory are slow
 * to read so.
 */
export interface PackedExamples {
  /** The values, or the ids of words, of all examples. */
  readonly inputs: Float64Array;
  /** Where the inputs of each example start, and at last where they end. */
  readonly starts: Int32Array;
  /** What an example should be answered with; numbers stand in a buffer that the next call uses again. */
  target(index: number): number | Float64Array;
}

/** Lays examples with targets of up to `size` numbers one behind the other. */
export function packExamples(examples: readonly Example[], size: number): PackedExamples {
  const starts = new Int32Array(examples.length + 1);
  examples.forEach(({ values, ids }, index) => {
    starts[index + 1] = starts[index]! + (ids ?? values)!.length;
  });
  const inputs = new Float64Array(starts[examples.length]!),
    targets = new Float64Array(examples.length * size);
  const isOne = Uint8Array.from(examples, ({ target }) => Number(typeof target === "number"));
  examples.forEach(({ values, ids, target }, index) => {
    inputs.set((ids ?? values)!, starts[index]);
    targets.set(typeof target === "number" ? [target] : target, index * size);
  });
  const numbers = new Float64Array(size);
  return {
    inputs,
    starts,
    target(index): number | Float64Array {
      if (isOne[index] === 1) return targets[index * size]!;
      for (let k = 0; k < size; k++) numbers[k] = targets[index * size + k]!;
      return numbers;
    },
  };
}
