/** A recurrent classifier or regressor that can be trained: cells, then a linear layer on their last hidden states. */
export interface RecurrentDescription {
  /** The kind of its cells. */
  readonly kind: "lstm" | "gru";
  /** Size `E` of an input vector. */
  readonly inputSize: number;
  /** Number of hidden units of each layer, from the input upward. */
  readonly hiddenSizes: readonly number[];
  /** Number `K` of scores. */
  readonly outputs: number;
  /** Whether each layer also reads backward. Default false. */
  readonly bidirectional?: boolean;
  /** Whether the linear layer on top has a bias. Default true. */
  readonly outputBias?: boolean;
  /** Number `V` of words, for a network that reads ids through trained embeddings. */
  readonly vocabularySize?: number;
}

/** A dense network that can be trained: linear layers with an activation between them. */
export interface DenseDescription {
  /** The kind of network. */
  readonly kind: "dense";
  /** Number `D` of inputs. */
  readonly inputSize: number;
  /** Number of units of each hidden layer. */
  readonly hiddenSizes: readonly number[];
  /** Number `K` of scores. */
  readonly outputs: number;
  /** What stands behind each hidden layer. Default `"relu"`. */
  readonly activation?: "relu" | "tanh";
}

/**
 * A GRU encoder-decoder that can be trained: one GRU reads a history, the other writes a forecast, reading its last output
 * and what is known of the step; on top linear, ReLU, linear without bias.
 */
export interface EncoderDecoderDescription {
  /** The kind of network. */
  readonly kind: "encoderDecoder";
  /** Size `E` of a step of the history; its first number at the last step is what the decoder reads first. */
  readonly inputSize: number;
  /** How many numbers `F` are known of each step of the forecast. */
  readonly knownSize: number;
  /** Number of hidden units of each layer, the same on both sides. */
  readonly hiddenSizes: readonly number[];
  /** Number `S` of steps of the forecast. */
  readonly outputs: number;
}

/** What a trained network is made of, as plain data. */
export type NetworkDescription = RecurrentDescription | DenseDescription | EncoderDecoderDescription;

/** One array of parameters within the common one. */
export interface ParameterEntry {
  /** Its name, as PyTorch would call it. */
  readonly name: string;
  /** Its shape. */
  readonly shape: readonly number[];
  /** Where it starts. */
  readonly offset: number;
  /** How far from 0 it is drawn when training starts. */
  readonly range: number;
}

/** What a network is trained on: an input and what it should answer. */
export interface Example {
  /**
   * The input vectors `[T, E]`, the inputs `[D]` of a dense network, or history `[T, E]` and known numbers `[S, F]` of an
   * encoder-decoder one behind the other; row-major.
   */
  readonly values?: Float64Array;
  /** The ids of words, `[T]`, for a network with embeddings. */
  readonly ids?: ArrayLike<number>;
  /** The class, or the `K` numbers that the scores should be. */
  readonly target: number | Float64Array;
}

/** Which units a run of training leaves out. */
export interface Dropout {
  /** The probability with which a unit is left out. */
  readonly rate: number;
  /** Draws a number from 0 to 1. */
  readonly uniform: () => number;
}
