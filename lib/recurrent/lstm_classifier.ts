import { requireOptions } from "../options.ts";
import type { GateOrder } from "./gate_order.ts";
import { lstmCell, type LstmParameters } from "./lstm_cell.ts";
import {
  hiddenUnits,
  RecurrentClassifier,
  type RecurrentClassifierOptions,
  type RecurrentLayer,
} from "./recurrent_classifier.ts";

/** The weights of one LSTM layer, in one or two directions. */
export interface LstmLayerParameters {
  /** The cell that reads from the first step to the last. */
  readonly forward: LstmParameters;
  /** The cell that reads from the last step to the first. */
  readonly reverse?: LstmParameters;
}

/** What an LSTM classifier is made of. */
export interface LstmClassifierOptions extends RecurrentClassifierOptions {
  /** The layers from the input upward; each reads the hidden states of the one below, forward direction first. */
  readonly layers: readonly LstmLayerParameters[];
  /** How the gates are stacked in the weights, by default `ifgo` as in PyTorch. */
  readonly gateOrder?: GateOrder;
}

/**
 * Builds an LSTM classifier from its weights: one or two directions, one or more layers, with or without biases.
 *
 * ```text
 * scores = W_out [h_forward(T), h_reverse(1)] + b_out
 * ```
 *
 * **Shapes** input vectors `[T, E]` -> scores `[K]`.
 *
 * @throws {ShapeError} If weights do not fit together.
 * @throws {NumericalError} If a weight is NaN or infinite.
 * @throws {RangeError} If the gate order is unknown, or the vocabulary does not fit the embeddings.
 *
 * @example One unit that reads one number per step
 * ```ts
 * import { lstmClassifier } from "@relprop/lrp/recurrent";
 * import { tensor, zeros } from "@relprop/lrp/tensor";
 * import { assertAlmostEquals, assertEquals } from "@std/assert";
 *
 * const model = lstmClassifier({
 *   layers: [{ forward: { inputWeights: tensor([[0], [0], [1], [0]]), recurrentWeights: zeros([4, 1]) } }],
 *   output: { weights: tensor([[1], [-1]]) },
 * });
 * const { scores } = model.forward({ values: tensor([[2]]) });
 * // gates are sigmoid(0) = 1/2: c = tanh(2)/2, h = tanh(c)/2
 * assertAlmostEquals(scores[0]!, 0.5 * Math.tanh(0.5 * Math.tanh(2)));
 * assertEquals(scores[1], -scores[0]!);
 * ```
 */
export function lstmClassifier(options: LstmClassifierOptions): RecurrentClassifier {
  const action = "build an LSTM";
  if (!Array.isArray(options?.layers)) {
    throw new TypeError(`Cannot ${action}: layers must be a list, got ${typeof options?.layers}`);
  }
  const { layers, gateOrder = "ifgo", ...rest } = options;
  let inputSize: number | undefined = rest.embeddings?.shape[1];
  const built = layers.map((layer, index): RecurrentLayer => {
    requireOptions(layer, { action, known: ["forward", "reverse"], required: ["forward"] });
    const name = (direction: string): string => `LSTM layer ${index} (${direction})`;
    const forward = lstmCell(layer.forward, { name: name("forward"), inputSize, gateOrder });
    const shared = { inputSize: forward.inputSize, gateOrder };
    const reverse = layer.reverse && lstmCell(layer.reverse, { name: name("reverse"), ...shared });
    const made = reverse ? { forward, reverse } : { forward };
    inputSize = hiddenUnits(made);
    return Object.freeze(made);
  });
  return new RecurrentClassifier(built, rest);
}
