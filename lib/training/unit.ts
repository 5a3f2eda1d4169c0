/** What the backward run of a unit reads and adds to. */
export interface BackwardRun {
  /** The inputs of the forward run, `[T, e]`. */
  readonly x: Float64Array;
  /** Number `T` of steps. */
  readonly steps: number;
  /** Gradient of the loss with respect to the hidden states, `[T, d]`. */
  readonly ofHidden: Float64Array;
  /** Gradient of all parameters; the unit adds to its own. */
  readonly gradient: Float64Array;
  /** Gradient of the inputs, `[T, e]`, to which the unit adds; left out where nobody reads it. */
  readonly ofInput?: Float64Array | undefined;
}

/** One direction of a recurrent layer that can be trained. Its parameters stand in a common array, from `at` on. */
export interface RecurrentUnit {
  /** Hidden states of the last run `[T + 1, d]` in processing order; row 0 is zero. */
  readonly hidden: Float64Array;
  /** Runs over inputs `[T, e]` in processing order. */
  forward(theta: Float64Array, at: number, x: Float64Array, steps: number): void;
  /** Sends gradients back through the last run. */
  backward(theta: Float64Array, at: number, run: BackwardRun): void;
}
