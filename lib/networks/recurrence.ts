import { formatShape, ShapeError } from "../errors.ts";
import { concatenate, stack, take } from "../layers/mod.ts";
import { requireOptions } from "../options.ts";
import { zeros } from "../tensor/mod.ts";
import type { LayerSink } from "./builder.ts";
import { guarded } from "./guarded.ts";
import {
  type GruOptions,
  type RecurrenceDirections,
  requireDirections,
  SIDES,
} from "./recurrence_parameters.ts";
import { type Cell, type CellStep, gruCell, LSTM_CELL } from "./recurrent_cell.ts";

/** The names of the hidden states of all steps, in the order of the input. */
function unrollDirection(
  builder: LayerSink,
  name: string,
  input: string,
  steps: number,
  options: {
    readonly size: number;
    readonly states: readonly string[];
    readonly backwards: boolean;
    readonly step: CellStep;
  },
): string[] {
  const { size, backwards, step } = options;
  let states = options.states.map((state) => builder.constant(`${name}.${state}`, zeros([1, size])));
  const hidden = new Array<string>(steps);
  const requireSteps = (shape: readonly number[]): void => {
    // A size below 0 is only known when a staged graph runs.
    if (shape[1] === steps || shape[1] < 0) return;
    throw new ShapeError(
      `Cannot read a step: the sequence must have the ${steps} steps that it is unrolled for, got shape ${
        formatShape(shape)
      }`,
      { where: name, expected: [-1, steps, -1], actual: shape },
    );
  };
  for (let i = 0; i < steps; i++) {
    const t = backwards ? steps - 1 - i : i;
    const at = `${name}.${t}`;
    const place = guarded(take({ axis: 1, index: t }), requireSteps);
    states = step(builder, { at, input: builder.add(`${at}.input`, place, input), states });
    hidden[t] = states[0];
  }
  return hidden;
}

/** Adds a recurrent layer step by step; gives the name of its output. */
export function unroll(
  builder: LayerSink,
  name: string,
  input: string,
  { directions, steps, cell }: {
    readonly directions: RecurrenceDirections;
    readonly steps: number;
    readonly cell: Cell;
  },
): string {
  const sides = SIDES.filter((side) => directions[side]);
  const outputs = sides.map((side) => {
    const parameters = directions[side]!;
    const hidden = unrollDirection(builder, `${name}.${side}`, input, steps, {
      size: parameters.recurrentWeights.shape[1],
      states: cell.states,
      backwards: side === "reverse",
      step: cell.step(parameters),
    });
    return builder.add(sides.length > 1 ? `${name}.${side}` : name, stack({ axis: 1 }), ...hidden);
  });
  return sides.length > 1 ? builder.add(name, concatenate({ axis: -1 }), ...outputs) : outputs[0];
}

function requireUnrolling(
  options: RecurrenceDirections & { readonly steps: number },
  what: { readonly action: string; readonly gates: number; readonly known?: readonly string[] },
): void {
  const { action } = what;
  requireOptions(options, {
    action,
    known: ["forward", "reverse", "steps", ...what.known ?? []],
    required: [...options?.reverse ? [] : ["forward"], "steps"],
  });
  requireDirections(options, what);
  const { steps } = options;
  if (Number.isInteger(steps) && steps >= 1) return;
  throw new RangeError(`Cannot ${action}: steps must be a whole number >= 1, got ${steps}`);
}

/**
 * Adds an LSTM to a network, unrolled over a fixed number of steps into dense layers, activations, products and sums, so
 * that every rule for those holds.
 *
 * ```text
 * i, f, o = σ(…)   g = tanh(W_g x + U_g h + b_g)      c′ = f c + i g      h′ = o tanh(c′)
 * ```
 *
 * **Shapes** input `[N, steps, E]` -> hidden states `[N, steps, D]`, both directions side by side: `[N, steps, 2 D]`.
 *
 * @returns The name of the result.
 * @throws {TypeError} If an option is not known, or weights are missing.
 * @throws {ShapeError} If the parameters do not fit each other.
 * @throws {RangeError} If the steps are no whole number >= 1; when it runs, if the input has another number of steps.
 *
 * @example One step
 * ```ts
 * import { tanh } from "@relprop/lrp/layers";
 * import { networkBuilder, runNetwork, unrolledLstm } from "@relprop/lrp/networks";
 * import { tensor, zeros } from "@relprop/lrp/tensor";
 * import { assertAlmostEquals } from "@std/assert";
 *
 * const builder = networkBuilder();
 * const output = unrolledLstm(builder, "lstm", builder.input("x"), {
 *   forward: { inputWeights: tensor([[0], [0], [1], [0]]), recurrentWeights: zeros([4, 1]) },
 *   steps: 1,
 * });
 * const run = runNetwork(builder.build(output), tensor([[[1]]]));
 * assertAlmostEquals(run.output.get(0, 0, 0), 0.5 * Math.tanh(0.5 * Math.tanh(1))); // o tanh(i g)
 * ```
 */
export function unrolledLstm(
  builder: LayerSink,
  name: string,
  input: string,
  options: RecurrenceDirections & { readonly steps: number },
): string {
  requireUnrolling(options, { action: "unroll an LSTM", gates: LSTM_CELL.gates });
  return unroll(builder, name, input, { directions: options, steps: options.steps, cell: LSTM_CELL });
}

/**
 * Adds a GRU to a network, unrolled over a fixed number of steps.
 *
 * ```text
 * r, z = σ(…)   n = tanh(W_n x + b_n + r (U_n h + b_hn))      h′ = (1 - z) n + z h
 * ```
 *
 * **Shapes** input `[N, steps, E]` -> hidden states `[N, steps, D]`, both directions side by side: `[N, steps, 2 D]`.
 *
 * @returns The name of the result.
 * @throws {TypeError} If an option is not known, or weights are missing.
 * @throws {ShapeError} If the parameters do not fit each other.
 * @throws {RangeError} If the steps are no whole number >= 1; when it runs, if the input has another number of steps.
 *
 * @example One step
 * ```ts
 * import { networkBuilder, runNetwork, unrolledGru } from "@relprop/lrp/networks";
 * import { tensor, zeros } from "@relprop/lrp/tensor";
 * import { assertAlmostEquals } from "@std/assert";
 *
 * const builder = networkBuilder();
 * const output = unrolledGru(builder, "gru", builder.input("x"), {
 *   forward: { inputWeights: tensor([[0], [0], [1]]), recurrentWeights: zeros([3, 1]) },
 *   steps: 1,
 * });
 * const run = runNetwork(builder.build(output), tensor([[[1]]]));
 * assertAlmostEquals(run.output.get(0, 0, 0), 0.5 * Math.tanh(1)); // (1 - z) n
 * ```
 */
export function unrolledGru(
  builder: LayerSink,
  name: string,
  input: string,
  options: RecurrenceDirections & GruOptions & { readonly steps: number },
): string {
  const cell = gruCell(options);
  requireUnrolling(options, { action: "unroll a GRU", gates: cell.gates, known: ["resetAfter"] });
  return unroll(builder, name, input, { directions: options, steps: options.steps, cell });
}
