import type { Layer } from "../layers/mod.ts";
import { described } from "../described.ts";
import { requireOptions } from "../options.ts";
import type { NumericArray } from "../tensor/mod.ts";
import { Network, type NetworkNode } from "./network.ts";

/** What layers are added to. */
export interface LayerSink {
  /** Adds a learned value that does not depend on the input; gives its name back. */
  constant(name: string, value: NumericArray): string;
  /** Adds a layer that reads values; gives the name of its output back, which is its own. */
  add(name: string, layer: Layer, ...inputs: readonly string[]): string;
}

/** Collects the parts of a network, and makes it. */
export class NetworkBuilder implements LayerSink {
  readonly #inputs: string[] = [];
  readonly #nodes: NetworkNode[] = [];
  readonly #constants: Record<string, NumericArray> = {};

  /** Adds an input; gives its name back, to be read by layers. */
  input(name: string): string {
    this.#inputs.push(name);
    return name;
  }

  /** Adds a learned value that does not depend on the input; gives its name back. */
  constant(name: string, value: NumericArray): string {
    this.#constants[name] = value;
    return name;
  }

  /** Adds a layer that reads values; gives the name of its output back, which is its own. */
  add(name: string, layer: Layer, ...inputs: readonly string[]): string {
    this.#nodes.push({ name, layer, inputs });
    return name;
  }

  /** Makes the network whose output is the given value. */
  build(output: string, options: { labels?: readonly string[] | undefined } = {}): Network {
    requireOptions(options, { action: "make a network", known: ["labels"] });
    return new Network({
      inputs: this.#inputs,
      nodes: this.#nodes,
      constants: this.#constants,
      output,
      labels: options.labels,
    });
  }
}

/**
 * Starts a network with branches.
 *
 * @example A residual connection
 * ```ts
 * import { add, dense, relu } from "@relprop/lrp/layers";
 * import { networkBuilder, runNetwork } from "@relprop/lrp/networks";
 * import { tensor } from "@relprop/lrp/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * const builder = networkBuilder();
 * const x = builder.input("x");
 * const hidden = builder.add("relu", relu(), builder.add("dense", dense({ weights: tensor([[2]]) }), x));
 * const network = builder.build(builder.add("sum", add(), x, hidden));
 * assertEquals(runNetwork(network, tensor([[3]])).output.get(0, 0), 9); // 3 + max(0, 2 · 3)
 * ```
 */
export function networkBuilder(): NetworkBuilder {
  return new NetworkBuilder();
}

/**
 * A network of layers one after the other.
 *
 * @param layers The layers by name, or a list that gets the names `0`, `1`, … as in PyTorch.
 * @throws {TypeError} If an option is not known, or the layers are none.
 *
 * @example
 * ```ts
 * import { dense, relu } from "@relprop/lrp/layers";
 * import { runNetwork, sequential } from "@relprop/lrp/networks";
 * import { tensor } from "@relprop/lrp/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * const network = sequential({ hidden: dense({ weights: tensor([[1, -1]]) }), relu: relu() });
 * assertEquals(runNetwork(network, tensor([[5, 2]])).output.get(0, 0), 3);
 * ```
 */
export function sequential(
  layers: readonly Layer[] | Readonly<Record<string, Layer>>,
  options: { input?: string | undefined; labels?: readonly string[] | undefined } = {},
): Network {
  requireOptions(options, { action: "make a network", known: ["input", "labels"] });
  if (typeof layers !== "object" || layers === null) {
    throw new TypeError(
      `Cannot make a network: layers must be in a list, or by name in an object, got ${described(layers)}`,
    );
  }
  const builder = networkBuilder();
  const output = Object.entries(layers).reduce(
    (value, [name, layer]) => builder.add(name, layer, value),
    builder.input(options.input ?? "input"),
  );
  return builder.build(output, { labels: options.labels });
}
