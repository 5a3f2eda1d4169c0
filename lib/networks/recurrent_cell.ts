import { add, concatenate, dense, type Layer, multiply, scale, sigmoid, slice, tanh } from "../layers/mod.ts";
import { contiguous, type NumericArray, type Tensor, tensor } from "../tensor/mod.ts";
import type { LayerSink } from "./builder.ts";
import type { GruOptions, RecurrenceParameters } from "./recurrence_parameters.ts";

/** One step of a cell: adds it to a network and gives the names of its new states, the hidden one first. */
export type CellStep = (
  builder: LayerSink,
  names: { readonly at: string; readonly input: string; readonly states: readonly string[] },
) => string[];

/** A kind of recurrent cell. */
export interface Cell {
  /** The kind of its layer. */
  readonly kind: string;
  /** What its states are called, the hidden one first. */
  readonly states: readonly string[];
  /** How many gates are stacked in its weights. */
  readonly gates: number;
  /** Its step with parameters. */
  step(parameters: RecurrenceParameters): CellStep;
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

/** The rows of some gates. */
function gatesOf<A extends NumericArray | undefined>(
  array: A,
  size: number,
  gates: readonly number[],
): A | Tensor {
  if (array === undefined) return array;
  const length = size * (array.shape[1] ?? 1);
  const values = new Float64Array(gates.length * length);
  gates.forEach((gate, i) =>
    values.set(contiguous(array).subarray(gate * length, (gate + 1) * length), i * length)
  );
  return tensor(values, [gates.length * size, ...array.shape.slice(1)]);
}

function lstmStep(parameters: RecurrenceParameters): CellStep {
  const size = parameters.recurrentWeights.shape[1];
  const weights = joined(parameters);
  const bias = sumOf(parameters.inputBias, parameters.recurrentBias, 4 * size);
  const part = (gates: readonly number[]): Layer =>
    dense({ weights: gatesOf(weights, size, gates), bias: gatesOf(bias, size, gates) });
  // The signal is apart from the gates, since relevance goes through it, and mostly through nothing else.
  const [signal, others] = [part([2]), part([0, 1, 3])];
  return (builder, { at, input: x, states: [hidden, cell] }) => {
    const both = builder.add(`${at}.state`, concatenate({ axis: 1 }), x, hidden);
    const gates = builder.add(`${at}.gates`, others, both);
    const [i, f, o] = ["i", "f", "o"].map((gate, k) => {
      const before = builder.add(
        `${at}.${gate}.preactivation`,
        slice({ axis: 1, start: k * size, end: (k + 1) * size }),
        gates,
      );
      return builder.add(`${at}.${gate}`, sigmoid(), before);
    });
    const g = builder.add(`${at}.g`, tanh(), builder.add(`${at}.signal`, signal, both));
    const kept = builder.add(`${at}.kept`, multiply(), f, cell);
    const written = builder.add(`${at}.written`, multiply(), i, g);
    const next = builder.add(`${at}.cell`, add(), kept, written);
    const shown = builder.add(`${at}.tanh`, tanh(), next);
    return [builder.add(`${at}.hidden`, multiply(), o, shown), next];
  };
}

function gruStep(parameters: RecurrenceParameters, resetAfter: boolean): CellStep {
  const { inputWeights, inputBias, recurrentWeights, recurrentBias } = parameters;
  const size = recurrentWeights.shape[1];
  const part = (gates: readonly number[]): Layer =>
    dense({
      weights: gatesOf(recurrentWeights, size, gates),
      bias: gatesOf(recurrentBias, size, gates),
    });
  const fromInput = dense({ weights: inputWeights, bias: inputBias });
  const fromState = resetAfter ? dense({ weights: recurrentWeights, bias: recurrentBias }) : part([0, 1]);
  const fromReset = resetAfter ? undefined : part([2]);
  const minus = scale({ weights: tensor([-1]) });
  return (builder, { at, input: x, states: [hidden] }) => {
    const cut = (from: string, layer: Layer, value: string, gates: readonly string[]): string[] => {
      const all = builder.add(`${at}.${from}.gates`, layer, value);
      return gates.map((gate, k) =>
        builder.add(`${at}.${from}.${gate}`, slice({ axis: 1, start: k * size, end: (k + 1) * size }), all)
      );
    };
    const fromX = cut("input", fromInput, x, ["r", "z", "n"]);
    const fromH = cut("state", fromState, hidden, resetAfter ? ["r", "z", "n"] : ["r", "z"]);
    const before = (gate: string, k: number): string =>
      builder.add(`${at}.${gate}.preactivation`, add(), fromX[k], fromH[k]);
    const r = builder.add(`${at}.r`, sigmoid(), before("r", 0));
    const zBefore = before("z", 1);
    const z = builder.add(`${at}.z`, sigmoid(), zBefore);
    // 1 - σ(a) = σ(-a), which rules recognize as a gate.
    const open = builder.add(`${at}.open`, sigmoid(), builder.add(`${at}.minus`, minus, zBefore));
    const reset = builder.add(`${at}.reset`, multiply(), r, fromReset ? hidden : fromH[2]);
    const recalled = fromReset ? builder.add(`${at}.state.n`, fromReset, reset) : reset;
    const n = builder.add(
      `${at}.n`,
      tanh(),
      builder.add(`${at}.n.preactivation`, add(), fromX[2], recalled),
    );
    const written = builder.add(`${at}.written`, multiply(), open, n);
    const kept = builder.add(`${at}.kept`, multiply(), z, hidden);
    return [builder.add(`${at}.hidden`, add(), written, kept)];
  };
}

/** The cell of an LSTM. */
export const LSTM_CELL: Cell = { kind: "lstm", states: ["hidden", "cell"], gates: 4, step: lstmStep };

/** The cell of a GRU. */
export function gruCell({ resetAfter = true }: GruOptions): Cell {
  return {
    kind: "gru",
    states: ["hidden"],
    gates: 3,
    step: (parameters) => gruStep(parameters, resetAfter),
  };
}
