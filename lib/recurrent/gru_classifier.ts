import { requireOptions } from "../options.ts";
import { gruCell, type GruParameters } from "./gru_cell.ts";
import {
  hiddenUnits,
  RecurrentClassifier,
  type RecurrentClassifierOptions,
  type RecurrentLayer,
} from "./recurrent_classifier.ts";

/** What a GRU classifier is made of. */
export interface GruClassifierOptions extends RecurrentClassifierOptions {
  /** The layers from the input upward; each reads the hidden states of the one below, forward direction first. */
  readonly layers: readonly {
    /** The cell that reads from the first step to the last. */
    readonly forward: GruParameters;
    /** The cell that reads from the last step to the first. */
    readonly reverse?: GruParameters;
  }[];
}

/**
 * Builds a GRU classifier from its weights: one or two directions, one or more layers, with or without biases.
 *
 * ```text
 * r, z = sigmoid(W x_t + b + U h_(t-1) + v)      n = tanh(W_n x_t + b_n + r ⊙ (U_n h_(t-1) + v_n))
 * h_t = (1 - z) ⊙ n + z ⊙ h_(t-1)               scores = W_out [h_forward(T), h_reverse(1)] + b_out
 * ```
 *
 * LRP gives everything to the signals n and h and nothing to the gates r and z; the other product rules share.
 *
 * **Shapes** input vectors `[T, E]` -> scores `[K]`.
 *
 * @throws {ShapeError} If weights do not fit together.
 * @throws {NumericalError} If a weight is NaN or infinite.
 *
 * @example One unit that reads one number per step
 * ```ts
 * import { gruClassifier } from "@relprop/lrp/recurrent";
 * import { tensor, zeros } from "@relprop/lrp/tensor";
 * import { assertAlmostEquals } from "@std/assert";
 *
 * const model = gruClassifier({
 *   layers: [{ forward: { inputWeights: tensor([[0], [0], [1]]), recurrentWeights: zeros([3, 1]) } }],
 *   output: { weights: tensor([[1], [-1]]) },
 * });
 * const { scores } = model.forward({ values: tensor([[2]]) });
 * // the gate z is sigmoid(0) = 1/2: h = tanh(2)/2
 * assertAlmostEquals(scores[0]!, 0.5 * Math.tanh(2));
 * ```
 *
 * @see Cho et al. 2014, Learning Phrase Representations using RNN Encoder-Decoder, https://aclanthology.org/D14-1179
 */
export function gruClassifier(options: GruClassifierOptions): RecurrentClassifier {
  const action = "build a GRU";
  if (!Array.isArray(options?.layers)) {
    throw new TypeError(`Cannot ${action}: layers must be a list, got ${typeof options?.layers}`);
  }
  const { layers, ...rest } = options;
  let inputSize: number | undefined = rest.embeddings?.shape[1];
  const built = layers.map((layer, index): RecurrentLayer => {
    requireOptions(layer, { action, known: ["forward", "reverse"], required: ["forward"] });
    const name = (direction: string): string => `GRU layer ${index} (${direction})`;
    const forward = gruCell(layer.forward, { name: name("forward"), inputSize });
    const reverse = layer.reverse &&
      gruCell(layer.reverse, { name: name("reverse"), inputSize: forward.inputSize });
    const made = reverse ? { forward, reverse } : { forward };
    inputSize = hiddenUnits(made);
    return Object.freeze(made);
  });
  return new RecurrentClassifier(built, rest);
}
