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
  /** The direction that reads from the first step; only a layer with the other one can be without it. */
  readonly forward?: RecurrenceParameters | undefined;
  /** The direction that reads from the last step, if there is one. */
  readonly reverse?: RecurrenceParameters | undefined;
}

/** Variants of a GRU. */
export interface GruOptions {
  /**
   * Whether the reset gate works on `U_n h + b_hn`, as in PyTorch, cuDNN and in Keras by default, or on h before that.
   * Default true.
   */
  readonly resetAfter?: boolean | undefined;
}

/** The names of the directions, in the order of the outputs. */
export const SIDES = ["forward", "reverse"] as const;

/** Throws unless the weights and biases of all directions are there and fit each other, for a number of gates. */
export function requireDirections(
  directions: RecurrenceDirections,
  { action, gates }: { readonly action: string; readonly gates: number },
): void {
  for (const side of SIDES) {
    const parameters = directions[side];
    if (parameters === undefined) continue;
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
