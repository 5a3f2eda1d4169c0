import type { Layer, LayerFamily, LinearChange, LinearMap } from "../layers/mod.ts";
import type { Ops } from "../ops/mod.ts";
import { notDefined, type Origin, type RuleContext } from "./rule.ts";

/** What {@linkcode ruleContext} is made from. */
export interface ContextParts<T> {
  /** The name of the layer. */
  readonly name: string;
  /** The layer. */
  readonly definition: Layer;
  /** The name of the rule that will see it. */
  readonly rule: string;
  /** The inputs of the layer. */
  readonly inputs: readonly T[];
  /** Its output. */
  readonly output: T;
  /** The relevance of its output. */
  readonly relevance: T;
  /** Where the inputs come from. Default: the inputs themselves. */
  readonly origins?: readonly Origin<T>[] | undefined;
}

/** Families that pick or move values. */
const PICKS: readonly LayerFamily[] = ["maxPooling", "routing"];

/** Families whose linear map has no weights of its own. */
const WITHOUT_WEIGHTS: readonly LayerFamily[] = ["normalization", "rotation"];

/**
 * What a rule sees of a layer at work; the linear map is made when it is first asked for.
 *
 * @throws {UnsupportedLayerError} When the linear map of a layer that has none is asked for, or one without weights is
 * asked to change them.
 *
 * @example The transpose of a dense layer
 * ```ts
 * import { dense } from "@relprop/lrp/layers";
 * import { eagerOps } from "@relprop/lrp/ops";
 * import { ruleContext } from "@relprop/lrp/rules";
 * import { tensor } from "@relprop/lrp/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * const context = ruleContext(eagerOps, {
 *   name: "scores",
 *   definition: dense({ weights: tensor([[3, 4]]) }),
 *   rule: "mine",
 *   inputs: [tensor([[1, 2]])],
 *   output: tensor([[11]]),
 *   relevance: tensor([[11]]),
 * });
 * assertEquals([...context.pullback(tensor([[1]]))[0].data], [3, 4]);
 * ```
 */
export function ruleContext<T>(ops: Ops<T>, parts: ContextParts<T>): RuleContext<T> {
  const { name, definition, inputs, output, relevance } = parts;
  const pullback = (s: T): readonly T[] => definition.pullback(ops, { inputs, output }, s);
  let map: LinearMap<T> | undefined;
  /** A map that says so when a rule would change weights that it has not. */
  const unchanged = (own: LinearMap<T>): LinearMap<T> => {
    const requireNone = (change: LinearChange<T> | undefined): void => {
      if (change?.weights === undefined) return;
      throw notDefined(parts.rule, name, definition, "changes weights, and there are none");
    };
    return {
      ...own,
      forward: (x, change) => (requireNone(change), own.forward(x, change)),
      pullback: (s, change) => (requireNone(change), own.pullback(s, change)),
    };
  };
  const layer = (): LinearMap<T> => {
    if (map) return map;
    if (definition.linear) {
      const own = definition.linear(ops, inputs);
      return map = WITHOUT_WEIGHTS.includes(definition.family) ? unchanged(own) : own;
    }
    if (!PICKS.includes(definition.family) || inputs.length !== 1) {
      throw notDefined(parts.rule, name, definition, "needs a linear map with one input");
    }
    // At this input the layer picks or moves values: a linear map that is only ever applied to this input.
    return map = unchanged({
      input: inputs[0],
      bias: undefined,
      forward: (x) => {
        if (x === inputs[0]) return output;
        if (definition.family === "routing") return definition.forward(ops, [x]);
        throw notDefined(parts.rule, name, definition, "asks for other values than its input");
      },
      pullback: (s) => pullback(s)[0],
      split: (x) => [x],
    });
  };
  return {
    ops,
    name,
    definition,
    inputs,
    output,
    relevance,
    origins: parts.origins ?? inputs.map((preactivation) => ({ kind: "", preactivation })),
    get layer(): LinearMap<T> {
      return layer();
    },
    get input(): T {
      return layer().input;
    },
    pullback,
  };
}
