import type { CellTrace } from "./cell.ts";
import type { RecurrentLayer } from "./recurrent_classifier.ts";

/** What both cells of a layer kept of a run, each in its own processing order. */
export interface LayerTrace {
  readonly forward: CellTrace;
  readonly reverse?: CellTrace;
}

/** Hidden states as a trace holds them, `[T + 1, d]`. */
export type HiddenStates = Pick<CellTrace, "hidden">;

/** Hidden states of both directions side by side in reading order, `[T, units]`. */
export function joinDirections(
  layer: RecurrentLayer,
  { forward, reverse }: { readonly forward: HiddenStates; readonly reverse?: HiddenStates },
  steps: number,
): Float64Array {
  const after = ({ hidden }: HiddenStates): Float64Array => hidden.subarray(hidden.length / (steps + 1));
  return joinRows(layer, { forward: after(forward), ...(reverse && { reverse: after(reverse) }) }, steps);
}

/** Rows of both directions side by side, of which the reverse one has the last row first. */
export function joinRows(
  { forward, reverse }: RecurrentLayer,
  rows: { readonly forward: Float64Array; readonly reverse?: Float64Array },
  count: number,
): Float64Array {
  const d = forward.hiddenSize, dReverse = reverse?.hiddenSize ?? 0, units = d + dReverse;
  const joined = new Float64Array(count * units);
  for (let row = 0; row < count; row++) {
    joined.set(rows.forward.subarray(row * d, (row + 1) * d), row * units);
    if (rows.reverse) {
      const from = (count - 1 - row) * dReverse;
      joined.set(rows.reverse.subarray(from, from + dReverse), row * units + d);
    }
  }
  return joined;
}

/** The hidden states of a layer apart again, both in reading order: the inverse of {@linkcode joinDirections}. */
export function splitDirections(
  joined: Float64Array,
  steps: number,
  { forward, reverse }: RecurrentLayer,
): { forward: Float64Array; reverse: Float64Array } {
  const d = forward.hiddenSize, dReverse = reverse?.hiddenSize ?? 0, units = d + dReverse;
  const parts = { forward: new Float64Array(steps * d), reverse: new Float64Array(steps * dReverse) };
  for (let t = 0; t < steps; t++) {
    parts.forward.set(joined.subarray(t * units, t * units + d), t * d);
    parts.reverse.set(joined.subarray(t * units + d, (t + 1) * units), t * dReverse);
  }
  return parts;
}

/** `[T, size]` that is zero but at the last step. */
export function atLastStep(values: Float64Array, steps: number): Float64Array {
  const all = new Float64Array(steps * values.length);
  all.set(values, (steps - 1) * values.length);
  return all;
}

/** The steps of `[T, size]` in the opposite order. */
export function reverseSteps(values: Float64Array, steps: number, size: number): Float64Array {
  const reversed = new Float64Array(values.length);
  for (let t = 0; t < steps; t++) {
    reversed.set(values.subarray(t * size, (t + 1) * size), (steps - 1 - t) * size);
  }
  return reversed;
}
