import type { Layer, LayerPoint, Parameters } from "../layers/mod.ts";
import type { Ops } from "../ops/mod.ts";
import { requireOptions } from "../options.ts";
import { gradientRule } from "../rules/mod.ts";
import { contiguous, type NumericArray, tensor } from "../tensor/mod.ts";
import type { LayerSink } from "./builder.ts";
import { Network, type NetworkNode } from "./network.ts";
import { unroll } from "./recurrence.ts";
import {
  type GruOptions,
  type RecurrenceDirections,
  requireDirections,
  SIDES,
} from "./recurrence_parameters.ts";
import { type Cell, gruCell, LSTM_CELL } from "./recurrent_cell.ts";
import { addSteps, recurrentForward, recurrentShares, type RecurrentSide } from "./recurrent_steps.ts";

const PARTS = ["inputWeights", "recurrentWeights", "inputBias", "recurrentBias"] as const;

/** The directions, back from parameters named `forward.inputWeights`, … */
function directionsOf(parameters: Readonly<Record<string, NumericArray>>): RecurrenceDirections {
  return Object.fromEntries(
    SIDES.filter((side) => parameters[`${side}.inputWeights`]).map((side) => [
      side,
      Object.fromEntries(PARTS.map((part) => [part, parameters[`${side}.${part}`]])),
    ]),
  );
}

/** The cell of a layer. */
function cellOf({ kind, settings }: Layer): Cell {
  return kind === "lstm" ? LSTM_CELL : gruCell(settings);
}

const LAYER_SIDES = new WeakMap<Layer, readonly RecurrentSide[]>();

/** The directions of a recurrent layer, each with its step. */
export function sidesOf(layer: Layer): readonly RecurrentSide[] {
  return LAYER_SIDES.get(layer) ??
    LAYER_SIDES.get(recurrentLayer(cellOf(layer), directionsOf(layer.parameters), layer.settings))!;
}

function recurrentLayer(
  cell: Cell,
  directions: RecurrenceDirections,
  variant: GruOptions = {},
): Layer {
  const parameters: Parameters = Object.freeze(Object.fromEntries(
    SIDES.flatMap((side) =>
      PARTS.flatMap((part) => {
        const array = directions[side]?.[part];
        return array ? [[`${side}.${part}`, tensor(contiguous(array), array.shape)]] : [];
      })
    ),
  ));
  const sides = SIDES.flatMap((name): RecurrentSide[] => {
    const own = directions[name];
    if (!own) return [];
    const size = own.recurrentWeights.shape[1];
    return [{ name, states: cell.states, size, step: cell.step(own) }];
  });
  const gradient = gradientRule();
  const layer: Layer = {
    kind: cell.kind,
    family: "recurrent",
    settings: Object.freeze({
      bidirectional: sides.length > 1,
      size: sides[0].size,
      ...variant.resetAfter === false && { resetAfter: false },
    }),
    parameters,
    arity: [1, 2],
    forward: <T>(ops: Ops<T>, inputs: readonly T[]): T => recurrentForward(ops, sides, inputs),
    pullback: <T>(ops: Ops<T>, { inputs }: LayerPoint<T>, s: T): readonly T[] =>
      recurrentShares({ ops, name: cell.kind, inputs, relevance: s }, sides, () => gradient).inputs,
    withParameters: (given) => recurrentLayer(cell, directionsOf(given), variant),
  };
  LAYER_SIDES.set(layer, sides);
  return Object.freeze(layer);
}

/**
 * An LSTM layer over a sequence of any length, in one or two directions. A composite gives its rules to the layers of the
 * steps, such as `lstm.forward.gates` (i, f and o) and `lstm.forward.signal`, one rule for all steps.
 *
 * A second input is a mask: 1 where a step counts, 0 for padding, which leaves the states as they are and gets no
 * relevance, so that texts of several lengths make one batch.
 *
 * **Shapes** input `[N, T, E]`, perhaps a mask `[N, T]` -> hidden states `[N, T, D]`, or `[N, T, 2 D]` for both directions.
 *
 * @throws {TypeError} If an option is not known, or weights are missing.
 * @throws {ShapeError} If the parameters do not fit each other.
 *
 * @example A cell that adds up its input
 * ```ts
 * import { lstm, runNetwork, sequential } from "@relprop/lrp/networks";
 * import { tensor, zeros } from "@relprop/lrp/tensor";
 * import { assertAlmostEquals } from "@std/assert";
 *
 * const layer = lstm({
 *   forward: { inputWeights: tensor([[0], [0], [1], [0]]), recurrentWeights: zeros([4, 1]) },
 * });
 * const { output } = runNetwork(sequential({ lstm: layer }), tensor([[[1]]]));
 * assertAlmostEquals(output.get(0, 0, 0), 0.5 * Math.tanh(0.5 * Math.tanh(1))); // o tanh(i g)
 * ```
 */
export function lstm(directions: RecurrenceDirections): Layer {
  const action = "make an LSTM";
  const required = directions?.reverse ? [] : ["forward"];
  requireOptions(directions, { action, known: SIDES, required });
  requireDirections(directions, { action, gates: LSTM_CELL.gates });
  return recurrentLayer(LSTM_CELL, directions);
}

/**
 * A GRU layer over a sequence of any length, in one or two directions. A composite gives its rules to the layers of the
 * steps, such as `gru.forward.input.gates`, one rule for all steps.
 *
 * A second input is a mask: 1 where a step counts, 0 for padding, which leaves the states as they are and gets no
 * relevance, so that texts of several lengths make one batch.
 *
 * **Shapes** input `[N, T, E]`, perhaps a mask `[N, T]` -> hidden states `[N, T, D]`, or `[N, T, 2 D]` for both directions.
 *
 * @throws {TypeError} If an option is not known, or weights are missing.
 * @throws {ShapeError} If the parameters do not fit each other.
 *
 * @example One step
 * ```ts
 * import { gru, runNetwork, sequential } from "@relprop/lrp/networks";
 * import { tensor, zeros } from "@relprop/lrp/tensor";
 * import { assertAlmostEquals } from "@std/assert";
 *
 * const layer = gru({
 *   forward: { inputWeights: tensor([[0], [0], [1]]), recurrentWeights: zeros([3, 1]) },
 * });
 * const { output } = runNetwork(sequential({ gru: layer }), tensor([[[1]]]));
 * assertAlmostEquals(output.get(0, 0, 0), 0.5 * Math.tanh(1)); // (1 - z) n
 * ```
 */
export function gru(options: RecurrenceDirections & GruOptions): Layer {
  const action = "make a GRU";
  const cell = gruCell(options);
  const required = options?.reverse ? [] : ["forward"];
  requireOptions(options, { action, known: [...SIDES, "resetAfter"], required });
  requireDirections(options, { action, gates: cell.gates });
  return recurrentLayer(cell, options, options);
}

/**
 * Unrolls every LSTM and GRU layer into its steps, so that single steps can be looked at and can have rules of their own;
 * gives a new network for sequences of exactly this length, with the same output. For relevance it is not needed.
 *
 * **Shapes** of the layers as before, with T = `steps`.
 *
 * @throws {TypeError} If an option is not known, or the steps are missing.
 * @throws {RangeError} If the steps are no whole number >= 1; when it runs, if the input has another number of steps.
 *
 * @example
 * ```ts
 * import { gru, sequential, unrollRecurrence } from "@relprop/lrp/networks";
 * import { zeros } from "@relprop/lrp/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * const layer = gru({ forward: { inputWeights: zeros([3, 1]), recurrentWeights: zeros([3, 1]) } });
 * const unrolled = unrollRecurrence(sequential({ gru: layer }), { steps: 2 });
 * assertEquals(unrolled.node("gru.forward.1.kept").layer.kind, "multiply");
 * ```
 */
export function unrollRecurrence(network: Network, options: { steps: number }): Network {
  requireOptions(options, { action: "unroll a recurrence", known: ["steps"], required: ["steps"] });
  const { steps } = options;
  if (!(Number.isInteger(steps) && steps >= 1)) {
    throw new RangeError(`Cannot unroll a recurrence: steps must be a whole number >= 1, got ${steps}`);
  }
  return replaced(network, (sink, { name, layer, inputs: [input, mask] }) => {
    if (layer.family !== "recurrent") return false;
    if (mask !== undefined) {
      throw new RangeError(
        `Cannot unroll a recurrence: layer ${JSON.stringify(name)} must have no mask, got ${
          JSON.stringify(mask)
        }`,
      );
    }
    unroll(sink, name, input, { directions: directionsOf(layer.parameters), steps, cell: cellOf(layer) });
    return true;
  });
}

/** A network in which recurrent layers stand as the layers of one step, for plans: it does not run. */
export function openRecurrence(
  network: Network,
  isOpen: (node: NetworkNode) => boolean,
): { network: Network; recurrent: ReadonlyMap<string, NetworkNode> } {
  const recurrent = new Map<string, NetworkNode>();
  const opened = replaced(network, (sink, node) => {
    if (node.layer.family !== "recurrent" || !isOpen(node)) return false;
    addSteps(sink, node, sidesOf(node.layer));
    recurrent.set(node.name, node);
    return true;
  });
  return { network: recurrent.size === 0 ? network : opened, recurrent };
}

/** A network in which a function puts others in the place of some layers. */
function replaced(network: Network, replace: (sink: LayerSink, node: NetworkNode) => boolean): Network {
  const nodes: NetworkNode[] = [];
  const constants: Record<string, NumericArray> = { ...network.constants };
  const sink: LayerSink = {
    add: (name, layer, ...inputs) => {
      nodes.push({ name, layer, inputs });
      return name;
    },
    constant: (name, value) => {
      constants[name] = value;
      return name;
    },
  };
  for (const node of network.nodes) if (!replace(sink, node)) nodes.push(node);
  return new Network({
    inputs: network.inputs,
    nodes,
    constants,
    output: network.output,
    labels: network.labels,
  });
}
