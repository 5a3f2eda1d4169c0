import type { WeightChange } from "../layers/mod.ts";
import type { RuleContext, Shares } from "./rule.ts";
import { onesLike } from "./signs.ts";
import { type Stabilizer, stableRatio } from "./stabilizer.ts";

/** One input with one set of weights, such as the positive inputs with the positive weights. */
export interface Term<T> {
  /** What takes the place of the input. */
  readonly input: T;
  /** What becomes of the weights. Default: nothing. */
  readonly weights?: WeightChange<T> | undefined;
}

/** Terms that share one denominator. */
export interface TermGroup<T> {
  /** The part of the relevance that these terms get. Default 1. */
  readonly coefficient?: number | undefined;
  /** Which outputs these terms answer for: 1 or 0, in the shape of the output. Default: all. */
  readonly gate?: T | undefined;
  /** The terms; their sum is the pre-activation that is shared. */
  readonly terms: readonly Term<T>[];
  /** What becomes of the bias in the denominator; `false` leaves it out. Default: nothing. */
  readonly bias?: ((bias: T) => T) | false | undefined;
  /**
   * Whether all terms have one sign, so that `z = 0` means that there are none; the relevance of such an output is then
   * booked as lost, not as absorbed by the stabilizer. Default false.
   */
  readonly oneSign?: boolean | undefined;
}

/**
 * The interpreter of the rules for linear maps: for each group
 *
 * ```text
 * z = Σ_terms forward(input, weights) + bias      q = gate · R / stabilized(z)
 * R_in += coefficient · Σ_terms input · pullback(q, weights)
 * ```
 *
 * with an exact account of what the biases, the stabilizers and the gates kept, and of groups that had nothing to share.
 *
 * **Conserves** up to the shares that it gives beside the inputs.
 *
 * @example One group of one term: the epsilon rule
 * ```ts
 * import { dense } from "@relprop/lrp/layers";
 * import { defineRule, propagate, shareByGroups, stabilizer } from "@relprop/lrp/rules";
 * import { tensor } from "@relprop/lrp/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * const rule = defineRule({
 *   name: "mine",
 *   options: {},
 *   families: ["linear"],
 *   accounts: true,
 *   propagate: (context) => shareByGroups(context, [{ terms: [{ input: context.input }] }], stabilizer(1)),
 * });
 * const layer = dense({ weights: tensor([[3, 4]]) });
 * const { inputs } = propagate(layer, rule, { inputs: [tensor([[1, 2]])], relevance: tensor([[12]]) });
 * assertEquals([...inputs[0].data], [3, 8]); // 3/(11 + 1)·12 and 8/(11 + 1)·12
 * ```
 */
export function shareByGroups<T>(
  context: RuleContext<T>,
  groups: readonly TermGroup<T>[],
  guard: Stabilizer,
): Shares<T> {
  const { ops, layer, relevance } = context;
  let [input, bias, absorbed, kept]: (T | undefined)[] = [];
  const quotients: T[] = [];
  const plus = (total: T | undefined, part: T, coefficient: number): T => {
    const weighted = coefficient === 1 ? part : ops.multiply(part, coefficient);
    return total === undefined ? weighted : ops.add(total, weighted);
  };
  for (const { coefficient = 1, gate, terms, bias: change, oneSign } of groups) {
    const offset = layer.bias === undefined || change === false
      ? undefined
      : change
      ? change(layer.bias)
      : layer.bias;
    const [{ input: only, weights }] = terms;
    const isOutput = terms.length === 1 && only === context.input && !weights && change === undefined;
    const linear = (): T =>
      terms.map((term) => layer.forward(term.input, { weights: term.weights, bias: false }))
        .reduce((sum, part) => ops.add(sum, part));
    const z = isOutput ? context.output : offset === undefined ? linear() : ops.add(linear(), offset);
    const part = gate === undefined ? relevance : ops.multiply(relevance, gate);
    const q = stableRatio(ops, part, z, guard);
    quotients.push(q);
    for (const term of terms) {
      const share = ops.multiply(term.input, layer.pullback(q, { weights: term.weights }));
      input = plus(input, share, coefficient);
    }
    if (offset !== undefined) bias = plus(bias, ops.multiply(offset, q), coefficient);
    const shared = oneSign ? ops.where(ops.equal(z, 0), 0, part) : part;
    absorbed = plus(absorbed, ops.subtract(shared, ops.multiply(z, q)), coefficient);
    kept = plus(kept, shared, coefficient);
  }
  return {
    inputs: layer.split(input!),
    bias,
    stabilizer: absorbed,
    lost: ops.subtract(relevance, kept!),
    weights: layer.weights === undefined || layer.weightsPullback === undefined
      ? undefined
      : () => weightRelevance(context, groups, quotients),
  };
}

/** What goes to the inputs along each connection: `coefficient · Σ_terms w′ · ∂⟨z, q⟩/∂w′`. */
function weightRelevance<T>(
  { ops, layer }: RuleContext<T>,
  groups: readonly TermGroup<T>[],
  quotients: readonly T[],
): T {
  const own = layer.weights!;
  const parts = groups.flatMap(({ coefficient = 1, terms }, i) =>
    terms.map(({ input, weights: change }) => {
      const weights = change === undefined ? own : change === "ones" ? onesLike(ops, own) : change(own);
      const along = ops.multiply(weights, layer.weightsPullback!(input, quotients[i]));
      return coefficient === 1 ? along : ops.multiply(along, coefficient);
    })
  );
  return parts.reduce((sum, part) => ops.add(sum, part));
}
