import type { RandomGenerator } from "../../lib/random.ts";
import { lstmClassifier, type LstmLayerParameters, type LstmParameters } from "../../lib/recurrent/mod.ts";
import type { RecurrentClassifier } from "../../lib/recurrent/mod.ts";
import { type Tensor, tensor } from "../../lib/tensor/mod.ts";

/** The parameters of a random LSTM classifier, for oracles that read them beside the built network. */
export interface RandomLstm {
  readonly model: RecurrentClassifier;
  readonly layers: readonly LstmLayerParameters[];
  readonly output: { readonly weights: Tensor; readonly bias: Tensor };
}

/** Normal numbers of a standard deviation. */
export function randomTensor(random: RandomGenerator, shape: readonly number[], scale = 1): Tensor {
  const size = shape.reduce((a, b) => a * b, 1);
  return tensor(Float64Array.from({ length: size }, () => random.normal(0, scale)), shape);
}

/** A random LSTM classifier in PyTorch's gate order. */
export function randomLstm(
  random: RandomGenerator,
  { inputSize, hiddenSizes, classes, bidirectional, biases = true, scale = 0.5 }: {
    inputSize: number;
    hiddenSizes: readonly number[];
    classes: number;
    bidirectional: boolean;
    biases?: boolean;
    scale?: number;
  },
): RandomLstm {
  let size = inputSize;
  const layers = hiddenSizes.map((d): LstmLayerParameters => {
    const direction = (): LstmParameters => ({
      inputWeights: randomTensor(random, [4 * d, size], scale),
      recurrentWeights: randomTensor(random, [4 * d, d], scale),
      ...(biases && {
        inputBias: randomTensor(random, [4 * d], scale),
        recurrentBias: randomTensor(random, [4 * d], scale),
      }),
    });
    const layer = bidirectional ? { forward: direction(), reverse: direction() } : { forward: direction() };
    size = bidirectional ? 2 * d : d;
    return layer;
  });
  const output = {
    weights: randomTensor(random, [classes, size], scale),
    bias: randomTensor(random, [classes], biases ? scale : 0),
  };
  return { model: lstmClassifier({ layers, output }), layers, output };
}
