import { requireOptions } from "../options.ts";
import { type NumericArray, requireShape } from "../tensor/mod.ts";

/** The parameters of one direction of a recurrent layer, stacked by gate as in PyTorch. */
export interface RecurrenceParameters {
  /** `[G · D, E]`: gates i, f, g, o of an LSTM (G = 4), r, z, n of a GRU (G = 3). */
  readonly inputWeights: NumericArray;
  /** `[G · D, D]`. */
  readonly recurrentWeights: NumericArray;
  /** `[G · D]`. Default: zeros. */
  readonly inputBias?: NumericArray | undefined;
  /** `[G · D]`. Default: zeros. */
  readonly recurrentBias?: NumericArray | undefined;
}

/** A recurrent layer of one or two directions. */
export interface RecurrenceDirections {
  /** The direction that reads from the first step. */
  readonly forward: RecurrenceParameters;
  /** The direction that reads from the last step, if there is one. */
  readonly reverse?: RecurrenceParameters | undefined;
}

/** Throws unless the weights and biases of all directions are there and fit each other, for a number of gates. */
export function requireDirections(
  { forward, reverse }: RecurrenceDirections,
  { action, gates }: { readonly action: string; readonly gates: number },
): void {
  for (const [side, parameters] of Object.entries({ forward, ...reverse && { reverse } })) {
    requireOptions(parameters, {
      action,
      known: ["inputWeights", "recurrentWeights", "inputBias", "recurrentBias"],
      required: ["inputWeights", "recurrentWeights"],
    });
    const { inputWeights, recurrentWeights, inputBias, recurrentBias } = parameters;
    const size = recurrentWeights.shape?.[1] ?? -1;
    const rows = size === -1 ? -1 : gates * size;
    const shapes = [
      ["recurrentWeights", recurrentWeights, [rows, size]],
      ["inputWeights", inputWeights, [rows, -1]],
      ["inputBias", inputBias, [rows]],
      ["recurrentBias", recurrentBias, [rows]],
    ] as const;
    for (const [name, array, shape] of shapes) {
      if (array) requireShape(array.shape, shape, { action, where: `${side}.${name}` });
    }
  }
}
