import { formatShape, ShapeError } from "../errors.ts";
import { batchNormAffine, type Layer, layerNorm, rmsNorm, scale } from "../layers/mod.ts";
import { type Tensor, tensor } from "../tensor/mod.ts";
import { guarded } from "./guarded.ts";
import { Network, type NetworkNode } from "./network.ts";
import { requireNetwork } from "./require_network.ts";

/** A network with other nodes, and values that took the place of others. */
function rewired(
  network: Network,
  nodes: readonly NetworkNode[],
  renamed: ReadonlyMap<string, string>,
): Network {
  const now = (name: string): string => {
    let current = name;
    while (renamed.has(current)) current = renamed.get(current)!;
    return current;
  };
  return new Network({
    inputs: network.inputs,
    constants: network.constants,
    labels: network.labels,
    output: now(network.output),
    nodes: nodes.map((node) => ({ ...node, inputs: node.inputs.map(now) })),
  });
}

/** The weights of a layer with each output channel multiplied by a factor. */
function scaledOutputs(layer: Layer, factor: Float64Array): Tensor {
  const { weights } = layer.parameters;
  const transposed = layer.kind === "transposedConvolution";
  const [first, second] = weights.shape;
  const inner = weights.size / (first * second);
  const perGroup = transposed ? factor.length / (layer.settings.groups as number) : 0;
  const inputsPerGroup = transposed ? first / (layer.settings.groups as number) : 0;
  return tensor(
    weights.data.map((value, i) => {
      const row = Math.floor(i / (second * inner));
      const column = Math.floor(i / inner) % second;
      return value * factor[transposed ? Math.floor(row / inputsPerGroup) * perGroup + column : row];
    }),
    weights.shape,
  );
}

/** A dense layer that its channels are scaled in is only the same thing where the channels are its last axis. */
function oneAxisOnly(layer: Layer): Layer {
  if (layer.kind !== "dense") return layer;
  return guarded(layer, (shape) => {
    if (shape.length === 2) return;
    throw new ShapeError(
      `Cannot run a dense layer with a merged batch normalization: its input must have shape [N, ${layer.settings.inputs}], got ${
        formatShape(shape)
      }; leave the normalization as it is`,
      { where: "input", expected: [-1, layer.settings.inputs as number], actual: shape },
    );
  });
}

const MERGEABLE: readonly string[] = ["dense", "convolution", "transposedConvolution"];

/**
 * Folds each batch normalization into the layer before it, where that is a dense layer or a convolution that nothing else
 * reads; gives a new network with the same output.
 *
 * ```text
 * W′ = W · γ / √(σ² + ε)          b′ = (b - μ) · γ / √(σ² + ε) + β
 * ```
 *
 * A normalization goes over axis 1, a dense layer makes the last one: a merged dense layer takes `[N, D]` only, and says
 * so when it runs.
 *
 * @example
 * ```ts
 * import { batchNorm, dense } from "@relprop/lrp/layers";
 * import { mergeBatchNorm, runNetwork, sequential } from "@relprop/lrp/networks";
 * import { tensor } from "@relprop/lrp/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * const network = sequential({
 *   dense: dense({ weights: tensor([[4]]), bias: tensor([2]) }),
 *   norm: batchNorm({ runningMean: tensor([2]), runningVariance: tensor([4]), epsilon: 0 }),
 * });
 * const merged = mergeBatchNorm(network);
 * assertEquals(merged.nodes.length, 1);
 * assertEquals(runNetwork(merged, tensor([[3]])).output.get(0, 0), 6); // (4·3 + 2 - 2) / 2
 * ```
 */
export function mergeBatchNorm(network: Network): Network {
  requireNetwork(network, "merge batch normalizations");
  const renamed = new Map<string, string>();
  const nodes = new Map(network.nodes.map((node) => [node.name, node]));
  for (const { name, layer, inputs: [before] } of network.nodes) {
    const target = layer.kind === "batchNorm" ? nodes.get(before) : undefined;
    if (!target || !MERGEABLE.includes(target.layer.kind)) continue;
    if (network.readersOf(before).length !== 1 || network.output === before) continue;
    const { factor, offset } = batchNormAffine(layer);
    // Other channels than those that a dense layer makes: a normalization over another axis.
    if (target.layer.kind === "dense" && target.layer.settings.outputs !== factor.length) continue;
    const bias = target.layer.parameters.bias;
    nodes.set(before, {
      ...target,
      layer: oneAxisOnly(target.layer.withParameters({
        weights: scaledOutputs(target.layer, factor),
        bias: tensor(factor.map((f, c) => (bias?.data[c] ?? 0) * f + offset[c]), [factor.length]),
      })),
    });
    nodes.delete(name);
    renamed.set(name, before);
  }
  return rewired(network, [...nodes.values()], renamed);
}

/**
 * Takes a softmax at the output away, so that scores are explained instead of probabilities; gives a new network.
 *
 * @example
 * ```ts
 * import { dense, softmax } from "@relprop/lrp/layers";
 * import { dropSoftmax, sequential } from "@relprop/lrp/networks";
 * import { tensor } from "@relprop/lrp/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * const network = sequential({ scores: dense({ weights: tensor([[1], [2]]) }), probabilities: softmax() });
 * assertEquals(dropSoftmax(network).output, "scores");
 * ```
 */
export function dropSoftmax(network: Network): Network {
  requireNetwork(network, "drop a softmax");
  const last = network.nodes.find(({ name }) => name === network.output);
  if (last?.layer.kind !== "softmax") return network;
  const nodes = network.nodes.filter((node) => node !== last);
  return rewired(network, nodes, new Map([[last.name, last.inputs[0]]]));
}

/**
 * Splits each layer and root-mean-square normalization into the normalization without parameters (`name.normalized`) and a
 * scale with its weights and bias (`name`), so that they can have rules of their own; gives a new network.
 *
 * @example
 * ```ts
 * import { layerNorm } from "@relprop/lrp/layers";
 * import { sequential, splitLayerNorm } from "@relprop/lrp/networks";
 * import { tensor } from "@relprop/lrp/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * const network = splitLayerNorm(sequential({ norm: layerNorm({ weights: tensor([2, 2]) }) }));
 * assertEquals(network.nodes.map(({ name, layer }) => [name, layer.kind]), [
 *   ["norm.normalized", "layerNorm"],
 *   ["norm", "scale"],
 * ]);
 * ```
 */
export function splitLayerNorm(network: Network): Network {
  requireNetwork(network, "split layer normalizations");
  const nodes = network.nodes.flatMap((node) => {
    const { name, layer, inputs } = node;
    const { weights, bias } = layer.parameters;
    if (!["layerNorm", "rmsNorm"].includes(layer.kind) || weights === undefined) return [node];
    const epsilon = layer.settings.epsilon as number;
    const plain = layer.kind === "layerNorm" ? layerNorm({ epsilon }) : rmsNorm({ epsilon });
    return [
      { name: `${name}.normalized`, layer: plain, inputs },
      { name, layer: scale({ weights, bias }), inputs: [`${name}.normalized`] },
    ];
  });
  return rewired(network, nodes, new Map());
}
