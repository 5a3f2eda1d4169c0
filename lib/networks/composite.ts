import type { LayerFamily } from "../layers/mod.ts";
import { defineRule, gradientRule, type Rule } from "../rules/mod.ts";
import type { Network, NetworkNode } from "./network.ts";

/** Which layers: a test with words for it. */
export interface LayerMatcher {
  /** The words, for plans. */
  readonly description: string;
  /** Whether a layer is meant. */
  matches(node: NetworkNode, network: Network): boolean;
}

/**
 * Layers of one of these kinds: `dense`, `convolution`, …
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
  return { description: kinds.join(" or "), matches: ({ layer }) => kinds.includes(layer.kind) };
}

/**
 * Layers of one of these families: `linear`, `activation`, …
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
  return typeof name === "string"
    ? { description: `named "${name}"`, matches: (node) => node.name === name }
    : { description: `name like ${name}`, matches: (node) => name.test(node.name) };
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
  return {
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
  return {
    description: `last ${among.description}`,
    matches: (node, network) =>
      among.matches(node, network) &&
      !network.nodes.some((other) => among.matches(other, network) && ancestors(other, network).has(node)),
  };
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

/** A rule for some layers. */
export interface Assignment {
  /** Which layers. */
  readonly layers: LayerMatcher;
  /** The rule that they get. */
  readonly rule: Rule;
}

/** The rule that a layer gets, and why. */
export interface AssignedRule {
  /** The rule. */
  readonly rule: Rule;
  /** The words of the matcher that chose it. */
  readonly why: string;
}

/** Which rule for which layer: plain data, tried in order. */
export interface Composite {
  /** Its name in tables. */
  readonly name: string;
  /** The assignments; the first that matches a layer holds. */
  readonly assignments: readonly Assignment[];
}

/**
 * The rule for some layers, as a part of a {@linkcode composite}.
 *
 * @example
 * ```ts
 * import { assign, byKind } from "@relprop/lrp/networks";
 * import { epsilonRule } from "@relprop/lrp/rules";
 * import { assertEquals } from "@std/assert";
 *
 * const { layers, rule } = assign(byKind("dense"), epsilonRule());
 * assertEquals([layers.description, rule.name], ["dense", "epsilon"]);
 * ```
 */
export function assign(layers: LayerMatcher, rule: Rule): Assignment {
  return Object.freeze({ layers, rule });
}

/**
 * A composite from its assignments; the first that matches a layer holds.
 *
 * Layers that only move values need no rule.
 *
 * @example One rule for dense layers, the identity for activations
 * ```ts
 * import { dense, relu } from "@relprop/lrp/layers";
 * import { assign, byFamily, byKind, composite, plan, sequential } from "@relprop/lrp/networks";
 * import { epsilonRule, passRule } from "@relprop/lrp/rules";
 * import { tensor } from "@relprop/lrp/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * const mine = composite("mine", [
 *   assign(byKind("dense"), epsilonRule({ epsilon: 0.01 })),
 *   assign(byFamily("activation"), passRule()),
 * ]);
 * const network = sequential([dense({ weights: tensor([[1, 2]]) }), relu()]);
 * // A plan goes from the output to the input.
 * assertEquals(plan(network, mine).rows.map(({ rule }) => rule?.name), ["pass", "epsilon"]);
 * ```
 */
export function composite(name: string, assignments: readonly Assignment[]): Composite {
  return Object.freeze({ name, assignments: Object.freeze([...assignments]) });
}

/** Where values only move, the gradient moves relevance and loses none. */
const MOVE: Rule = defineRule({ ...gradientRule(), name: "move", accounts: true });
const MOVES: AssignedRule = Object.freeze({ rule: MOVE, why: "moves values only" });
const STAYS: AssignedRule = Object.freeze({
  rule: defineRule({ ...MOVE, families: ["constant"] }),
  why: "relevance stays in constants",
});
const LOOKS_UP: AssignedRule = Object.freeze({ rule: MOVE, why: "relevance ends at a lookup" });

/**
 * The rule that a composite gives to a layer; undefined when it has none.
 *
 * @example
 * ```ts
 * import { dense, relu } from "@relprop/lrp/layers";
 * import { assignedRule, epsilonPlus, sequential } from "@relprop/lrp/networks";
 * import { tensor } from "@relprop/lrp/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * const weights = tensor([[1]]);
 * const network = sequential({ hidden: dense({ weights }), relu: relu(), scores: dense({ weights }) });
 *
 * const { rule, why } = assignedRule(network, network.node("relu"), epsilonPlus())!;
 * assertEquals([rule.name, why], ["pass", "activation layer"]);
 * ```
 */
export function assignedRule(
  network: Network,
  node: NetworkNode,
  { assignments }: Composite,
): AssignedRule | undefined {
  const found = assignments.find(({ layers }) => layers.matches(node, network));
  if (found) return { rule: found.rule, why: found.layers.description };
  if (node.layer.family === "routing") return MOVES;
  if (node.layer.family === "constant") return STAYS;
  return node.layer.family === "lookup" ? LOOKS_UP : undefined;
}
