import { type EncoderDecoder, gruEncoderDecoder, type GruParameters } from "../recurrent/mod.ts";
import { type Tensor, tensor } from "../tensor/mod.ts";
import { namedParameters, type TrainableNetwork } from "./trainable_network.ts";

/**
 * A trained encoder-decoder as one that can be explained. It gets a copy of the parameters.
 *
 * @throws {TypeError} If the network is not an encoder-decoder.
 *
 * @example The outputs are the same
 * ```ts
 * import { createNetwork, encoderDecoderOf, predict } from "@relprop/lrp/training";
 * import { tensor } from "@relprop/lrp/tensor";
 * import { assertAlmostEquals } from "@std/assert";
 *
 * const network = createNetwork(
 *   { kind: "encoderDecoder", inputSize: 2, knownSize: 1, hiddenSizes: [3], outputs: 2 },
 *   { seed: 1 },
 * );
 * const history = tensor([[1, 2], [3, 4]]), known = tensor([[5], [6]]);
 * const { outputs } = encoderDecoderOf(network).forward(history, known);
 * const values = Float64Array.of(1, 2, 3, 4, 5, 6);
 * assertAlmostEquals(outputs[1]!, predict(network, { values })[1]!, 1e-14);
 * ```
 */
export function encoderDecoderOf(network: TrainableNetwork): EncoderDecoder {
  const { description } = network;
  if (description.kind !== "encoderDecoder") {
    throw new TypeError(
      `Cannot make an encoder-decoder: the network must be one, got ${description.kind}`,
    );
  }
  const parameters = namedParameters(network);
  const copy = (name: string): Tensor => tensor(parameters[name]!.data.slice(), parameters[name]!.shape);
  const layers = (side: string): GruParameters[] =>
    description.hiddenSizes.map((_, index) => ({
      inputWeights: copy(`${side}.weight_ih_l${index}`),
      recurrentWeights: copy(`${side}.weight_hh_l${index}`),
      inputBias: copy(`${side}.bias_ih_l${index}`),
      recurrentBias: copy(`${side}.bias_hh_l${index}`),
    }));
  return gruEncoderDecoder({
    encoder: layers("encoder"),
    decoder: layers("decoder"),
    head: {
      hiddenWeights: copy("head.hidden.weight"),
      hiddenBias: copy("head.hidden.bias"),
      outputWeights: copy("head.output.weight"),
    },
  });
}
