import type { RandomGenerator } from "../../lib/random.ts";
import { gruClassifier, type GruParameters, type RecurrentClassifier } from "../../lib/recurrent/mod.ts";
import { randomLstm, randomTensor } from "./random_lstm.ts";

/** The weights of one direction. */
export function gruDirection(random: RandomGenerator, e: number, d: number): Required<GruParameters> {
  return {
    inputWeights: randomTensor(random, [3 * d, e], 0.7),
    recurrentWeights: randomTensor(random, [3 * d, d], 0.7),
    inputBias: randomTensor(random, [3 * d], 0.5),
    recurrentBias: randomTensor(random, [3 * d], 0.5),
  };
}

/** A random GRU classifier of three classes: the size of its inputs, then of each layer. */
export function randomGru(
  random: RandomGenerator,
  [e, ...sizes]: number[],
  bidirectional: boolean,
): RecurrentClassifier {
  let below = e!;
  const layers = sizes.map((d) => {
    const forward = gruDirection(random, below, d);
    const layer = bidirectional ? { forward, reverse: gruDirection(random, below, d) } : { forward };
    below = bidirectional ? 2 * d : d;
    return layer;
  });
  return gruClassifier({
    layers,
    output: { weights: randomTensor(random, [3, below]), bias: randomTensor(random, [3]) },
  });
}

/** A random classifier of three classes, of either kind. */
export function randomRecurrent(
  random: RandomGenerator,
  { kind, inputSize, sizes, bidirectional }: {
    kind: "LSTM" | "GRU";
    inputSize: number;
    sizes: readonly number[];
    bidirectional: boolean;
  },
): RecurrentClassifier {
  if (kind === "GRU") return randomGru(random, [inputSize, ...sizes], bidirectional);
  return randomLstm(random, { inputSize, hiddenSizes: sizes, classes: 3, bidirectional }).model;
}
