import { described } from "../described.ts";
import { requireOptions } from "../options.ts";
import { defineRule, gradientRule, type Rule } from "../rules/mod.ts";
import type { LayerMatcher } from "./layer_matcher.ts";
import type { Network, NetworkNode } from "./network.ts";

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
  /** The relevance that `explain` starts with: the score, or 1 as zennit does. Default: the score. */
  readonly start?: "score" | "one" | undefined;
}

/**
 * The rule for some layers, as a part of a {@linkcode composite}.
 *
 * @throws {TypeError} If one of the two is no matcher or no rule, but for example the function that makes one.
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
  if (typeof layers?.matches !== "function") {
    throw new TypeError(
      `Cannot assign a rule: the layers must be given by a call such as byKind("dense"), got ${
        described(layers)
      }`,
    );
  }
  if (typeof rule?.propagate !== "function") {
    throw new TypeError(
      `Cannot assign a rule: it must be made by a call such as epsilonRule(), got ${described(rule)}`,
    );
  }
  return Object.freeze({ layers, rule });
}

/**
 * A composite from its assignments; the first that matches a layer holds.
 *
 * Layers that only move values need no rule.
 *
 * @param options.start What `explain` starts with: the `"score"` (default), or `"one"`. The published composites take it
 * from the dialect that they are given.
 * @throws {TypeError} If an option is not known, or the assignments are no list of them.
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
export function composite(
  name: string,
  assignments: readonly Assignment[],
  options: Pick<Composite, "start"> = {},
): Composite {
  const action = `make the composite ${name}`;
  requireOptions(options, { action, known: ["start"], choices: { start: ["score", "one"] } });
  const wrong = Array.isArray(assignments) ? assignments.find((one) => !isAssignment(one)) : assignments;
  if (wrong !== undefined || !Array.isArray(assignments)) {
    throw new TypeError(
      `Cannot ${action}: it must be a list of calls such as assign(byKind("dense"), epsilonRule()), got ${
        described(wrong)
      }`,
    );
  }
  const { start } = options;
  return Object.freeze({ name, assignments: Object.freeze([...assignments]), ...start && { start } });
}

function isAssignment(given: Assignment): boolean {
  return typeof given?.layers?.matches === "function" && typeof given.rule?.propagate === "function";
}

/** Where values only move, the gradient moves relevance and loses none. */
const MOVE: Rule = defineRule({ ...gradientRule(), name: "move", accounts: true });
const PADS: AssignedRule = Object.freeze({
  rule: defineRule({ ...MOVE, accounts: false }),
  why: "moves values; what its zeros get is lost",
});
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
  if (node.layer.kind === "zeroPadding") return PADS;
  if (node.layer.family === "routing") return MOVES;
  if (node.layer.family === "constant") return STAYS;
  return node.layer.family === "lookup" ? LOOKS_UP : undefined;
}
