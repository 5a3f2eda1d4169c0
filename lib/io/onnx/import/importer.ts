import { UnsupportedLayerError } from "../../../errors.ts";
import type { OnnxImportOptions, OnnxNetwork } from "./network_from_onnx.ts";
import { failure } from "../../failure.ts";
import { ATTENTION_NODES } from "./attention_nodes.ts";
import type { Layer } from "../../../layers/mod.ts";
import type { NumericArray } from "../../../tensor/mod.ts";
import { Network, type NetworkNode } from "../../../networks/mod.ts";
import { type Size, StagedGraph, stagedOps } from "../../../ops/mod.ts";
import type { OnnxModel, OnnxNode } from "../model.ts";
import { ESTIMATOR_NODES } from "./estimator_nodes.ts";
import { type Fold, FOLDS } from "./fold.ts";
import { GraphIndex } from "./graph_index.ts";
import {
  arrayOf,
  type ImportValue,
  isWhole,
  type Known,
  known,
  knownTensor,
  type Signal,
} from "./import_value.ts";
import { fusedDense, fusedSoftmax, JOINING_NODES } from "./joining_nodes.ts";
import { type ImportSink, NodeContext } from "./node_context.ts";
import { withPatterns } from "./patterns.ts";
import { PLAIN_NODES } from "./plain_nodes.ts";
import { POOLING_NODES } from "./pooling_nodes.ts";
import { RECURRENT_NODES } from "./recurrent_nodes.ts";
import { requireImportOptions } from "./require_import_options.ts";
import { ROUTING_NODES } from "./routing_nodes.ts";
import { type Translation, WEIGHTED_NODES } from "./weighted_nodes.ts";

const TRANSLATIONS: Readonly<Record<string, Translation>> = {
  ...WEIGHTED_NODES,
  ...PLAIN_NODES,
  ...POOLING_NODES,
  ...ROUTING_NODES,
  ...JOINING_NODES,
  ...RECURRENT_NODES,
  ...ATTENTION_NODES,
};
/** What is covered of each set of operators; the standard one has two names. */
const DOMAINS: Readonly<Record<string, Readonly<Record<string, Translation>>>> = {
  "": TRANSLATIONS,
  "ai.onnx": TRANSLATIONS,
  "ai.onnx.ml": ESTIMATOR_NODES,
};
const OLDEST = 11;
const NEWEST = 25;

/** Reads one model, node by node. */
export class Importer implements ImportSink {
  readonly operatorSet: number;
  readonly #model: OnnxModel;
  readonly #options: OnnxImportOptions;
  readonly #nodes: NetworkNode[] = [];
  readonly #constants: Record<string, NumericArray> = {};
  readonly #staging = new StagedGraph();
  readonly #ops = stagedOps(this.#staging);
  readonly #values = new Map<string, ImportValue>();
  readonly #shapes: Record<string, readonly Size[]> = {};
  readonly #signals: Signal[] = [];
  readonly #used = new Set<string>();
  readonly #fused = new Set<OnnxNode>();
  readonly #output: string;
  readonly #index: GraphIndex;

  constructor(model: OnnxModel, options: OnnxImportOptions) {
    const fail = failure("ONNX", undefined);
    requireImportOptions(model, options);
    this.#model = model;
    this.#options = options;
    this.operatorSet = model.operatorSets.get("") ?? 0;
    if (this.operatorSet < OLDEST || this.operatorSet > NEWEST) {
      throw fail(`the operator set must be from ${OLDEST} to ${NEWEST}, got ${this.operatorSet}`);
    }
    const { graph } = model;
    // Classifiers of scikit-learn give a label first, which is no score.
    const scores = graph.outputs.find(({ elementType }) =>
      elementType !== undefined && !isWhole(elementType)
    );
    const output = options.output ?? (scores ?? graph.outputs[0])?.name;
    if (output === undefined || !graph.outputs.some(({ name }) => name === output)) {
      throw fail(
        `the output must be one of ${graph.outputs.map(({ name }) => name).join(", ")}, got ${output}`,
      );
    }
    this.#output = output;
    const plain = new GraphIndex(graph, graph.nodes, fail);
    this.#index = new GraphIndex(graph, needed(withPatterns(plain), output), fail);
    for (const [name, tensor] of graph.initializers) this.#lazy(name, () => knownTensor(tensor, fail));
    for (const { name, elementType = 1, shape } of graph.inputs) {
      if (graph.initializers.has(name)) continue;
      const sizes = options.shapes?.[name] ??
        shape?.map((size, axis) =>
          typeof size === "number" || /^[\w.]+$/.test(size) ? size : openSize(name, axis)
        );
      if (sizes === undefined) throw fail(`the sizes of input ${JSON.stringify(name)} must be given`);
      this.#shapes[name] = sizes;
      this.#used.add(name);
      const signal: Signal = { kind: "signal", name, shape: sizes, whole: isWhole(elementType) };
      this.#values.set(name, signal);
      this.#signals.push(signal);
      this.#staging.input(name, sizes);
    }
    for (const node of this.#index.nodes) {
      const missing = node.inputs.find((name) =>
        name !== "" && !this.#values.has(name) && !this.#pending.has(name) && !this.#index.makerOf(name)
      );
      if (missing !== undefined) {
        throw fail(
          `node ${JSON.stringify(node.name || node.outputs[0])} must read values that are there, got ${
            JSON.stringify(missing)
          }`,
        );
      }
    }
  }

  readonly #pending = new Map<string, () => ImportValue>();

  #lazy(name: string, make: () => ImportValue): void {
    this.#pending.set(name, make);
  }

  valueOf(name: string): ImportValue | undefined {
    const value = this.#values.get(name);
    if (value) return value;
    const made = this.#pending.get(name)?.();
    if (made) this.#values.set(name, made);
    return made;
  }

  add(name: string, layer: Layer, inputs: readonly Signal[], shape?: readonly Size[]): Signal {
    const before = layer.kind === "transpose" ? this.#undone(layer, inputs[0]!) : undefined;
    if (before) return before;
    const free = this.#free(name);
    const sizes = shape ?? this.#shapeOf(layer, inputs);
    this.#nodes.push({ name: free, layer, inputs: inputs.map((input) => input.name) });
    const signal: Signal = { kind: "signal", name: free, shape: sizes, whole: false };
    this.#signals.push(signal);
    return signal;
  }

  constant(name: string, value: Known): Signal {
    const free = this.#free(name);
    this.#constants[free] = arrayOf(value, (requirement) => new TypeError(requirement));
    return { kind: "signal", name: free, shape: value.shape, whole: value.whole };
  }

  isRead(name: string): boolean {
    return name === this.#output || this.#index.readersOf(name).length > 0;
  }

  signalWith(size: string, axis: number): Signal | undefined {
    return this.#signals.find(({ shape }) => shape[axis] === size);
  }

  run(): OnnxNetwork {
    for (const node of this.#index.nodes) if (!this.#fused.has(node)) this.#translate(node);
    const output = this.valueOf(this.#output);
    if (output?.kind !== "signal") {
      throw failure("ONNX", undefined)(`the output ${JSON.stringify(this.#output)} must depend on the input`);
    }
    const shapes = this.#shapes;
    const { labels } = this.#options;
    const classes = output.shape.at(-1);
    if (labels && typeof classes === "number" && labels.length !== classes) {
      throw failure("ONNX", undefined)(`labels must be one per output, got ${labels.length} for ${classes}`);
    }
    const read = new Set([output.name]);
    const nodes = this.#nodes.toReversed().filter(({ name, inputs }) => {
      if (read.has(name)) inputs.forEach((input) => read.add(input));
      return read.has(name);
    });
    const network = new Network({
      inputs: Object.keys(shapes),
      nodes: nodes.reverse(),
      constants: Object.fromEntries(Object.entries(this.#constants).filter(([name]) => read.has(name))),
      output: output.name,
      labels: this.#options.labels,
    });
    return { network, shapes };
  }

  /** What stood before two transpositions that undo each other. */
  #undone(layer: Layer, { name }: Signal): Signal | undefined {
    const maker = this.#nodes.find((node) => node.name === name);
    if (maker?.layer.kind !== "transpose") return undefined;
    const [first, second] = [maker.layer, layer].map(({ settings }) => settings.order as readonly number[]);
    const identity = second!.every((axis, i) => first![axis] === i);
    return identity ? this.#signals.find((signal) => signal.name === maker.inputs[0]) : undefined;
  }

  #translate(node: OnnxNode): void {
    const context = new NodeContext(node, this);
    const translations = DOMAINS[node.domain];
    if (translations === undefined) throw context.fail("the operator must be a standard one");
    if (node.operator === "Constant") {
      this.#values.set(node.outputs[0]!, constantOf(context));
      return;
    }
    const inputs = node.inputs.filter((name) => name !== "").map((name) => this.valueOf(name)!);
    const fold: Fold | undefined = translations === TRANSLATIONS ? FOLDS[node.operator] : undefined;
    if (fold && inputs.every((input): input is Known => input.kind === "known")) {
      this.#values.set(node.outputs[0]!, fold(context, inputs));
      return;
    }
    const translation = translations[node.operator];
    if (translation === undefined) {
      throw context.fail(
        fold ? "it must read constants and sizes only" : "the operator must be one that is covered",
      );
    }
    const result = attempt(context, () => this.#fuse(context) ?? translation(context));
    context.requireAllRead();
    const results: readonly ImportValue[] = Array.isArray(result) ? result : [result as ImportValue];
    node.outputs.forEach((name, i) => {
      if (results[i]) this.#values.set(name, results[i]);
      else if (name !== "" && this.isRead(name)) throw context.fail(`output ${i} must not be read`);
    });
  }

  /** One layer for a node and the one after it. */
  #fuse(context: NodeContext): Signal | undefined {
    const { operator, outputs } = context.node;
    const after = this.#index.onlyReaderOf(outputs[0]!);
    if (after?.domain !== "") return undefined;
    let made: Signal | undefined;
    if (operator === "MatMul" && after?.operator === "Add") {
      made = fusedDense(context, after, (name) => this.valueOf(name));
    } else if ((operator === "Div" || operator === "Mul") && after?.operator === "Softmax") {
      made = fusedSoftmax(context, new NodeContext(after, this));
    }
    if (!made) return undefined;
    this.#fused.add(after!);
    this.#values.set(after!.outputs[0]!, made);
    return made;
  }

  #shapeOf(layer: Layer, inputs: readonly Signal[]): readonly Size[] {
    const staged = inputs.map(({ name, shape }) => this.#staging.input(`shape of ${name}`, shape));
    return layer.forward(this.#ops, staged).shape;
  }

  /** A name that no other value of the network has. */
  #free(wanted: string): string {
    const plain = wanted.replace(/^\//, "").replace(/_output_0$/, "") || "value";
    let name = plain;
    for (let i = 2; this.#used.has(name); i++) name = `${plain}.${i}`;
    this.#used.add(name);
    return name;
  }
}

/** A name for a size that has none, or one that reads like a calculation. */
function openSize(name: string, axis: number): string {
  return `${name.replaceAll(/\W+/g, "_")}.${axis}`;
}

/** Does something for a node; what a layer refuses names the node. */
function attempt<R>(context: NodeContext, work: () => R): R {
  try {
    return work();
  } catch (error) {
    // Layers refuse shapes and options with errors of range and type, of which those of the importer are kinds.
    if (error instanceof UnsupportedLayerError || !(error instanceof RangeError)) throw error;
    throw context.fail(error.message);
  }
}

/** The nodes that an output needs. */
function needed(nodes: readonly OnnxNode[], output: string): OnnxNode[] {
  const names = new Set([output]);
  const kept: OnnxNode[] = [];
  for (const node of nodes.toReversed()) {
    if (!node.outputs.some((name) => names.has(name))) continue;
    node.inputs.forEach((name) => names.add(name));
    kept.push(node);
  }
  return kept.reverse();
}

function constantOf(context: NodeContext): Known {
  const fail = (requirement: string): never => {
    throw context.fail(requirement);
  };
  for (const [name, attribute] of context.node.attributes) {
    if (attribute.kind === "tensor") return knownTensor(attribute.value, fail);
    if (attribute.kind === "float") return known([attribute.value], [], false);
    if (attribute.kind === "integer") return known([attribute.value], [], true);
    if (attribute.kind === "floats" || attribute.kind === "integers") {
      return known(attribute.value, [attribute.value.length], attribute.kind === "integers");
    }
    throw context.fail(`attribute ${JSON.stringify(name)} must hold numbers, got ${attribute.kind}`);
  }
  throw context.fail("a constant must have a value");
}
