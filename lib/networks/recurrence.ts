import { formatShape, ShapeError } from "../errors.ts";
import {
  add,
  concatenate,
  dense,
  multiply,
  scale,
  sigmoid,
  slice,
  stack,
  take,
  tanh,
} from "../layers/mod.ts";
import { requireOptions } from "../options.ts";
import { contiguous, type NumericArray, type Tensor, tensor, zeros } from "../tensor/mod.ts";
import type { LayerSink } from "./builder.ts";
import { guarded } from "./guarded.ts";
import { requireDirections } from "./recurrence_parameters.ts";

/** The parameters of one direction of a recurrent layer, stacked by gate as in PyTorch. */
export interface RecurrenceParameters {
  /** `[G · D, E]`: gates i, f, g, o of an LSTM (G = 4), r, z, n of a GRU (G = 3). */
  readonly inputWeights: NumericArray;
  /** `[G · D, D]`. */
  readonly recurrentWeights: NumericArray;
  /** `[G · D]`. Default: zeros. */
  readonly inputBias?: NumericArray | undefined;
  /** `[G · D]`. Default: zeros. */
  readonly recurrentBias?: NumericArray | undefined;
}

/** A recurrent layer of one or two directions. */
export interface RecurrenceDirections {
  /** The direction that reads from the first step. */
  readonly forward: RecurrenceParameters;
  /** The direction that reads from the last step, if there is one. */
  readonly reverse?: RecurrenceParameters | undefined;
}

/** One step of a cell: adds it to a network and gives the names of its new states. */
type Step = (name: string, input: string, states: readonly string[]) => string[];

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
    readonly step: Step;
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
    states = step(at, builder.add(`${at}.input`, place, input), states);
    hidden[t] = states[0];
  }
  return hidden;
}

function unroll(
  builder: LayerSink,
  name: string,
  input: string,
  { forward, reverse }: RecurrenceDirections,
  steps: number,
  states: readonly string[],
  cell: (parameters: RecurrenceParameters) => Step,
): string {
  const direction = (parameters: RecurrenceParameters, side: string): string => {
    const hidden = unrollDirection(builder, `${name}.${side}`, input, steps, {
      size: parameters.recurrentWeights.shape[1],
      states,
      backwards: side === "reverse",
      step: cell(parameters),
    });
    return builder.add(reverse ? `${name}.${side}` : name, stack({ axis: 1 }), ...hidden);
  };
  const first = direction(forward, "forward");
  if (!reverse) return first;
  return builder.add(name, concatenate({ axis: -1 }), first, direction(reverse, "reverse"));
}

function requireUnrolling(
  options: RecurrenceDirections & { readonly steps: number },
  what: { readonly action: string; readonly gates: number },
): void {
  const { action } = what;
  requireOptions(options, {
    action,
    known: ["forward", "reverse", "steps"],
    required: ["forward", "steps"],
  });
  requireDirections(options, what);
  const { steps } = options;
  if (Number.isInteger(steps) && steps >= 1) return;
  throw new RangeError(`Cannot ${action}: steps must be a whole number >= 1, got ${steps}`);
}

/** Rows of both weights side by side: one dense layer over the input and the hidden state. */
function joined({ inputWeights, recurrentWeights }: RecurrenceParameters): Tensor {
  const [rows, inputs] = inputWeights.shape;
  const states = recurrentWeights.shape[1];
  const [fromInput, fromState] = [contiguous(inputWeights), contiguous(recurrentWeights)];
  const values = new Float64Array(rows * (inputs + states));
  for (let row = 0; row < rows; row++) {
    values.set(fromInput.subarray(row * inputs, (row + 1) * inputs), row * (inputs + states));
    values.set(fromState.subarray(row * states, (row + 1) * states), row * (inputs + states) + inputs);
  }
  return tensor(values, [rows, inputs + states]);
}

function sumOf(a: NumericArray | undefined, b: NumericArray | undefined, size: number): Tensor {
  const [left, right] = [a, b].map((part) => part ? contiguous(part) : new Float64Array(size));
  return tensor(left.map((value, i) => value + right[i]), [size]);
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
  requireUnrolling(options, { action: "unroll an LSTM", gates: 4 });
  return unroll(builder, name, input, options, options.steps, ["hidden", "cell"], (parameters) => {
    const size = parameters.recurrentWeights.shape[1];
    const layer = dense({
      weights: joined(parameters),
      bias: sumOf(parameters.inputBias, parameters.recurrentBias, 4 * size),
    });
    return (at, x, [hidden, cell]) => {
      const both = builder.add(`${at}.state`, concatenate({ axis: 1 }), x, hidden);
      const gates = builder.add(`${at}.gates`, layer, both);
      const [i, f, g, o] = ["i", "f", "g", "o"].map((gate, k) => {
        const before = builder.add(
          `${at}.${gate}.preactivation`,
          slice({ axis: 1, start: k * size, end: (k + 1) * size }),
          gates,
        );
        return builder.add(`${at}.${gate}`, gate === "g" ? tanh() : sigmoid(), before);
      });
      const kept = builder.add(`${at}.kept`, multiply(), f, cell);
      const written = builder.add(`${at}.written`, multiply(), i, g);
      const next = builder.add(`${at}.cell`, add(), kept, written);
      const shown = builder.add(`${at}.tanh`, tanh(), next);
      return [builder.add(`${at}.hidden`, multiply(), o, shown), next];
    };
  });
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
  options: RecurrenceDirections & { readonly steps: number },
): string {
  requireUnrolling(options, { action: "unroll a GRU", gates: 3 });
  return unroll(builder, name, input, options, options.steps, ["hidden"], (parameters) => {
    const size = parameters.recurrentWeights.shape[1];
    const fromInput = dense({ weights: parameters.inputWeights, bias: parameters.inputBias });
    const fromState = dense({ weights: parameters.recurrentWeights, bias: parameters.recurrentBias });
    const minus = scale({ weights: tensor([-1]) });
    return (at, x, [hidden]) => {
      const parts = [["input", fromInput, x], ["state", fromState, hidden]] as const;
      const [fromX, fromH] = parts.map(([from, layer, value]) => {
        const all = builder.add(`${at}.${from}.gates`, layer, value);
        return ["r", "z", "n"].map((gate, k) =>
          builder.add(`${at}.${from}.${gate}`, slice({ axis: 1, start: k * size, end: (k + 1) * size }), all)
        );
      });
      const before = (gate: string, k: number): string =>
        builder.add(`${at}.${gate}.preactivation`, add(), fromX[k], fromH[k]);
      const r = builder.add(`${at}.r`, sigmoid(), before("r", 0));
      const zBefore = before("z", 1);
      const z = builder.add(`${at}.z`, sigmoid(), zBefore);
      // 1 - σ(a) = σ(-a), which rules recognize as a gate.
      const open = builder.add(`${at}.open`, sigmoid(), builder.add(`${at}.minus`, minus, zBefore));
      const reset = builder.add(`${at}.reset`, multiply(), r, fromH[2]);
      const n = builder.add(
        `${at}.n`,
        tanh(),
        builder.add(`${at}.n.preactivation`, add(), fromX[2], reset),
      );
      const written = builder.add(`${at}.written`, multiply(), open, n);
      const kept = builder.add(`${at}.kept`, multiply(), z, hidden);
      return [builder.add(`${at}.hidden`, add(), written, kept)];
    };
  });
}
