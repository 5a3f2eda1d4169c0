import {
  gruClassifier,
  type GruParameters,
  lstmClassifier,
  type RecurrentClassifier,
  type RecurrentClassifierOptions,
} from "../recurrent/mod.ts";
import { type Tensor, tensor } from "../tensor/mod.ts";
import { namedParameters, type TrainableNetwork } from "./trainable_network.ts";

/**
 * A trained LSTM or GRU as a classifier that can be explained. It gets a copy of the parameters.
 *
 * @param options Labels, vocabulary and tokenizer, as for `lstmClassifier`.
 * @throws {TypeError} If the network is not recurrent.
 *
 * @example The scores are the same
 * ```ts
 * import { createNetwork, predict, recurrentClassifierOf } from "@relprop/lrp/training";
 * import { tensor } from "@relprop/lrp/tensor";
 * import { assertAlmostEquals } from "@std/assert";
 *
 * const network = createNetwork({ kind: "lstm", inputSize: 2, hiddenSizes: [3], outputs: 1 }, { seed: 1 });
 * const values = Float64Array.of(1, 2, 3, 4);
 * const { scores } = recurrentClassifierOf(network).forward({ values: tensor(values, [2, 2]) });
 * assertAlmostEquals(scores[0]!, predict(network, { values })[0]!, 1e-15);
 * ```
 */
export function recurrentClassifierOf(
  network: TrainableNetwork,
  options: Omit<RecurrentClassifierOptions, "output" | "embeddings"> = {},
): RecurrentClassifier {
  const { description } = network;
  if (description.kind !== "lstm" && description.kind !== "gru") {
    throw new TypeError(
      `Cannot make a recurrent classifier: the network must be an LSTM or a GRU, got ${description.kind}`,
    );
  }
  const parameters = namedParameters(network);
  const copy = (name: string): Tensor | undefined => {
    const array = parameters[name];
    return array && tensor(array.data.slice(), array.shape);
  };
  const direction = (index: number, suffix = ""): GruParameters => {
    const name = (what: string): string => `${description.kind}.${what}_l${index}${suffix}`;
    const recurrentBias = copy(name("bias_hh"));
    return {
      inputWeights: copy(name("weight_ih"))!,
      recurrentWeights: copy(name("weight_hh"))!,
      inputBias: copy(name("bias_ih"))!,
      ...(recurrentBias && { recurrentBias }),
    };
  };
  const bias = copy("output.bias"), embeddings = copy("embedding.weight");
  const build = description.kind === "lstm" ? lstmClassifier : gruClassifier;
  return build({
    layers: description.hiddenSizes.map((_, index) => ({
      forward: direction(index),
      ...(description.bidirectional && { reverse: direction(index, "_reverse") }),
    })),
    output: { weights: copy("output.weight")!, ...(bias && { bias }) },
    ...(embeddings && { embeddings }),
    ...options,
  });
}
