import { stagedValue } from "./make_value.ts";
import { ShapeError } from "../../errors.ts";
import { contiguous, type Tensor, tensor } from "../../tensor/mod.ts";
import { neededNodes } from "./needed_nodes.ts";
import type { Size } from "./size.ts";
import type {
  Facts,
  StagedAttribute,
  StagedBody,
  StagedConstant,
  StagedNode,
  StagedType,
  StagedValue,
} from "./staged_value.ts";

/** Constants up to this many numbers are the same when their numbers are. */
const COMPARED = 4096;

/** What an emitted node gives. */
export interface StagedResult {
  /** Its sizes. */
  readonly shape: readonly Size[];
  /** What its elements are. Default float. */
  readonly type?: StagedType | undefined;
  /** What is known about it. */
  readonly facts?: Facts | undefined;
}

/** The step of a scan while it is written. */
interface OpenBody {
  readonly nodes: StagedNode[];
  /** The names of what depends on its inputs. */
  readonly names: Set<string>;
  /** Sizes that only values of the step have. */
  readonly sizes: string[];
}

/** A graph in the making: nodes in the order in which they can run, and constants. */
export class StagedGraph {
  /** Whether equal nodes are written once, and known facts save nodes. */
  readonly optimize: boolean;
  readonly #nodes: StagedNode[] = [];
  readonly #constants = new Map<string, StagedConstant>();
  readonly #byKey = new Map<string, readonly StagedValue[]>();
  readonly #byTensor = new Map<Tensor, StagedValue>();
  readonly #reserved = new Map<Tensor, string>();
  readonly #holders = new Map<string, { readonly value: StagedValue; readonly axis: number }>();
  readonly #names: string[] = [];
  readonly #bodies: OpenBody[] = [];
  #count = 0;

  /** Starts an empty graph. */
  constructor(options: { optimize?: boolean | undefined } = {}) {
    this.optimize = options.optimize ?? true;
  }

  /** Adds an input. */
  input(name: string, shape: readonly Size[], type: StagedType = "float", facts: Facts = {}): StagedValue {
    const value = stagedValue({ name, shape, type, facts });
    this.#hold(value);
    return value;
  }

  /** The name that a tensor is to have, should it become a constant of the graph. */
  reserve(value: Tensor, name: string): void {
    this.#reserved.set(value, name);
  }

  /** A constant; the same tensor is written once. */
  constant(value: Tensor): StagedValue {
    const known = this.#byTensor.get(value);
    if (known) return known;
    const name = this.#reserved.get(value);
    const compared = value.size <= COMPARED && name === undefined;
    const key = compared ? `constant [${value.shape}] ${contiguous(value).join()}` : undefined;
    const same = key === undefined ? undefined : this.#byKey.get(key);
    const made = same?.[0] ?? stagedValue({
      name: name ?? `constant_${this.#count++}`,
      shape: value.shape,
      type: "float",
      facts: { data: value, constant: true },
    });
    this.#byTensor.set(value, made);
    if (key !== undefined) this.#byKey.set(key, [made]);
    this.#constants.set(made.name, { type: "float", value: made.facts.data! });
    return made;
  }

  /** A constant of whole numbers, for sizes and axes. */
  integers(values: readonly number[], scalar = false): StagedValue {
    const name = `integers_${scalar ? "scalar_" : ""}${values.map((v) => v < 0 ? `m${-v}` : v).join("_")}`;
    if (!this.#constants.has(name)) this.#constants.set(name, { type: "integer", values, scalar });
    return stagedValue({
      name,
      shape: scalar ? [] : [values.length],
      type: "integer",
      facts: { constant: true },
    });
  }

  /** Writes a node with one output. */
  emit(
    operator: string,
    inputs: readonly StagedValue[],
    result: StagedResult,
    attributes: Readonly<Record<string, StagedAttribute>> = {},
  ): StagedValue {
    return this.emitAll(operator, inputs, [result], attributes)[0]!;
  }

  /** Writes a node, or finds the same one written before. */
  emitAll(
    operator: string,
    inputs: readonly StagedValue[],
    results: readonly StagedResult[],
    attributes: Readonly<Record<string, StagedAttribute>> = {},
  ): readonly StagedValue[] {
    const names = inputs.map(({ name }) => name);
    const key = `${operator}(${names.join()})${JSON.stringify(attributes)}`;
    const same = this.optimize ? this.#byKey.get(key) : undefined;
    if (same) return same;
    const constant = inputs.every((input) => input.facts.constant);
    const number = this.#count++;
    const values = results.map(({ shape, type = "float", facts = {} }, i) =>
      stagedValue({
        name: `${operator}_${number}${i === 0 ? "" : `_${i}`}`,
        shape,
        type,
        facts: constant ? { ...facts, constant } : facts,
      })
    );
    const body = this.#bodyOf(names);
    this.#push({ operator, inputs: names, outputs: values.map(({ name }) => name), attributes }, body);
    this.#byKey.set(key, values);
    values.forEach((value) => this.#hold(value, body));
    return values;
  }

  /** Starts the step of a scan: what depends on these inputs belongs to it. */
  openBody(inputs: readonly StagedResult[]): readonly StagedValue[] {
    const body: OpenBody = { nodes: [], names: new Set(), sizes: [] };
    this.#bodies.push(body);
    return inputs.map(({ shape, type = "float", facts = {} }) => {
      const value = stagedValue({ name: `step_${this.#count++}`, shape, type, facts });
      body.names.add(value.name);
      this.#hold(value, body);
      return value;
    });
  }

  /** Whether a value belongs to the step that is open. */
  isInBody({ name }: StagedValue): boolean {
    return this.#bodies.at(-1)!.names.has(name);
  }

  /** A value as one that a node of the open step makes, under a name that is not taken. */
  inBody(value: StagedValue, taken: ReadonlySet<string>): StagedValue {
    const body = this.#bodies.at(-1)!;
    const made = body.nodes.some(({ outputs }) => outputs.includes(value.name));
    if (made && !taken.has(value.name)) return value;
    const name = `Identity_${this.#count++}`;
    const copy = stagedValue({ ...value, name, facts: { sign: value.facts.sign } });
    this.#push({ operator: "Identity", inputs: [value.name], outputs: [copy.name], attributes: {} }, body);
    return copy;
  }

  /** Ends the step of a scan, and gives its nodes. */
  closeBody(): readonly StagedNode[] {
    const { nodes, sizes } = this.#bodies.pop()!;
    sizes.forEach((size) => this.#holders.delete(size));
    return nodes;
  }

  /** Writes a scan, or finds one with the same step written before. */
  emitScan(
    inputs: readonly StagedValue[],
    results: readonly StagedResult[],
    attributes: Readonly<Record<string, StagedAttribute>>,
    body: StagedBody,
  ): readonly StagedValue[] {
    const names = inputs.map(({ name }) => name);
    const key = `Scan(${names.join()})${JSON.stringify(attributes)}${bodyKey(body)}`;
    const same = this.optimize ? this.#byKey.get(key) : undefined;
    if (same) return same;
    const number = this.#count++;
    const values = results.map(({ shape, facts = {} }, i) =>
      stagedValue({ name: `Scan_${number}_${i}`, shape, type: "float", facts })
    );
    const around = this.#bodyOf([...names, ...body.nodes.flatMap((node) => node.inputs)]);
    const outputs = values.map(({ name }) => name);
    this.#push({ operator: "Scan", inputs: names, outputs, attributes, body }, around);
    this.#byKey.set(key, values);
    values.forEach((value) => this.#hold(value, around));
    return values;
  }

  /** The number under which `shape()` tells a size that is known only when the graph runs: -1, -2, … */
  codeOf(size: Size): number {
    if (typeof size === "number") return size;
    if (!this.#names.includes(size)) this.#names.push(size);
    return -1 - this.#names.indexOf(size);
  }

  /** The size of a number that `codeOf` gave. */
  sizeOf(code: number): Size {
    return code >= 0 ? code : this.#names[-1 - code] ?? "?";
  }

  /** A shape as a value of the graph, for operators that take one. */
  shapeValue(shape: readonly Size[]): StagedValue {
    if (shape.every((size) => typeof size === "number")) return this.integers(shape as number[]);
    const parts: StagedValue[] = [];
    let known: number[] = [];
    const close = (): void => {
      if (known.length > 0) parts.push(this.integers(known));
      known = [];
    };
    shape.forEach((size) => {
      if (typeof size === "number") known.push(size);
      else {
        close();
        parts.push(this.#sizeValue(size));
      }
    });
    close();
    if (parts.length === 1) return parts[0]!;
    return this.emit("Concat", parts, { shape: [shape.length], type: "integer" }, { axis: 0 });
  }

  /** One size as a list of one. */
  #sizeValue(size: string): StagedValue {
    const holder = this.#holders.get(size);
    if (holder) {
      const { value, axis } = holder;
      return this.emit("Shape", [value], { shape: [1], type: "integer" }, { start: axis, end: axis + 1 });
    }
    const factors = size.split("*");
    if (factors.length === 1) {
      throw new ShapeError(`Cannot stage an operation: size ${size} must be that of an input`, {
        where: "sizes",
        expected: [],
        actual: [],
      });
    }
    return factors
      .map((factor) => /^\d+$/.test(factor) ? this.integers([Number(factor)]) : this.#sizeValue(factor))
      .reduce((a, b) => this.emit("Mul", [a, b], { shape: [1], type: "integer" }));
  }

  /** Nodes and constants that the given values need. */
  neededFor(outputs: readonly StagedValue[]): {
    nodes: readonly StagedNode[];
    constants: ReadonlyMap<string, StagedConstant>;
  } {
    const needed = new Set(outputs.map(({ name }) => name));
    const nodes = neededNodes(this.#nodes, needed);
    const constants = new Map([...this.#constants].filter(([name]) => needed.has(name)));
    return { nodes, constants };
  }

  /** The innermost open step that one of the values belongs to. */
  #bodyOf(names: readonly string[]): OpenBody | undefined {
    return this.#bodies.findLast((body) => names.some((name) => body.names.has(name)));
  }

  #push(node: StagedNode, body: OpenBody | undefined): void {
    (body?.nodes ?? this.#nodes).push(node);
    for (const name of body ? node.outputs : []) body!.names.add(name);
  }

  #hold(value: StagedValue, body?: OpenBody): void {
    value.shape.forEach((size, axis) => {
      if (typeof size !== "string" || this.#holders.has(size)) return;
      this.#holders.set(size, { value, axis });
      body?.sizes.push(size);
    });
  }
}

/** A step as a text in which names of its own do not count. */
function bodyKey({ inputs, outputs, nodes }: StagedBody): string {
  const own = new Map<string, string>();
  const define = (name: string): void => void own.set(name, `#${own.size}`);
  inputs.forEach(({ name }) => define(name));
  nodes.forEach((node) => node.outputs.forEach(define));
  const local = (name: string): string => own.get(name) ?? name;
  const parts = nodes.map(({ operator, inputs, attributes, body }) => [
    operator,
    inputs.map(local),
    attributes,
    body && bodyKey(body),
  ]);
  return JSON.stringify([parts, outputs.map(({ name }) => local(name))]);
}

/** A number as a constant of shape `[]`. */
export function scalarConstant(graph: StagedGraph, value: number): StagedValue {
  return graph.constant(tensor([value], []));
}
