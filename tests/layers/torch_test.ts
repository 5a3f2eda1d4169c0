import { causalMask, rotary, silu } from "../../lib/layers/mod.ts";
import {
  gatedMlp,
  gradient,
  gru,
  lstm,
  multiHeadAttention,
  type Network,
  networkBuilder,
  propagateRelevance,
  type RecurrenceParameters,
  runNetwork,
  unrollRecurrence,
} from "../../lib/networks/mod.ts";
import { type Tensor, tensor } from "../../lib/tensor/mod.ts";
import { assertClose } from "../support/assert_close.ts";
import { layerOf } from "../support/peer_layers.ts";

interface StoredArray {
  shape: number[];
  values: number[];
}
interface Case {
  layer: string;
  options: Record<string, unknown>;
  parameters: Record<string, StoredArray>;
  inputs: StoredArray[];
  seed: StoredArray;
  output: StoredArray;
  gradients: StoredArray[];
}
const { cases } = JSON.parse(
  await Deno.readTextFile(new URL("../fixtures/torch/layers.json", import.meta.url)),
) as { cases: Case[] };
const read = ({ shape, values }: StoredArray): Tensor => tensor(values, shape);

/** A network of the one layer or block that the case is about. */
function networkOf({ layer, options, inputs }: Case, parameters: Record<string, Tensor>): Network {
  const builder = networkBuilder();
  const names = inputs.map((_, i) => builder.input(`input ${i}`));
  const projections = Object.fromEntries(
    Object.entries(parameters).map(([name, weights]) => [name, { weights }]),
  );
  if (layer === "multiHeadAttention") {
    const { heads, keyValueHeads, causal, rotary: turn, size } = options as Record<string, number>;
    const { query, key, value, output } = projections;
    return builder.build(multiHeadAttention(builder, "attention", names[0], {
      heads,
      keyValueHeads,
      query,
      key,
      value,
      output,
      mask: causal ? causalMask(8) : undefined,
      positions: turn ? rotary({ steps: 8, size }) : undefined,
    }));
  }
  if (layer === "gatedMlp") {
    const { gate, up, down } = projections;
    return builder.build(gatedMlp(builder, "mlp", names[0], { gate, up, down, activation: silu() }));
  }
  if (layer === "lstm" || layer === "gru") {
    const side = (name: string): RecurrenceParameters =>
      Object.fromEntries(
        Object.entries(parameters).flatMap(([key, value]) =>
          key.startsWith(`${name}.`) ? [[key.slice(name.length + 1), value]] : []
        ),
      ) as unknown as RecurrenceParameters;
    const directions = {
      forward: side("forward"),
      ...options.bidirectional ? { reverse: side("reverse") } : {},
    };
    return builder.build(builder.add("layer", (layer === "lstm" ? lstm : gru)(directions), names[0]));
  }
  return builder.build(builder.add("layer", layerOf(layer, options, parameters), ...names));
}

for (const [index, given] of cases.entries()) {
  Deno.test(`PyTorch ${index}: output and gradient of ${given.layer} ${JSON.stringify(given.options)}`, () => {
    const parameters = Object.fromEntries(
      Object.entries(given.parameters).map(([name, array]) => [name, read(array)]),
    );
    const network = networkOf(given, parameters);
    const run = runNetwork(
      network,
      Object.fromEntries(given.inputs.map((array, i) => [network.inputs[i], read(array)])),
    );
    // Values of order 1 to 100, sums of up to 100 products in another order.
    const tolerance = { absolute: 1e-12, relative: 1e-12 };
    assertClose(run.output, read(given.output), tolerance);
    const { relevance } = propagateRelevance(network, run, { composite: gradient(), seed: read(given.seed) });
    for (const [i, expected] of given.gradients.entries()) {
      assertClose(relevance.get(network.inputs[i])!, read(expected), tolerance);
    }
    if (given.layer !== "lstm" && given.layer !== "gru") return;
    const unrolled = unrollRecurrence(network, { steps: given.inputs[0].shape[1] });
    assertClose(runNetwork(unrolled, read(given.inputs[0])).output, read(given.output), tolerance);
  });
}
