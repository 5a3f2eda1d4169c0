import { contiguous } from "../tensor/mod.ts";
import type { CellTrace, RecurrentCell } from "./cell.ts";
import { joinRows, type LayerTrace, reverseSteps } from "./directions.ts";
import type { RecurrentClassifier, RecurrentLayer } from "./recurrent_classifier.ts";
import type { Sequence } from "./sequence.ts";

/** Tokens that are followed side by side: more take more memory, and are hardly faster. */
const TOKENS_AT_ONCE = 64, FEWEST_AT_ONCE = 16;
/** Numbers that the states of their parts should take between two layers: 8 MiB. */
const STATES_AT_MOST = 2 ** 20;

/** The parts of some tokens, `[T, tokens, size]` in reading order, on their way up. */
interface TokenParts {
  readonly values: Float64Array;
  /** Whether these are the inputs themselves, `[tokens, size]`. */
  readonly once: boolean;
  /** How many parts have begun by each step, in the processing order of each direction. */
  readonly begun: { readonly forward: Int32Array; readonly reverse: Int32Array };
}

/** Carries the parts of `count` tokens up one layer. */
type Climb = (below: TokenParts, options: { count: number; lastOnly: boolean }) => TokenParts;

/** The part of the weighted scores that comes from each token alone, by contextual decomposition, `[T]`. */
export function decomposeTokens(
  { layers, outputWeights, outputBias }: RecurrentClassifier,
  traces: readonly LayerTrace[],
  { sequence, weights }: { sequence: Sequence; weights: ArrayLike<number> },
): Float64Array {
  const [steps, size] = sequence.values.shape as [number, number];
  const input = contiguous(sequence.values);
  const climbs = layers.map((layer, index) => climbOf(layer, traces[index]!, steps));
  const units = outputWeights.length / outputBias.length, most = tokensAtOnce(layers, steps);
  const scores = new Float64Array(steps);
  for (let first = 0; first < steps; first += most) {
    const count = Math.min(most, steps - first);
    // What the output layer reads: where each direction ends.
    const { values: top } = climbs.reduce<TokenParts>(
      (below, climb, index) => climb(below, { count, lastOnly: index === layers.length - 1 }),
      {
        values: input.subarray(first * size, (first + count) * size),
        once: true,
        begun: {
          forward: beginOneByOne(first, count, steps),
          reverse: beginOneByOne(steps - first - count, count, steps),
        },
      },
    );
    for (let part = 0; part < count; part++) {
      let total = 0;
      for (let k = 0; k < outputBias.length; k++) {
        if (weights[k] === 0) continue;
        for (let j = 0; j < units; j++) {
          total += weights[k]! * outputWeights[k * units + j]! * top[part * units + j]!;
        }
      }
      scores[first + part] = total;
    }
  }
  return scores;
}

function tokensAtOnce(layers: readonly RecurrentLayer[], steps: number): number {
  // A single layer keeps no states but the last.
  if (layers.length === 1) return TOKENS_AT_ONCE;
  const widest = Math.max(
    ...layers.map(({ forward, reverse }) => forward.hiddenSize + (reverse?.hiddenSize ?? 0)),
  );
  const room = Math.floor(STATES_AT_MOST / (steps * widest));
  return Math.max(FEWEST_AT_ONCE, Math.min(TOKENS_AT_ONCE, room));
}

/** How many of `count` parts have begun by each step, the first at step `first` and the others right after. */
function beginOneByOne(first: number, count: number, steps: number): Int32Array {
  return Int32Array.from({ length: steps }, (_, t) => Math.max(0, Math.min(count, t + 1 - first)));
}

function climbOf(layer: RecurrentLayer, traces: LayerTrace, steps: number): Climb {
  const prepare = (cell: RecurrentCell, trace: CellTrace) => cell.decomposition(trace);
  const forward = prepare(layer.forward, traces.forward);
  const reverse = layer.reverse && prepare(layer.reverse, traces.reverse!);
  return ({ values, once, begun }, { count, lastOnly }) => {
    const options = { count, once, lastOnly };
    // Turned around as a whole, so that here the last token comes first, too.
    const turned = reverse && reverseSteps(values, once ? count : steps * count, layer.forward.inputSize);
    const states = {
      forward: forward({ ...options, begun: begun.forward, values }),
      ...(reverse && { reverse: reverse({ ...options, begun: begun.reverse, values: turned! }) }),
    };
    const all = new Int32Array(steps).fill(count);
    return {
      values: joinRows(layer, states, lastOnly ? count : steps * count),
      once: false,
      begun: { forward: reverse ? all : begun.forward, reverse: all },
    };
  };
}
