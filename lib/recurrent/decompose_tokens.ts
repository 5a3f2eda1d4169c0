import { contiguous } from "../tensor/mod.ts";
import type { CellTrace, RecurrentCell } from "./cell.ts";
import { type HiddenStates, joinDirections, type LayerTrace, reverseSteps } from "./directions.ts";
import type { RecurrentClassifier, RecurrentLayer } from "./recurrent_classifier.ts";
import type { Sequence } from "./sequence.ts";

/** The part of the weighted scores that comes from each token alone, by contextual decomposition, `[T]`. */
export function decomposeTokens(
  { layers, outputWeights, outputBias }: RecurrentClassifier,
  traces: readonly LayerTrace[],
  { sequence, weights }: { sequence: Sequence; weights: ArrayLike<number> },
): Float64Array {
  const [steps, size] = sequence.values.shape as [number, number];
  const input = contiguous(sequence.values);
  const climb = layers.map((layer, index) => layerDecomposition(layer, traces[index]!, steps));
  const units = outputWeights.length / outputBias.length;
  const { hiddenSize } = layers.at(-1)!.forward;
  return Float64Array.from({ length: steps }, (_, token) => {
    const own = new Float64Array(input.length);
    own.set(input.subarray(token * size, (token + 1) * size), token * size);
    const top = climb.reduce<Float64Array>((relevant, layer) => layer(relevant), own);
    let total = 0;
    for (let k = 0; k < outputBias.length; k++) {
      if (weights[k] === 0) continue;
      for (let j = 0; j < units; j++) {
        // The output layer reads where each direction ends: the reverse one at the first token.
        const step = j < hiddenSize ? steps - 1 : 0;
        total += weights[k]! * outputWeights[k * units + j]! * top[step * units + j]!;
      }
    }
    return total;
  });
}

/** Carries a part of the inputs of a layer, `[T, size]` in reading order, to the part of its hidden states. */
function layerDecomposition(
  layer: RecurrentLayer,
  traces: LayerTrace,
  steps: number,
): (relevant: Float64Array) => Float64Array {
  const prepare = (cell: RecurrentCell, trace: CellTrace): (relevant: Float64Array) => HiddenStates => {
    const part = cell.decomposition(trace);
    return (relevant) => ({ hidden: part(relevant) });
  };
  const forward = prepare(layer.forward, traces.forward);
  const reverse = layer.reverse && prepare(layer.reverse, traces.reverse!);
  return (relevant) =>
    joinDirections(layer, {
      forward: forward(relevant),
      ...(reverse && { reverse: reverse(reverseSteps(relevant, steps, layer.forward.inputSize)) }),
    }, steps);
}
