import type { Ops } from "../ops/mod.ts";
import { type Origin, requireDefined, type Rule, ruleContext, type Shares } from "../rules/mod.ts";
import { inLayer } from "./forward_pass.ts";
import type { Network, NetworkNode } from "./network.ts";

/** What one layer did with relevance. */
export interface LayerRelevance<T> {
  /** The layer. */
  readonly node: NetworkNode;
  /** Its rule. */
  readonly rule: Rule;
  /** The relevance of its output. */
  readonly relevance: T;
  /** What the rule gave back. */
  readonly shares: Shares<T>;
}

/** What a relevance pass is made from. */
export interface RelevancePassOptions<T> {
  /** Relevance to start with, by the name of a value; usually the output. */
  readonly seeds: Readonly<Record<string, T>>;
  /** The rule of each layer. */
  readonly ruleOf: (node: NetworkNode) => Rule;
  /** Factors for the relevance of values, by name, such as 1 for the channels of a concept and 0 for the rest. */
  readonly masks?: Readonly<Record<string, T>> | undefined;
  /** Called with what each layer did; where a mask took its part, `masked` is called instead. */
  readonly layerDone?: ((done: LayerRelevance<T>) => void) | undefined;
  /** Called where a mask took its part. */
  readonly masked?: ((value: string, before: T, after: T) => void) | undefined;
}

/**
 * Sends relevance back through a network, in any engine.
 *
 * @param values Every value of the forward pass, by name.
 * @returns The relevance of every value that it reached, by name.
 * @throws {UnsupportedLayerError} If a rule is not defined on a layer that relevance reaches.
 *
 * @example Two inputs, one output
 * ```ts
 * import { dense } from "@relprop/lrp/layers";
 * import { forwardPass, relevancePass, sequential } from "@relprop/lrp/networks";
 * import { eagerOps } from "@relprop/lrp/ops";
 * import { zeroRule } from "@relprop/lrp/rules";
 * import { tensor } from "@relprop/lrp/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * const network = sequential({ scores: dense({ weights: tensor([[3, 4]]) }) });
 * const values = forwardPass(eagerOps, network, { input: tensor([[1, 2]]) });
 * const relevance = relevancePass(eagerOps, network, values, {
 *   seeds: { scores: tensor([[11]]) },
 *   ruleOf: () => zeroRule(),
 * });
 * assertEquals([...relevance.get("input")!.data], [3, 8]);
 * ```
 */
export function relevancePass<T>(
  ops: Ops<T>,
  network: Network,
  values: ReadonlyMap<string, T>,
  { seeds, ruleOf, masks = {}, layerDone, masked }: RelevancePassOptions<T>,
): ReadonlyMap<string, T> {
  const relevance = new Map<string, T>();
  const give = (name: string, part: T): void => {
    const before = relevance.get(name);
    relevance.set(name, before === undefined ? part : ops.add(before, part));
  };
  const settle = (name: string): T | undefined => {
    const whole = relevance.get(name);
    if (whole === undefined || !Object.hasOwn(masks, name)) return whole;
    const kept = ops.multiply(whole, masks[name]);
    masked?.(name, whole, kept);
    relevance.set(name, kept);
    return kept;
  };
  for (const [name, seed] of Object.entries(seeds)) give(name, seed);
  for (const node of network.nodes.toReversed()) {
    const received = settle(node.name);
    // Relevance that reaches a constant stays there.
    if (received === undefined || node.layer.family === "constant") continue;
    const rule = ruleOf(node);
    requireDefined(rule, node.name, node.layer);
    const context = ruleContext(ops, {
      name: node.name,
      definition: node.layer,
      rule: rule.name,
      inputs: node.inputs.map((name) => values.get(name)!),
      output: values.get(node.name)!,
      relevance: received,
      origins: node.inputs.map((name) => originOf(network, values, name)),
    });
    const shares = inLayer(
      "propagate relevance through",
      node.name,
      node.layer.kind,
      () => rule.propagate(context),
    );
    node.inputs.forEach((name, i) => give(name, shares.inputs[i]));
    layerDone?.({ node, rule, relevance: received, shares });
  }
  for (const name of [...network.inputs, ...Object.keys(network.constants)]) settle(name);
  return relevance;
}

/** The layer that made a value, and what stood before its activation. */
function originOf<T>(network: Network, values: ReadonlyMap<string, T>, name: string): Origin<T> {
  const maker = network.nodes.find((node) => node.name === name);
  const before = maker?.layer.family === "activation" ? maker.inputs[0] : name;
  return { kind: maker?.layer.kind ?? "", preactivation: values.get(before)! };
}
