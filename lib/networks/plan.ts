import { UnsupportedLayerError } from "../errors.ts";
import type { LayerFamily } from "../layers/mod.ts";
import { requireOptions } from "../options.ts";
import type { Rule, Stabilizer } from "../rules/mod.ts";
import { contiguous } from "../tensor/mod.ts";
import { assignedRule, type Composite } from "./composite.ts";
import { connections } from "./layer_matcher.ts";
import type { NetworkRun } from "./forward_pass.ts";
import type { Network, NetworkNode } from "./network.ts";
import { openRecurrence, sidesOf } from "./recurrent_layer.ts";
import { stepsRule } from "./recurrent_steps.ts";
import { requireRule } from "../rules/rule.ts";
import { requireComposite } from "./require_composite.ts";
import { requireNetwork } from "./require_network.ts";
import { formatTable, htmlTable } from "../rules/table.ts";

/** One layer of a {@linkcode Plan}. */
export interface PlanRow {
  /** The layer. */
  readonly node: NetworkNode;
  /** The rule that it gets; undefined when the composite has none for it. */
  readonly rule: Rule | undefined;
  /** Why it gets this rule. */
  readonly why: string;
}

/** What else to do about a layer without a rule. */
const REMEDIES: Readonly<Partial<Record<LayerFamily, string>>> = {
  softmax: ", or take an output softmax away with dropSoftmax(network)",
  product: ", or take lrpAll(), which has one for the gates of LSTM and GRU",
};

const HEAD = ["layer", "kind", "rule", "why"];

/** Which layer gets which rule and why, from the output to the input, with warnings. */
export class Plan {
  /** The name of the composite. */
  readonly composite: string;
  /** One row per layer, from the output to the input. */
  readonly rows: readonly PlanRow[];
  /** What a reader should know before a run. */
  readonly warnings: readonly string[];

  /** Puts the parts together. */
  constructor(composite: string, rows: readonly PlanRow[], warnings: readonly string[]) {
    this.composite = composite;
    this.rows = Object.freeze([...rows]);
    this.warnings = Object.freeze([...warnings]);
  }

  /**
   * The rule of a layer.
   *
   * @throws {UnsupportedLayerError} If the composite has none for it.
   */
  ruleOf(node: NetworkNode): Rule {
    const row = this.rows.find((row) => row.node.name === node.name);
    if (row?.rule) return row.rule;
    throw new UnsupportedLayerError(
      `Cannot propagate relevance through layer "${node.name}" (${node.layer.kind}): composite "${this.composite}" has no rule for it, assign one with assign(byName("${node.name}"), …)${
        REMEDIES[node.layer.family] ?? ""
      }`,
      { layer: node.name },
    );
  }

  /** The rows as a table for a terminal, then the warnings. */
  toString(): string {
    return [formatTable(HEAD, this.#cells()), ...this.warnings.map((warning) => `! ${warning}`)].join("\n");
  }

  /** What `console.log()` writes. */
  [Symbol.for("Deno.customInspect")](): string {
    return this.toString();
  }

  /** What a notebook shows when a cell ends with a plan. */
  [Symbol.for("Jupyter.display")](): Record<string, string> {
    const warnings = this.warnings.length === 0
      ? ""
      : htmlTable(["warnings"], this.warnings.map((warning) => [warning]));
    return { "text/html": htmlTable(HEAD, this.#cells()) + warnings, "text/plain": this.toString() };
  }

  #cells(): string[][] {
    return this.rows.map(({ node, rule, why }) => [
      node.name,
      node.layer.kind,
      rule === undefined ? "none" : describeRule(rule),
      why,
    ]);
  }
}

/**
 * A rule with its hyperparameters: `gamma (gamma 0.25)`.
 *
 * @example
 * ```ts
 * import { describeRule } from "@relprop/lrp/networks";
 * import { alphaBetaRule } from "@relprop/lrp/rules";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(describeRule(alphaBetaRule({ stabilizer: 0 })), "alpha-beta (alpha 2, beta 1, ε 0)");
 * ```
 */
export function describeRule(rule: Rule): string {
  requireRule(rule, "describe a rule");
  const { name, options } = rule;
  const parts = Object.entries(options).flatMap(([option, value]) => {
    if (option === "stabilizer") return [`ε ${(value as Stabilizer).epsilon}`];
    return typeof value === "number" && !(option === "biasFactor" && value === 0)
      ? [`${option} ${value}`]
      : [];
  });
  return parts.length === 0 ? name : `${name} (${parts.join(", ")})`;
}

/**
 * Which rule each layer of a network would get, with warnings: a layer without a rule or with a rule that is not defined
 * on it, a name in the composite that no layer has, a softmax at the end, a batch normalization behind a layer that
 * nothing else reads and that it could be merged into, `alpha - beta` that is not 1, a product that shares with a learned
 * constant, and, for a given run, outputs as small as ten times the stabilizer and inputs out of their bounds.
 *
 * @param options.run A run of the network, to look at its values.
 * @throws {TypeError} If the composite is none, or an option is not known.
 *
 * @example A forgotten softmax
 * ```ts
 * import { dense, softmax } from "@relprop/lrp/layers";
 * import { epsilonPlus, plan, sequential } from "@relprop/lrp/networks";
 * import { tensor } from "@relprop/lrp/tensor";
 * import { assertStringIncludes } from "@std/assert";
 *
 * const network = sequential({ scores: dense({ weights: tensor([[1], [2]]) }), softmax: softmax() });
 * assertStringIncludes(plan(network, epsilonPlus()).warnings[0], "dropSoftmax(network)");
 * ```
 */
export function plan(
  network: Network,
  composite: Composite,
  options: { run?: NetworkRun | undefined } = {},
): Plan {
  requireNetwork(network, "plan rules");
  requireComposite(composite, "plan rules");
  requireOptions(options, { action: "plan rules", known: ["run"] });
  const opened = openRecurrence(network, (node) => assignedRule(network, node, composite) === undefined);
  const rows = opened.network.nodes.toReversed().map((node): PlanRow => {
    const recurrent = opened.recurrent.get(node.name);
    if (recurrent) {
      const rule = stepsRule(sidesOf(recurrent.layer), (inner) => result.ruleOf(inner));
      return { node: recurrent, rule, why: "its steps have rules" };
    }
    const assigned = assignedRule(opened.network, node, composite);
    return { node, rule: assigned?.rule, why: assigned?.why ?? "no assignment matches" };
  });
  const warnings = rows.flatMap((
    row,
  ) => [...layerWarnings(opened.network, row), ...valueWarnings(row, options.run)]);
  const result = new Plan(composite.name, rows, [...nameWarnings(composite, rows), ...warnings]);
  return result;
}

function nameWarnings({ assignments }: Composite, rows: readonly PlanRow[]): string[] {
  return assignments
    .filter(({ layers, rule }) =>
      layers.named && !rows.some((row) => row.rule === rule && row.why === layers.description)
    )
    .map(({ layers, rule }) =>
      `no layer gets rule "${rule.name}", which is for layers ${layers.description}`
    );
}

function layerWarnings(network: Network, { node, rule }: PlanRow): string[] {
  const { name, layer } = node;
  const called = `"${name}" (${layer.kind})`;
  const warnings: string[] = [];
  if (layer.family === "softmax" && network.output === name) {
    warnings.push(`${called} at the end squeezes the scores: take it away with dropSoftmax(network)`);
  }
  if (rule === undefined) warnings.push(`${called} has no rule: relevance that reaches it is an error`);
  else if (!rule.families.includes(layer.family) && layer.family !== "constant") {
    warnings.push(`${called} cannot have rule "${rule.name}": it is not defined on ${layer.family} layers`);
  }
  if (layer.kind === "batchNorm" && canMerge(network, node)) {
    warnings.push(`${called} is not merged into the layer before: see mergeBatchNorm(network)`);
  }
  const { alpha, beta } = rule?.options ?? {};
  if (typeof alpha === "number" && typeof beta === "number" && Math.abs(alpha - beta - 1) > 1e-12) {
    warnings.push(`${called} multiplies relevance by alpha - beta = ${alpha - beta}, which is not 1`);
  }
  const constant = rule && sharesEvenly(rule) ? constantFactor(network, node) : undefined;
  if (constant !== undefined) {
    warnings.push(
      `${called} leaves a part of its relevance in "${constant}", which does not depend on the input: a rule that gives all to the other factor does not`,
    );
  }
  return warnings;
}

/** Whether a rule for products gives to both factors. */
function sharesEvenly({ name, options }: Rule): boolean {
  return name === "uniform" || ["half", "prop", "abs"].includes(options.share as string);
}

/** The learned value that a product multiplies with, if there is one. */
function constantFactor(network: Network, { layer, inputs }: NetworkNode): string | undefined {
  if (layer.family !== "product" && layer.family !== "matmul") return undefined;
  return inputs.find((name) => Object.hasOwn(network.constants, name));
}

/** Whether a batch normalization stands behind a layer with weights that nothing else reads. */
function canMerge(network: Network, { inputs: [before] }: NetworkNode): boolean {
  const target = network.nodes.find(({ name }) => name === before);
  return target !== undefined && connections().matches(target, network) &&
    network.readersOf(before).length === 1 && network.output !== before;
}

function valueWarnings(row: PlanRow, run: NetworkRun | undefined): string[] {
  return run === undefined ? [] : [...smallWarnings(row, run), ...boxWarnings(row, run)];
}

function boxWarnings({ node, rule }: PlanRow, run: NetworkRun): string[] {
  const { low, high } = rule?.options ?? {};
  if (typeof low !== "number" || typeof high !== "number") return [];
  const values = contiguous(run.values.get(node.inputs[0])!);
  const outside = values.reduce((count, x) => x < low || x > high ? count + 1 : count, 0);
  if (outside === 0) return [];
  return [
    `"${node.name}" (${node.layer.kind}) has ${outside} of ${values.length} inputs outside of ${low} to ${high}, the bounds of its rule`,
  ];
}

function smallWarnings({ node, rule }: PlanRow, run: NetworkRun): string[] {
  const guard = rule?.options.stabilizer as Stabilizer | undefined;
  const output = run.values.get(node.name);
  if (!guard || !output || guard.epsilon === 0 || guard.scale !== "absolute") return [];
  const values = contiguous(output);
  const small = values.reduce((count, z) => Math.abs(z) <= 10 * guard.epsilon ? count + 1 : count, 0);
  if (small === 0) return [];
  const formatted = String(Number((10 * guard.epsilon).toPrecision(6)));
  return [
    `"${node.name}" (${node.layer.kind}) has ${small} of ${values.length} outputs within 10 ε = ${formatted} of 0: the stabilizer decides their relevance`,
  ];
}
