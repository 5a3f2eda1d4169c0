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
  /** The first step that is gone through, counted from the last down. Default 0. */
  readonly from?: number;
  /** Whether the run goes on where the one before stopped, with the gradient of that state. Default false. */
  readonly continued?: boolean;
}

/** One direction of a recurrent layer that can be trained. Its parameters stand in a common array, from `at` on. */
export interface RecurrentUnit {
  /** Hidden states of the last run `[T + 1, d]` in processing order; row 0 is the initial state. */
  readonly hidden: Float64Array;
  /** Gradient of the hidden state before the first step of the last backward run, `[d]`. */
  readonly ofState: Float64Array;
  /** Runs over inputs `[T, e]` in processing order, on from step `from` (default 0). */
  forward(theta: Float64Array, at: number, x: Float64Array, steps: number, from?: number): void;
  /** Sends gradients back through the last run. */
  backward(theta: Float64Array, at: number, run: BackwardRun): void;
}
