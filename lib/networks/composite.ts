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

/** Layers of one of these kinds: `dense`, `convolution`, … */
export function byKind(...kinds: readonly string[]): LayerMatcher {
  return { description: kinds.join(" or "), matches: ({ layer }) => kinds.includes(layer.kind) };
}

/** Layers of one of these families: `linear`, `activation`, … */
export function byFamily(...families: readonly LayerFamily[]): LayerMatcher {
  return {
    description: `${families.join(" or ")} layer`,
    matches: ({ layer }) => families.includes(layer.family),
  };
}

/** Layers with this name, or a name that the pattern finds. */
export function byName(name: string | RegExp): LayerMatcher {
  return typeof name === "string"
    ? { description: `named "${name}"`, matches: (node) => node.name === name }
    : { description: `name like ${name}`, matches: (node) => name.test(node.name) };
}

/** Layers that a function picks. */
export function byFunction(description: string, matches: LayerMatcher["matches"]): LayerMatcher {
  return { description, matches };
}

/** Layers that all of the matchers pick. */
export function every(...matchers: readonly LayerMatcher[]): LayerMatcher {
  return {
    description: matchers.map(({ description }) => description).join(", "),
    matches: (node, network) => matchers.every((matcher) => matcher.matches(node, network)),
  };
}

/** Layers with learned connections: dense, convolutions, transposed convolutions. */
export function connections(): LayerMatcher {
  return byKind("dense", "convolution", "transposedConvolution");
}

/** The first of the given layers on a way from the input: no other of them stands before it. Default: connections. */
export function firstLayer(among: LayerMatcher = connections()): LayerMatcher {
  return {
    description: `first ${among.description}`,
    matches: (node, network) =>
      among.matches(node, network) &&
      ![...ancestors(node, network)].some((other) => among.matches(other, network)),
  };
}

/** The last of the given layers on a way to the output: no other of them stands after it. Default: connections. */
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

/** The rule for some layers, as a part of a {@linkcode composite}. */
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
const STAYS: AssignedRule = Object.freeze({ rule: MOVE, why: "relevance stays in constants" });
const LOOKS_UP: AssignedRule = Object.freeze({ rule: MOVE, why: "relevance ends at a lookup" });

/** The rule that a composite gives to a layer; undefined when it has none. */
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
