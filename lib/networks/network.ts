import { described } from "../described.ts";
import { requireArity } from "../layers/arity.ts";
import type { Layer } from "../layers/mod.ts";
import { contiguous, type NumericArray, requireFinite, type Tensor, tensor } from "../tensor/mod.ts";
import { formatTable, htmlTable } from "../rules/table.ts";

/** A layer in its place: it has a name, which is also the name of the value that it makes. */
export interface NetworkNode {
  /** The name of the layer and of its output. */
  readonly name: string;
  /** The layer. */
  readonly layer: Layer;
  /** The names of the values that it is given. */
  readonly inputs: readonly string[];
}

/** What a network is made of. */
export interface NetworkParts {
  /** The names of the inputs. */
  readonly inputs: readonly string[];
  /** The layers, each after those that it reads from. */
  readonly nodes: readonly NetworkNode[];
  /** The name of the value that is the output. */
  readonly output: string;
  /** Learned values that do not depend on the input, such as a class token, by name. */
  readonly constants?: Readonly<Record<string, NumericArray>> | undefined;
  /** The names of the classes, one per output. */
  readonly labels?: readonly string[] | undefined;
}

const HEAD = ["layer", "kind", "reads", "parameters"];

/**
 * A network: an immutable graph of layers with named values.
 *
 * Make one with {@linkcode sequential} or {@linkcode networkBuilder}; canonizers give back new ones.
 */
export class Network {
  /** The names of the inputs. */
  readonly inputs: readonly string[];
  /** The layers, each after those that it reads from. */
  readonly nodes: readonly NetworkNode[];
  /** The name of the value that is the output. */
  readonly output: string;
  /** Learned values that do not depend on the input, by name. */
  readonly constants: Readonly<Record<string, Tensor>>;
  /** The names of the classes; empty when they have none. */
  readonly labels: readonly string[];

  /**
   * Puts the parts together.
   *
   * @throws {TypeError} If a layer is none, but for example the function that makes one.
   * @throws {RangeError} If a name is used twice, or a layer reads a value that no layer before it makes, or more or
   * fewer values than it takes.
   * @throws {NumericalError} If a constant is NaN or infinite.
   */
  constructor(parts: NetworkParts) {
    const constants = Object.entries(parts.constants ?? {}).map(([name, value]) => {
      const flat = contiguous(value).slice();
      requireFinite(flat, value.shape, {
        action: "make a network",
        where: `constant ${JSON.stringify(name)}`,
      });
      return [name, tensor(flat, value.shape)] as const;
    });
    const known = new Set<string>();
    const define = (name: string): void => {
      if (known.has(name)) {
        throw new RangeError(
          `Cannot make a network: names must be different, got ${JSON.stringify(name)} twice`,
        );
      }
      known.add(name);
    };
    parts.inputs.forEach(define);
    constants.forEach(([name]) => define(name));
    for (const { name, layer, inputs } of parts.nodes) {
      if (typeof layer?.forward !== "function") {
        throw new TypeError(
          `Cannot make a network: layer ${JSON.stringify(name)} must be made by a call such as relu(), got ${
            described(layer)
          }`,
        );
      }
      requireArity(layer, inputs.length, { action: "make a network", name });
      const missing = inputs.find((input) => !known.has(input));
      if (missing !== undefined) {
        throw new RangeError(
          `Cannot make a network: layer ${JSON.stringify(name)} must read values made before it, got ${
            JSON.stringify(missing)
          }`,
        );
      }
      define(name);
    }
    if (!known.has(parts.output)) {
      throw new RangeError(
        `Cannot make a network: the output must be one of its values, got ${JSON.stringify(parts.output)}`,
      );
    }
    this.inputs = Object.freeze([...parts.inputs]);
    this.nodes = Object.freeze(
      parts.nodes.map((node) => Object.freeze({ ...node, inputs: [...node.inputs] })),
    );
    this.output = parts.output;
    this.constants = Object.freeze(Object.fromEntries(constants));
    this.labels = Object.freeze([...parts.labels ?? []]);
  }

  /**
   * The layer of a name.
   *
   * @throws {RangeError} If no layer has this name.
   */
  node(name: string): NetworkNode {
    const found = this.nodes.find((node) => node.name === name);
    if (found === undefined) {
      throw new RangeError(
        `Cannot find layer ${JSON.stringify(name)}: the network has ${
          this.nodes.map((node) => node.name).join(", ")
        }`,
      );
    }
    return found;
  }

  /** The layers that read a value. */
  readersOf(value: string): NetworkNode[] {
    return this.nodes.filter(({ inputs }) => inputs.includes(value));
  }

  /** The number of learned numbers. */
  get parameterCount(): number {
    const inLayers = this.nodes.flatMap(({ layer }) => Object.values(layer.parameters));
    return [...inLayers, ...Object.values(this.constants)].reduce((sum, { size }) => sum + size, 0);
  }

  /** The layers as a table for a terminal. */
  toString(): string {
    return formatTable(HEAD, this.#rows());
  }

  /** What `console.log()` writes. */
  [Symbol.for("Deno.customInspect")](): string {
    return this.toString();
  }

  /** What a notebook shows when a cell ends with a network. */
  [Symbol.for("Jupyter.display")](): Record<string, string> {
    return { "text/html": htmlTable(HEAD, this.#rows()), "text/plain": this.toString() };
  }

  #rows(): string[][] {
    return this.nodes.map(({ name, layer, inputs }) => [
      name,
      layer.kind,
      inputs.join(", "),
      String(Object.values(layer.parameters).reduce((sum, { size }) => sum + size, 0)),
    ]);
  }
}
