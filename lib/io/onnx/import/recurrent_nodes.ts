import { concatenate, lengthMask, reshape, slice, take, transpose } from "../../../layers/mod.ts";
import { gru, lstm, type RecurrenceParameters } from "../../../networks/mod.ts";
import type { Size } from "../../../ops/mod.ts";
import { contiguous, type NumericArray, tensor } from "../../../tensor/mod.ts";
import type { Signal } from "./import_value.ts";
import type { NodeContext } from "./node_context.ts";
import type { Translation } from "./weighted_nodes.ts";

/** For each of our gates (LSTM i, f, g, o; GRU r, z, n) the place that ONNX gives it (i, o, f, c; z, r, h). */
const GATES: Readonly<Record<string, readonly number[]>> = { LSTM: [0, 2, 3, 1], GRU: [1, 0, 2] };

/** The rows of one direction in the order of our gates. */
function reordered(
  array: NumericArray,
  direction: number,
  order: readonly number[],
  gates: number,
): NumericArray {
  const [, rows, columns = 1] = array.shape as [number, number, number?];
  const flat = contiguous(array).subarray(direction * rows * columns, (direction + 1) * rows * columns);
  const size = rows / gates * columns;
  const result = new Float64Array(order.length * size);
  order.forEach((gate, i) => result.set(flat.subarray(gate * size, (gate + 1) * size), i * size));
  const outer = order.length * rows / gates;
  return tensor(result, array.shape.length === 3 ? [outer, columns] : [outer]);
}

function parametersOf(context: NodeContext, direction: number): RecurrenceParameters {
  const order = GATES[context.node.operator]!;
  const gates = order.length;
  const [weights, recurrent, bias] = [1, 2, 3].map((index) => context.array(index));
  if (!weights || !recurrent) throw context.fail("its weights must be given");
  // Both biases stand one after the other, as gates of their own.
  const biasOf = (offset: number): NumericArray | undefined =>
    bias && reordered(bias, direction, order.map((gate) => gate + offset), 2 * gates);
  return {
    inputWeights: reordered(weights, direction, order, gates),
    recurrentWeights: reordered(recurrent, direction, order, gates),
    inputBias: biasOf(0),
    recurrentBias: biasOf(gates),
  };
}

/** What the gates apply, by direction, unless a node says otherwise. */
const ACTIVATIONS: Readonly<Record<string, readonly string[]>> = {
  LSTM: ["Sigmoid", "Tanh", "Tanh"],
  GRU: ["Sigmoid", "Tanh"],
};

/** How long each sequence is; undefined where all are as long as the steps. */
function lengthsOf(context: NodeContext, steps: Size): Signal | undefined {
  const lengths = context.input(4);
  if (lengths?.kind === "signal") {
    // Behind its end the states of a sequence stay, where the operator gives zeros.
    if (isRead(context, 0)) {
      throw context.fail("with sequence_lens only the last hidden states must be read");
    }
    return lengths;
  }
  const numbers = Array.from(context.known(4)?.data ?? []);
  if (numbers.every((length) => length === steps)) return undefined;
  throw context.fail(`sequence_lens must all be ${steps}, or depend on the input, got [${numbers}]`);
}

function requirePlain(context: NodeContext): void {
  const { operator } = context.node;
  if (context.input(7) !== undefined) throw context.fail("peepholes must not be given");
  for (const index of operator === "LSTM" ? [5, 6] : [5]) {
    if (context.numbers(index)?.some((value) => value !== 0)) {
      throw context.fail("its initial states must be zero");
    }
  }
  const usual = ACTIVATIONS[operator]!;
  const activations = context.texts("activations") ?? [];
  if (activations.some((name, i) => name !== usual[i % usual.length])) {
    throw context.fail(`its activations must be ${usual.join(", ")}, got ${activations.join(", ")}`);
  }
  for (const name of ["clip", "input_forget"]) {
    if (context.number(name, 0) !== 0) {
      throw context.fail(`attribute ${JSON.stringify(name)} must not be given`);
    }
  }
  if (isRead(context, 2)) throw context.fail("the last cell state must not be read");
}

const DIRECTIONS = ["forward", "reverse", "bidirectional"] as const;

/**
 * A recurrent layer: `[T, N, E]` in, all hidden states `[T, directions, N, D]` and the last `[directions, N, D]` out; with
 * the batch in front, `[N, T, E]` in, `[N, T, directions, D]` and `[N, directions, D]` out.
 */
const recurrent: Translation = (context) => {
  const batchFirst = context.number("layout", 0) === 1;
  const x = context.signal(0);
  const [N, T] = (batchFirst ? x.shape : [x.shape[1], x.shape[0]]) as [Size, Size];
  requirePlain(context);
  const lengths = lengthsOf(context, T);
  const given = context.text("direction", "forward");
  const direction = DIRECTIONS.find((name) => name === given);
  if (direction === undefined) {
    throw context.fail(`direction must be one of ${DIRECTIONS.join(", ")}, got ${given}`);
  }
  const both = direction === "bidirectional";
  const sides = {
    forward: direction === "reverse" ? undefined : parametersOf(context, 0),
    reverse: direction === "forward" ? undefined : parametersOf(context, both ? 1 : 0),
  };
  const resetAfter = context.number("linear_before_reset", 0) !== 0;
  const layer = context.node.operator === "LSTM" ? lstm(sides) : gru({ ...sides, resetAfter });
  const D = layer.settings.size as number;
  const { sink, label } = context;
  const name = (part: string): string => `${label}.${part}`;
  const turned = batchFirst ? x : sink.add(name("input"), transpose({ order: [1, 0, 2] }), [x]);
  const masks = lengths ? [sink.add(name("mask"), lengthMask(), [lengths, turned])] : [];
  const hidden = sink.add(label, layer, [turned, ...masks], [N, T, both ? 2 * D : D]);
  const side = (index: number): Signal =>
    both
      ? sink.add(name(`side.${index}`), slice({ axis: 2, start: index * D, end: (index + 1) * D }), [hidden])
      : hidden;
  const ends = { forward: [-1], reverse: [0], bidirectional: [-1, 0] }[direction];
  const directions = both ? 2 : 1;
  const results: (Signal | undefined)[] = [undefined, undefined];
  if (isRead(context, 0)) {
    const split = sink.add(name("split"), reshape({ sizes: [0, 0, directions, D] }), [hidden], [
      N,
      T,
      directions,
      D,
    ]);
    results[0] = batchFirst ? split : sink.add(name("all"), transpose({ order: [1, 2, 0, 3] }), [split]);
  }
  if (isRead(context, 1)) {
    const lasts = ends.map((index, i) =>
      sink.add(name(`last.${i}`), take({ axis: 1, index }), [side(i)], [N, D])
    );
    const sizes = batchFirst ? [0, 1, D] : [1, -1, D];
    const rows = lasts.map((part, i) =>
      sink.add(name(`row.${i}`), reshape({ sizes }), [part], batchFirst ? [N, 1, D] : [1, N, D])
    );
    const joined = rows.length === 1
      ? rows[0]!
      : sink.add(name("lasts"), concatenate({ axis: batchFirst ? 1 : 0 }), rows);
    results[1] = batchFirst ? joined : { ...joined, stackOf: lasts };
  }
  return results.map((result) => result ?? hidden);
};

function isRead(context: NodeContext, output: number): boolean {
  const name = context.node.outputs[output];
  return name !== undefined && name !== "" && context.sink.isRead(name);
}

/** The recurrent nodes. */
export const RECURRENT_NODES: Readonly<Record<string, Translation>> = { LSTM: recurrent, GRU: recurrent };
