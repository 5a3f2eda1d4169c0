import type { NetworkNode } from "../networks/mod.ts";
import { eagerOps, type StagedGraph, type StagedValue, UnknownNumbersError } from "../ops/mod.ts";
import { isStaged } from "../ops/staged/make_value.ts";
import { defineRule, type Rule, type RuleContext, ruleContext, type Shares } from "../rules/mod.ts";
import { contiguous, requireFinite, type Tensor } from "../tensor/mod.ts";

/** A rule that reads numbers: what it is given in the middle of a run, and what comes of it. */
export interface Cut {
  /** The layer whose rule it is. */
  readonly layer: string;
  /** The name of the rule. */
  readonly rule: string;
  /** The names of what it needs. */
  readonly needs: readonly string[];
  /** Runs the rule in the reference engine, on named values; gives named values. */
  run(values: Readonly<Record<string, Tensor>>): Readonly<Record<string, Tensor>>;
}

/** A cut in the graph: what the rule needs, and what stands for its result. */
export interface StagedCut extends Cut {
  /** What it needs, by name. */
  readonly values: ReadonlyMap<string, StagedValue>;
  /** The inputs of the graph that stand for the relevance that it gives. */
  readonly gives: readonly StagedValue[];
}

/** Cuts a graph at the layers whose rules read numbers, which are there only when the graph runs. */
export class Cutter {
  /** The cuts, each after those that it depends on. */
  readonly cuts: StagedCut[] = [];
  readonly #graph: StagedGraph;

  /** For one graph. */
  constructor(graph: StagedGraph) {
    this.#graph = graph;
  }

  /** The rule of a layer, which cuts the graph where it cannot be written. */
  wrapped(node: NetworkNode, rule: Rule): Rule {
    const propagate = (context: RuleContext<StagedValue>): Shares<StagedValue> => {
      try {
        const shares = rule.propagate(context);
        // A rule that gives arrays has made them of numbers.
        if (shares.inputs.every(isStaged)) return shares;
      } catch (error) {
        if (!(error instanceof UnknownNumbersError)) throw error;
      }
      return { inputs: this.#cut(node, rule, context) };
    };
    return defineRule({ ...rule, propagate: propagate as unknown as Rule["propagate"] });
  }

  #cut(
    { name, layer }: NetworkNode,
    rule: Rule,
    { inputs, output, relevance, origins }: RuleContext<StagedValue>,
  ): readonly StagedValue[] {
    const at = `cut:${name}`;
    const needed = new Map([[`${at}:output`, output], [`${at}:relevance`, relevance]]);
    inputs.forEach((input, i) => needed.set(`${at}:input:${i}`, input));
    origins.forEach(({ preactivation }, i) => needed.set(`${at}:origin:${i}`, preactivation));
    const gives = inputs.map(({ shape }, i) => this.#graph.input(`${at}:share:${i}`, shape));
    this.cuts.push({
      layer: name,
      rule: rule.name,
      needs: [...needed.keys()],
      values: needed,
      gives,
      run: (values) => {
        const shares = rule.propagate(ruleContext(eagerOps, {
          name,
          definition: layer,
          rule: rule.name,
          inputs: inputs.map((_, i) => values[`${at}:input:${i}`]!),
          output: values[`${at}:output`]!,
          relevance: values[`${at}:relevance`]!,
          origins: origins.map(({ kind }, i) => ({ kind, preactivation: values[`${at}:origin:${i}`]! })),
        }));
        return Object.fromEntries(shares.inputs.map((share, i) => {
          requireFinite(contiguous(share), share.shape, {
            action: "explain",
            where: `relevance below layer "${name}" (${layer.kind}, rule ${rule.name})`,
          });
          return [gives[i]!.name, share];
        }));
      },
    });
    return gives;
  }
}
