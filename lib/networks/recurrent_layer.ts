import type { Layer, LayerPoint, Parameters } from "../layers/mod.ts";
import type { Ops } from "../ops/mod.ts";
import { requireOptions } from "../options.ts";
import { gradientRule } from "../rules/mod.ts";
import { contiguous, type NumericArray, tensor } from "../tensor/mod.ts";
import { type LayerSink, networkBuilder } from "./builder.ts";
import { forwardPass } from "./forward_pass.ts";
import { Network, type NetworkNode } from "./network.ts";
import {
  type RecurrenceDirections,
  type RecurrenceParameters,
  unrolledGru,
  unrolledLstm,
} from "./recurrence.ts";
import { requireDirections } from "./recurrence_parameters.ts";
import { relevancePass } from "./relevance_pass.ts";

type Unroll = typeof unrolledLstm;

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

function recurrentLayer(kind: string, unroll: Unroll, directions: RecurrenceDirections): Layer {
  const parameters: Parameters = Object.freeze(Object.fromEntries(
    (["forward", "reverse"] as const).flatMap((side) =>
      PARTS.flatMap((part) => {
        const array = directions[side]?.[part];
        return array ? [[`${side}.${part}`, tensor(contiguous(array), array.shape)]] : [];
      })
    ),
  ));
  const expand = (steps: number): Network => {
    const builder = networkBuilder();
    return builder.build(unroll(builder, "cell", builder.input("input"), { ...directions, steps }));
  };
  const layer: Layer = {
    kind,
    family: "recurrent",
    settings: Object.freeze({
      bidirectional: directions.reverse !== undefined,
      size: directions.forward.recurrentWeights.shape[1],
    }),
    parameters,
    forward: <T>(ops: Ops<T>, [input]: readonly T[]): T => {
      const network = expand(ops.shape(input)[1]);
      return forwardPass(ops, network, { input }).get(network.output)!;
    },
    pullback: <T>(ops: Ops<T>, { inputs: [input] }: LayerPoint<T>, s: T): readonly T[] => {
      const network = expand(ops.shape(input)[1]);
      const values = forwardPass(ops, network, { input });
      const rule = gradientRule();
      const gradients = relevancePass(ops, network, values, {
        seeds: { [network.output]: s },
        ruleOf: () => rule,
      });
      return [gradients.get("input")!];
    },
    withParameters: (given) => recurrentLayer(kind, unroll, directionsOf(given)),
  };
  return Object.freeze(layer);
}

/**
 * An LSTM layer over a sequence, in one or two directions. Rules need its steps: see {@linkcode unrollRecurrence}.
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
  requireDirections(directions, { action, gates: 4 });
  return recurrentLayer("lstm", unrolledLstm, directions);
}

/**
 * A GRU layer over a sequence, in one or two directions. Rules need its steps: see {@linkcode unrollRecurrence}.
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
  requireDirections(directions, { action, gates: 3 });
  return recurrentLayer("gru", unrolledGru, directions);
}

const UNROLL: Readonly<Record<string, Unroll>> = { lstm: unrolledLstm, gru: unrolledGru };

/**
 * Unrolls every LSTM and GRU layer into its steps, so that rules see its products and sums; gives a new network for
 * sequences of exactly this length, with the same output.
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
  for (const node of network.nodes) {
    const unroll = UNROLL[node.layer.kind];
    if (unroll === undefined) nodes.push(node);
    else {
      unroll(sink, node.name, node.inputs[0], {
        ...directionsOf(node.layer.parameters),
        steps,
      });
    }
  }
  return new Network({
    inputs: network.inputs,
    nodes,
    constants,
    output: network.output,
    labels: network.labels,
  });
}
