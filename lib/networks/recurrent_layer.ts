import type { Layer, LayerPoint, Parameters } from "../layers/mod.ts";
import type { Ops } from "../ops/mod.ts";
import { requireOptions } from "../options.ts";
import { gradientRule } from "../rules/mod.ts";
import { contiguous, type NumericArray, tensor } from "../tensor/mod.ts";
import type { LayerSink } from "./builder.ts";
import { Network, type NetworkNode } from "./network.ts";
import { unrolledGru, unrolledLstm } from "./recurrence.ts";
import {
  type RecurrenceDirections,
  type RecurrenceParameters,
  requireDirections,
} from "./recurrence_parameters.ts";
import { CELLS } from "./recurrent_cell.ts";
import { addSteps, recurrentForward, recurrentShares, type RecurrentSide } from "./recurrent_steps.ts";

const PARTS = ["inputWeights", "recurrentWeights", "inputBias", "recurrentBias"] as const;

/** The directions, back from parameters named `forward.inputWeights`, …; only one direction needs no prefix. */
function directionsOf(parameters: Readonly<Record<string, NumericArray>>): RecurrenceDirections {
  const side = (name: string): RecurrenceParameters | undefined =>
    parameters[`${name}.inputWeights`] &&
    Object.fromEntries(
      PARTS.map((part) => [part, parameters[`${name}.${part}`]]),
    ) as unknown as RecurrenceParameters;
  return { forward: side("forward")!, reverse: side("reverse") };
}

const SIDES = new WeakMap<Layer, readonly RecurrentSide[]>();

/** The directions of a recurrent layer, each with its step. */
export function sidesOf(layer: Layer): readonly RecurrentSide[] {
  return SIDES.get(layer) ?? SIDES.get(recurrentLayer(layer.kind, directionsOf(layer.parameters)))!;
}

function recurrentLayer(kind: string, directions: RecurrenceDirections): Layer {
  const parameters: Parameters = Object.freeze(Object.fromEntries(
    (["forward", "reverse"] as const).flatMap((side) =>
      PARTS.flatMap((part) => {
        const array = directions[side]?.[part];
        return array ? [[`${side}.${part}`, tensor(contiguous(array), array.shape)]] : [];
      })
    ),
  ));
  const { states, step } = CELLS[kind];
  const sides = (["forward", "reverse"] as const).flatMap((name): RecurrentSide[] => {
    const own = directions[name];
    return own ? [{ name, states, size: own.recurrentWeights.shape[1], step: step(own) }] : [];
  });
  const gradient = gradientRule();
  const layer: Layer = {
    kind,
    family: "recurrent",
    settings: Object.freeze({
      bidirectional: directions.reverse !== undefined,
      size: directions.forward.recurrentWeights.shape[1],
    }),
    parameters,
    forward: <T>(ops: Ops<T>, [input]: readonly T[]): T => recurrentForward(ops, sides, input),
    pullback: <T>(ops: Ops<T>, { inputs }: LayerPoint<T>, s: T): readonly T[] =>
      recurrentShares({ ops, name: kind, inputs, relevance: s }, sides, () => gradient).inputs,
    withParameters: (given) => recurrentLayer(kind, directionsOf(given)),
  };
  SIDES.set(layer, sides);
  return Object.freeze(layer);
}

/**
 * An LSTM layer over a sequence of any length, in one or two directions. A composite gives its rules to the layers of the
 * steps, such as `lstm.forward.gates`, one rule for all steps.
 *
 * **Shapes** input `[N, T, E]` -> hidden states `[N, T, D]`, or `[N, T, 2 D]` for both directions.
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
  requireOptions(directions, { action, known: ["forward", "reverse"], required: ["forward"] });
  requireDirections(directions, { action, gates: CELLS.lstm.gates });
  return recurrentLayer("lstm", directions);
}

/**
 * A GRU layer over a sequence of any length, in one or two directions. A composite gives its rules to the layers of the
 * steps, such as `gru.forward.gates`, one rule for all steps.
 *
 * **Shapes** input `[N, T, E]` -> hidden states `[N, T, D]`, or `[N, T, 2 D]` for both directions.
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
export function gru(directions: RecurrenceDirections): Layer {
  const action = "make a GRU";
  requireOptions(directions, { action, known: ["forward", "reverse"], required: ["forward"] });
  requireDirections(directions, { action, gates: CELLS.gru.gates });
  return recurrentLayer("gru", directions);
}

const UNROLL: Readonly<Record<string, typeof unrolledLstm>> = { lstm: unrolledLstm, gru: unrolledGru };

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
  return replaced(network, (sink, { name, layer, inputs: [input] }) => {
    const unroll = UNROLL[layer.kind];
    unroll?.(sink, name, input, { ...directionsOf(layer.parameters), steps });
    return unroll !== undefined;
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
