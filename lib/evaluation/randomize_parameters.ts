import { UnsupportedLayerError } from "../errors.ts";
import { randomGenerator } from "../random.ts";
import {
  gruClassifier,
  type GruParameters,
  lstmClassifier,
  type RecurrentCell,
  type RecurrentClassifier,
} from "../recurrent/mod.ts";
import { type Tensor, tensor } from "../tensor/mod.ts";

/** How far down parameters are randomized. */
export interface RandomizeOptions {
  /** Seed of the shuffling. */
  readonly seed: number;
  /** How many layers from the top are shuffled: 1 is the output layer, 2 the last recurrent layer too. Default: all. */
  readonly layers?: number;
}

/**
 * The same network with the numbers of its weight arrays shuffled, from the output layer down: as large as before, but
 * without what was learned. For {@linkcode parameterRandomization}; embeddings stay, so that inputs keep their vectors.
 *
 * @throws {RangeError} If `layers` is not an integer from 1 to the number of layers and the output.
 * @throws {UnsupportedLayerError} If a layer is neither an LSTM nor a GRU.
 *
 * @example Other scores
 * ```ts
 * import { randomizeParameters } from "@relprop/lrp/evaluation";
 * import { intentClassifier } from "@relprop/lrp/io";
 * import { assertNotEquals } from "@std/assert";
 *
 * const model = await intentClassifier();
 * const { scores } = randomizeParameters(model, { seed: 1 }).forward("play some jazz");
 * assertNotEquals(scores, model.forward("play some jazz").scores);
 * ```
 *
 * @see Adebayo et al. 2018, Sanity Checks for Saliency Maps, https://arxiv.org/abs/1810.03292
 */
export function randomizeParameters(
  model: RecurrentClassifier,
  { seed, layers = model.layers.length + 1 }: RandomizeOptions,
): RecurrentClassifier {
  const most = model.layers.length + 1;
  if (!(Number.isInteger(layers) && layers >= 1 && layers <= most)) {
    throw new RangeError(
      `Cannot randomize parameters: layers must be an integer from 1 to ${most}, got ${layers}`,
    );
  }
  const random = randomGenerator(seed);
  const shuffled = (values: Float64Array): Float64Array =>
    Float64Array.from(random.permutation(values.length), (i) => values[i]!);
  const units = model.outputWeights.length / model.outputBias.length;
  const weights = tensor(shuffled(model.outputWeights), [model.outputBias.length, units]);
  const bias = tensor(shuffled(model.outputBias), [model.outputBias.length]);
  const read = (values: Float64Array, shape: readonly number[], change: boolean): Tensor =>
    tensor(change ? shuffled(values) : values, shape);
  const direction = (cell: RecurrentCell, change: boolean): GruParameters => {
    const { lstmWeights: lstm, gruWeights: gru } = cell, own = lstm ?? gru;
    if (!own) {
      throw new UnsupportedLayerError(
        `Cannot randomize parameters: layers must be LSTMs or GRUs, got ${cell.name}`,
        { layer: cell.name },
      );
    }
    const { inputSize: e, hiddenSize: d } = own, rows = (lstm ? 4 : 3) * d;
    return {
      inputWeights: read(own.inputWeights, [rows, e], change),
      recurrentWeights: read(own.recurrentWeights, [rows, d], change),
      inputBias: read(lstm ? lstm.bias : gru!.inputBias, [rows], change),
      ...(gru && { recurrentBias: read(gru.recurrentBias, [rows], change) }),
    };
  };
  const build = model.layers[0]!.forward.gruWeights ? gruClassifier : lstmClassifier;
  return build({
    ...model.table,
    labels: model.labels,
    layers: model.layers.map(({ forward, reverse }, index) => {
      const change = model.layers.length - index < layers;
      return {
        forward: direction(forward, change),
        ...(reverse && { reverse: direction(reverse, change) }),
      };
    }),
    output: { weights, bias },
  }).withPrecision(model.precision);
}
