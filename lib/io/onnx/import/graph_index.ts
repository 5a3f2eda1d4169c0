import type { Failure } from "../../failure.ts";
import type { OnnxGraph, OnnxNode } from "../model.ts";
import { knownTensor } from "./import_value.ts";

/** A graph with the nodes that make and read each name. */
export class GraphIndex {
  /** The nodes, each after those that it reads from. */
  readonly nodes: readonly OnnxNode[];
  readonly #graph: OnnxGraph;
  readonly #fail: Failure;
  readonly #makers = new Map<string, OnnxNode>();
  readonly #readers = new Map<string, OnnxNode[]>();

  constructor(graph: OnnxGraph, nodes: readonly OnnxNode[], fail: Failure) {
    this.#graph = graph;
    this.#fail = fail;
    for (const node of nodes) {
      for (const name of node.outputs) {
        if (name === "") continue;
        if (this.#makers.has(name) || graph.initializers.has(name)) {
          throw fail(`each value must have a name of its own, got ${JSON.stringify(name)} twice`);
        }
        this.#makers.set(name, node);
      }
      for (const name of new Set(node.inputs)) {
        this.#readers.set(name, [...this.#readers.get(name) ?? [], node]);
      }
    }
    this.nodes = this.#sorted();
  }

  /** The node that makes a value; undefined for inputs and constants of the file. */
  makerOf(name: string): OnnxNode | undefined {
    return this.#makers.get(name);
  }

  /** The nodes that read a value. */
  readersOf(name: string): readonly OnnxNode[] {
    return this.#readers.get(name) ?? [];
  }

  /** The only node that reads a value, when it is not an output. */
  onlyReaderOf(name: string): OnnxNode | undefined {
    const readers = this.readersOf(name);
    const leaves = this.#graph.outputs.some((output) => output.name === name);
    return readers.length === 1 && !leaves ? readers[0] : undefined;
  }

  /** Whether a value is a constant of the file. */
  isConstant(name: string): boolean {
    return this.#graph.initializers.has(name) || this.#makers.get(name)?.operator === "Constant";
  }

  /** The number that a constant is; undefined for other values. */
  scalar(name: string | undefined): number | undefined {
    if (name === undefined) return undefined;
    const maker = this.#makers.get(name);
    const attribute = maker?.operator === "Constant" ? maker.attributes.get("value") : undefined;
    const tensor = this.#graph.initializers.get(name) ??
      (attribute?.kind === "tensor" ? attribute.value : undefined);
    if (tensor === undefined || tensor.shape.some((size) => size !== 1)) return undefined;
    const [value] = Array.from(knownTensor(tensor, this.#fail).data);
    return typeof value === "number" ? value : undefined;
  }

  /** The nodes in an order in which they can run. */
  #sorted(): OnnxNode[] {
    const sorted: OnnxNode[] = [];
    const state = new Map<OnnxNode, "open" | "done">();
    // Without recursion: a long chain would be too deep for it.
    for (const start of new Set(this.#makers.values())) {
      const stack: OnnxNode[] = [start];
      while (stack.length > 0) {
        const node = stack.at(-1)!;
        if (state.get(node) === "done") {
          stack.pop();
          continue;
        }
        const before = [...this.#before(node)].filter((other) => state.get(other) !== "done");
        if (before.length === 0) {
          state.set(node, "done");
          sorted.push(node);
          stack.pop();
          continue;
        }
        state.set(node, "open");
        const again = before.find((other) => state.get(other) === "open");
        if (again) {
          throw this.#fail(
            `the graph must have no cycle, got one through node ${
              JSON.stringify(again.name || again.outputs[0])
            }`,
          );
        }
        stack.push(before[0]!);
      }
    }
    return sorted;
  }

  *#before(node: OnnxNode): Iterable<OnnxNode> {
    for (const name of node.inputs) {
      const maker = this.#makers.get(name);
      if (maker) yield maker;
    }
  }
}
