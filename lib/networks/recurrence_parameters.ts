import { requireOptions } from "../options.ts";
import { requireShape } from "../tensor/mod.ts";
import type { RecurrenceDirections } from "./recurrence.ts";

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
