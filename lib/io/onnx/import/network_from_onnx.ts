import type { Network } from "../../../networks/mod.ts";
import type { Size } from "../../../ops/mod.ts";
import type { OnnxModel } from "../model.ts";
import { Importer } from "./importer.ts";

/** The options of {@linkcode networkFromOnnx}. */
export interface OnnxImportOptions {
  /**
   * The sizes of inputs by name, where they are to be others than the file says: numbers, and names for sizes that may
   * differ from run to run.
   */
  readonly shapes?: Readonly<Record<string, readonly Size[]>> | undefined;
  /** The output to explain. Default: the first that is no whole number, such as the label that a classifier gives. */
  readonly output?: string | undefined;
  /** The names of the classes, one per output. */
  readonly labels?: readonly string[] | undefined;
}

/** A network that was read from an ONNX model. */
export interface OnnxNetwork {
  /** The network. */
  readonly network: Network;
  /** The sizes of each of its inputs, by name: what {@linkcode compile} asks for. */
  readonly shapes: Readonly<Record<string, readonly Size[]>>;
}

/**
 * Turns an ONNX model into a network: what exporters take apart (normalizations, GELU, SiLU, products with a bias) is put
 * together again, what depends on sizes only is computed, and each other node becomes a layer of the node's name.
 *
 * Operator sets 11 to 25 of the standard operators. What is not covered is an error that names node, operator and operator
 * set; nothing is passed over.
 *
 * @throws {TypeError} If this is no model, or an option is not known.
 * @throws {RangeError} If a shape is for no input of the model.
 * @throws {UnsupportedLayerError} If a node is not covered, or not in the form it has.
 * @throws {FormatError} If the graph reads values that nothing makes, makes one twice, or has a cycle.
 *
 * @example One node
 * ```ts
 * import { networkFromOnnx } from "@relprop/lrp/io";
 * import { assertEquals } from "@std/assert";
 *
 * const node = { operator: "Relu", domain: "", name: "act", inputs: ["x"], outputs: ["y"], attributes: new Map() };
 * const value = (name: string) => ({ name, elementType: 1, shape: ["N", 2] });
 * const graph = {
 *   name: "g", nodes: [node], initializers: new Map(), inputs: [value("x")], outputs: [value("y")], values: [],
 * };
 * const { network, shapes } = networkFromOnnx({
 *   formatVersion: 8, producer: "hand", operatorSets: new Map([["", 17]]), graph, metadata: new Map(), functions: [],
 * });
 * assertEquals(network.nodes.map(({ name, layer }) => [name, layer.kind]), [["act", "relu"]]);
 * assertEquals(shapes, { x: ["N", 2] });
 * ```
 */
export function networkFromOnnx(model: OnnxModel, options: OnnxImportOptions = {}): OnnxNetwork {
  return new Importer(model, options).run();
}
