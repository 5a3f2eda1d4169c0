import { described } from "../described.ts";
import * as layers from "../layers/mod.ts";
import type { LayerFamily } from "../layers/mod.ts";
import { requireFamilies } from "../rules/rule.ts";
import type { Network, NetworkNode } from "./network.ts";

/** The kinds of layers that are there; others are a user's own, or misspelt. */
const KINDS: readonly string[] = [...Object.keys(layers), "lstm", "gru"];

/** Which layers: a test with words for it. */
export interface LayerMatcher {
  /** The words, for plans. */
  readonly description: string;
  /** Whether it means certain layers, so that a plan warns where it finds none. Default false. */
  readonly named?: boolean | undefined;
  /** Whether a layer is meant. */
  matches(node: NetworkNode, network: Network): boolean;
}

/**
 * Layers of one of these kinds: `dense`, `convolution`, … A plan warns of a kind that is not there and that no layer has.
 *
 * @example
 * ```ts
 * import { dense, relu } from "@relprop/lrp/layers";
 * import { byKind, sequential } from "@relprop/lrp/networks";
 * import { tensor } from "@relprop/lrp/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * const weights = tensor([[1]]);
 * const network = sequential({ hidden: dense({ weights }), relu: relu(), scores: dense({ weights }) });
 * const found = network.nodes.filter((node) => byKind("relu", "tanh").matches(node, network));
 * assertEquals(found.map(({ name }) => name), ["relu"]);
 * ```
 */
export function byKind(...kinds: readonly string[]): LayerMatcher {
  return {
    named: kinds.some((kind) => !KINDS.includes(kind)),
    description: kinds.join(" or "),
    matches: ({ layer }) => kinds.includes(layer.kind),
  };
}

/**
 * Layers of one of these families: `linear`, `activation`, …
 *
 * @throws {RangeError} If there is no such family.
 *
 * @example
 * ```ts
 * import { dense, relu } from "@relprop/lrp/layers";
 * import { byFamily, sequential } from "@relprop/lrp/networks";
 * import { tensor } from "@relprop/lrp/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * const weights = tensor([[1]]);
 * const network = sequential({ hidden: dense({ weights }), relu: relu(), scores: dense({ weights }) });
 * const found = network.nodes.filter((node) => byFamily("linear").matches(node, network));
 * assertEquals(found.map(({ name }) => name), ["hidden", "scores"]);
 * ```
 */
export function byFamily(...families: readonly LayerFamily[]): LayerMatcher {
  requireFamilies("pick layers", families);
  return {
    description: `${families.join(" or ")} layer`,
    matches: ({ layer }) => families.includes(layer.family),
  };
}

/**
 * Layers with this name, or a name that the pattern finds.
 *
 * @example
 * ```ts
 * import { dense, relu } from "@relprop/lrp/layers";
 * import { byName, sequential } from "@relprop/lrp/networks";
 * import { tensor } from "@relprop/lrp/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * const weights = tensor([[1]]);
 * const network = sequential({ hidden: dense({ weights }), relu: relu(), scores: dense({ weights }) });
 * const found = network.nodes.filter((node) => byName(/^h/).matches(node, network));
 * assertEquals(found.map(({ name }) => name), ["hidden"]);
 * ```
 */
export function byName(name: string | RegExp): LayerMatcher {
  if (typeof name !== "string" && !(name instanceof RegExp)) {
    throw new TypeError(`Cannot pick layers: the name must be a text or a pattern, got ${described(name)}`);
  }
  return typeof name === "string"
    ? { named: true, description: `named "${name}"`, matches: (node) => node.name === name }
    : { named: true, description: `name like ${name}`, matches: (node) => node.name.search(name) >= 0 };
}

/**
 * Layers that a function picks.
 *
 * @example
 * ```ts
 * import { dense, relu } from "@relprop/lrp/layers";
 * import { byFunction, sequential } from "@relprop/lrp/networks";
 * import { tensor } from "@relprop/lrp/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * const weights = tensor([[1]]);
 * const network = sequential({ hidden: dense({ weights }), relu: relu(), scores: dense({ weights }) });
 * const found = network.nodes.filter((node) => byFunction("layers that end in s", ({ name }) => name.endsWith("s")).matches(node, network));
 * assertEquals(found.map(({ name }) => name), ["scores"]);
 * ```
 */
export function byFunction(description: string, matches: LayerMatcher["matches"]): LayerMatcher {
  if (typeof description !== "string" || typeof matches !== "function") {
    throw new TypeError(
      `Cannot pick layers: there must be words and a function, got ${described(description)} and ${
        described(matches)
      }`,
    );
  }
  return { description, matches };
}

/**
 * Layers that all of the matchers pick.
 *
 * @example
 * ```ts
 * import { dense, relu } from "@relprop/lrp/layers";
 * import { byKind, byName, every, sequential } from "@relprop/lrp/networks";
 * import { tensor } from "@relprop/lrp/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * const weights = tensor([[1]]);
 * const network = sequential({ hidden: dense({ weights }), relu: relu(), scores: dense({ weights }) });
 * const found = network.nodes.filter((node) => every(byKind("dense"), byName(/^s/)).matches(node, network));
 * assertEquals(found.map(({ name }) => name), ["scores"]);
 * ```
 */
export function every(...matchers: readonly LayerMatcher[]): LayerMatcher {
  matchers.forEach(requireMatcher);
  return {
    named: matchers.some(({ named }) => named),
    description: matchers.map(({ description }) => description).join(", "),
    matches: (node, network) => matchers.every((matcher) => matcher.matches(node, network)),
  };
}

/**
 * Layers with learned connections: dense, convolutions, transposed convolutions.
 *
 * @example
 * ```ts
 * import { dense, relu } from "@relprop/lrp/layers";
 * import { connections, sequential } from "@relprop/lrp/networks";
 * import { tensor } from "@relprop/lrp/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * const weights = tensor([[1]]);
 * const network = sequential({ hidden: dense({ weights }), relu: relu(), scores: dense({ weights }) });
 * const found = network.nodes.filter((node) => connections().matches(node, network));
 * assertEquals(found.map(({ name }) => name), ["hidden", "scores"]);
 * ```
 */
export function connections(): LayerMatcher {
  return byKind("dense", "convolution", "transposedConvolution");
}

/**
 * The first of the given layers on a way from the input: no other of them stands before it. Default: connections.
 *
 * In a network with branches these are several layers, where zennit takes the one that the module lists first; `byName` picks
 * that one.
 *
 * @example
 * ```ts
 * import { dense, relu } from "@relprop/lrp/layers";
 * import { firstLayer, sequential } from "@relprop/lrp/networks";
 * import { tensor } from "@relprop/lrp/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * const weights = tensor([[1]]);
 * const network = sequential({ hidden: dense({ weights }), relu: relu(), scores: dense({ weights }) });
 * const found = network.nodes.filter((node) => firstLayer().matches(node, network));
 * assertEquals(found.map(({ name }) => name), ["hidden"]);
 * ```
 */
export function firstLayer(among: LayerMatcher = connections()): LayerMatcher {
  requireMatcher(among);
  return {
    description: `first ${among.description}`,
    matches: (node, network) =>
      among.matches(node, network) &&
      ![...ancestors(node, network)].some((other) => among.matches(other, network)),
  };
}

/**
 * The last of the given layers on a way to the output: no other of them stands after it. Default: connections.
 *
 * @example
 * ```ts
 * import { dense, relu } from "@relprop/lrp/layers";
 * import { lastLayer, sequential } from "@relprop/lrp/networks";
 * import { tensor } from "@relprop/lrp/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * const weights = tensor([[1]]);
 * const network = sequential({ hidden: dense({ weights }), relu: relu(), scores: dense({ weights }) });
 * const found = network.nodes.filter((node) => lastLayer().matches(node, network));
 * assertEquals(found.map(({ name }) => name), ["scores"]);
 * ```
 */
export function lastLayer(among: LayerMatcher = connections()): LayerMatcher {
  requireMatcher(among);
  return {
    description: `last ${among.description}`,
    matches: (node, network) =>
      among.matches(node, network) &&
      !network.nodes.some((other) => among.matches(other, network) && ancestors(other, network).has(node)),
  };
}

function requireMatcher(given: LayerMatcher): void {
  if (typeof given?.matches === "function") return;
  throw new TypeError(
    `Cannot pick layers: they must be given by calls such as byKind("dense"), got ${described(given)}`,
  );
}

function ancestors(node: NetworkNode, network: Network): ReadonlySet<NetworkNode> {
  const found = new Set<NetworkNode>();
  const wanted = new Set(node.inputs);
  for (const other of network.nodes.toReversed()) {
    if (!wanted.has(other.name)) continue;
    found.add(other);
    other.inputs.forEach((name) => wanted.add(name));
  }
  return found;
}
