import { UnsupportedLayerError } from "../../../errors.ts";
import type { Layer } from "../../../layers/mod.ts";
import type { NumericArray } from "../../../tensor/mod.ts";
import type { Size } from "../../../ops/mod.ts";
import type { OnnxAttribute, OnnxNode } from "../model.ts";
import { arrayOf, type ImportValue, type Known, numbersOf, type Signal } from "./import_value.ts";

/** What the importer offers to the translation of one node. */
export interface ImportSink {
  /** The version of the standard operators. */
  readonly operatorSet: number;
  /** The value of a name; undefined for an optional input that is not given. */
  valueOf(name: string): ImportValue | undefined;
  /** Adds a layer under a name that is still free; a shape is given where staging cannot find it. */
  add(name: string, layer: Layer, inputs: readonly Signal[], shape?: readonly Size[]): Signal;
  /** Makes a signal of a known value. */
  constant(name: string, value: Known): Signal;
  /** Whether a node reads a name, or it is the output. */
  isRead(name: string): boolean;
  /** A signal of the network that has a size along an axis. */
  signalWith(size: string, axis: number): Signal | undefined;
}

const decoder = new TextDecoder();

/** Attributes that say again what inputs say, or matter in training or to the precision only. */
const IDLE: ReadonlySet<string> = new Set([
  "activation_alpha",
  "activation_beta",
  "classlabels_ints",
  "classlabels_strings",
  "consumed_inputs",
  "hidden_size",
  "kernel_shape",
  "momentum",
  "multi_class",
  "noop_with_empty_axes",
  "qk_matmul_output_mode",
  "ratio",
  "seed",
  "softmax_precision",
  "spatial",
  "stash_type",
  "storage_order",
  "targets",
]);

/** One node and what it reads, with errors that say where they come from. */
export class NodeContext {
  readonly node: OnnxNode;
  readonly sink: ImportSink;
  readonly #seen = new Set<string>();

  constructor(node: OnnxNode, sink: ImportSink) {
    this.node = node;
    this.sink = sink;
  }

  /** The name of the node in the model, or of its output. */
  get label(): string {
    return this.node.name || this.node.outputs[0] || "";
  }

  /** The error of a node that cannot be translated. */
  fail(requirement: string): UnsupportedLayerError {
    const { operator, domain } = this.node;
    const called = domain === "" ? operator : `${domain}.${operator}`;
    return new UnsupportedLayerError(
      `Cannot import node ${
        JSON.stringify(this.label)
      } (${called}, operator set ${this.sink.operatorSet}): ${requirement}`,
      { layer: this.label },
    );
  }

  /** An input; undefined when it is not given. */
  input(index: number): ImportValue | undefined {
    const name = this.node.inputs[index];
    return name ? this.sink.valueOf(name) : undefined;
  }

  /** All inputs that are given. */
  inputs(): ImportValue[] {
    return this.node.inputs.map((_, i) => this.required(i));
  }

  /** An input that must be given. */
  required(index: number): ImportValue {
    const value = this.input(index);
    if (value === undefined) throw this.fail(`input ${index} must be given`);
    return value;
  }

  /** An input that must depend on the input of the model. */
  signal(index: number): Signal {
    const value = this.required(index);
    if (value.kind === "signal") return value;
    throw this.fail(`input ${index} must depend on the input of the model, got a constant`);
  }

  /** An input as a signal; a constant becomes one. */
  asSignal(index: number): Signal {
    const value = this.required(index);
    if (value.kind === "signal") return value;
    if (value.kind === "known") return this.sink.constant(this.node.inputs[index]!, value);
    throw this.fail(`input ${index} must be a signal or a constant, got numbers up to ${value.size}`);
  }

  /** An input that must be a constant; undefined when it is not given. */
  known(index: number): Known | undefined {
    const value = this.input(index);
    if (value === undefined || value.kind === "known") return value;
    throw this.fail(`input ${index} must be a constant`);
  }

  /** A constant input as an array; undefined when it is not given. */
  array(index: number): NumericArray | undefined {
    const value = this.known(index);
    return value && arrayOf(value, (requirement) => this.fail(requirement));
  }

  /** A constant input as numbers; undefined when it is not given. */
  numbers(index: number): number[] | undefined {
    const value = this.known(index);
    return value && numbersOf(value, (requirement) => this.fail(requirement));
  }

  /** A number attribute. */
  number(name: string, otherwise: number): number {
    const attribute = this.#attribute(name);
    if (attribute === undefined) return otherwise;
    if (attribute.kind === "float" || attribute.kind === "integer") return attribute.value;
    throw this.wrong(name, "a number", attribute);
  }

  /** A list of whole numbers; undefined when it is not given. */
  integers(name: string): readonly number[] | undefined {
    const attribute = this.#attribute(name);
    if (attribute === undefined || attribute.kind === "integers") return attribute?.value;
    throw this.wrong(name, "a list of whole numbers", attribute);
  }

  /** A list of numbers; undefined when it is not given. */
  floats(name: string): readonly number[] | undefined {
    const attribute = this.#attribute(name);
    if (attribute === undefined || attribute.kind === "floats") return attribute?.value;
    throw this.wrong(name, "a list of numbers", attribute);
  }

  /** A list of texts; undefined when it is not given. */
  texts(name: string): readonly string[] | undefined {
    const attribute = this.#attribute(name);
    if (attribute === undefined) return undefined;
    if (attribute.kind === "texts") return attribute.value.map((text) => decoder.decode(text));
    throw this.wrong(name, "a list of texts", attribute);
  }

  /** A text attribute. */
  text(name: string, otherwise: string): string {
    const attribute = this.#attribute(name);
    if (attribute === undefined) return otherwise;
    if (attribute.kind === "text") return decoder.decode(attribute.value);
    throw this.wrong(name, "a text", attribute);
  }

  /** Throws if there is an attribute that was not read, and that could make a difference. */
  requireAllRead(): void {
    for (const name of this.node.attributes.keys()) {
      if (this.#seen.has(name) || IDLE.has(name)) continue;
      throw this.fail(`attribute ${JSON.stringify(name)} must be one that is covered`);
    }
  }

  #attribute(name: string): OnnxAttribute | undefined {
    this.#seen.add(name);
    return this.node.attributes.get(name);
  }

  /** Axes that older operator sets give as an attribute and newer ones as an input. */
  axes(index: number): readonly number[] | undefined {
    return this.integers("axes") ?? this.numbers(index);
  }

  /** An axis counted from the front. */
  front(axis: number, rank: number): number {
    const front = axis < 0 ? axis + rank : axis;
    if (Number.isInteger(front) && front >= 0 && front < rank) return front;
    throw this.fail(`an axis must lie within the ${rank} axes of its value, got ${axis}`);
  }

  /** Adds a layer that reads signals. */
  add(layer: Layer, ...inputs: readonly Signal[]): Signal {
    return this.sink.add(this.label, layer, inputs);
  }

  wrong(name: string, wanted: string, attribute: OnnxAttribute): UnsupportedLayerError {
    return this.fail(`attribute ${JSON.stringify(name)} must be ${wanted}, got ${attribute.kind}`);
  }
}
