import type {
  GruWeights,
  InputParts,
  LstmWeights,
  Precision,
  ProductRelevanceOptions,
  RecurrentRelevance,
} from "../kernels/mod.ts";

/** What every forward run of a recurrent layer keeps, whatever else its backward runs need. */
export interface CellTrace {
  /** Number `T` of steps. */
  readonly steps: number;
  /** Hidden states `[T + 1, d]` in processing order; row 0 is the initial state. */
  readonly hidden: Float64Array;
  /** Pre-activations of the candidate, `[T, d]`, through which relevance reaches the input. */
  readonly candidate: Float64Array;
}

/** A recurrent layer in one direction: it runs forward and sends relevance and gradients back. */
export interface RecurrentCell {
  /** How messages call this layer. */
  readonly name: string;
  /** Size `e` of an input vector. */
  readonly inputSize: number;
  /** Number `d` of hidden units. */
  readonly hiddenSize: number;
  /** The weights of an LSTM as the kernels take them, for those who send or pack them. */
  readonly lstmWeights?: LstmWeights;
  /** Those of a GRU, likewise. */
  readonly gruWeights?: GruWeights;
  /** What its kernels count in. */
  readonly precision: Precision;
  /** The same cell with kernels that count in another precision; what they give stays float64. */
  withPrecision(precision: Precision): RecurrentCell;
  /** Runs over inputs `[T, e]` in processing order. */
  forward(input: Float64Array, steps: number): CellTrace;
  /** Sends relevance of the hidden states `[T, d]` back to the inputs. */
  relevance(
    trace: CellTrace,
    hiddenRelevance: Float64Array,
    options: ProductRelevanceOptions,
  ): RecurrentRelevance;
  /** Gradient with respect to the inputs `[T, e]`, given the gradient with respect to the hidden states `[T, d]`. */
  gradient(trace: CellTrace, hiddenGradient: Float64Array): Float64Array;
  /**
   * Prepares contextual decomposition: the answer takes parts of the inputs and gives the parts of the hidden states
   * that come from them, `[T, parts, d]` in processing order.
   */
  decomposition(trace: CellTrace): (parts: InputParts) => Float64Array;
}
