import { defineRule, type Rule, type RuleContext } from "./rule.ts";
import { tiedMaxPullback } from "./tied_pullback.ts";

/**
 * Winner takes all: the relevance of a window goes to its largest value, the first of equals.
 *
 * **Defined on** max pooling. **Conserves** exactly.
 *
 * @example Two windows
 * ```ts
 * import { maxPooling } from "@relprop/lrp/layers";
 * import { propagate, winnerTakeAllRule } from "@relprop/lrp/rules";
 * import { tensor } from "@relprop/lrp/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * const point = { inputs: [tensor([[[5, 5, 1, 2]]])], relevance: tensor([[[4, 3]]]) };
 * const { inputs } = propagate(maxPooling({ kernel: [2] }), winnerTakeAllRule(), point);
 * assertEquals([...inputs[0].data], [4, 0, 0, 3]);
 * ```
 */
export function winnerTakeAllRule(): Rule {
  return defineRule({
    name: "winner take all",
    options: {},
    families: ["maxPooling"],
    accounts: true,
    propagate: <T>({ pullback, relevance }: RuleContext<T>) => ({ inputs: pullback(relevance) }),
  });
}

/**
 * Shared ties: the relevance of a window goes to its largest value, in equal shares if several are equal.
 *
 * Behind a ReLU whole windows are often 0, and the first position would get everything.
 *
 * **Defined on** max pooling. **Conserves** exactly.
 *
 * @example Two winners
 * ```ts
 * import { maxPooling } from "@relprop/lrp/layers";
 * import { propagate, sharedTiesRule } from "@relprop/lrp/rules";
 * import { tensor } from "@relprop/lrp/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * const point = { inputs: [tensor([[[5, 5, 1, 2]]])], relevance: tensor([[[4, 3]]]) };
 * assertEquals([...propagate(maxPooling({ kernel: [2] }), sharedTiesRule(), point).inputs[0].data], [2, 2, 0, 3]);
 * ```
 */
export function sharedTiesRule(): Rule {
  return defineRule({
    name: "shared ties",
    options: {},
    families: ["maxPooling"],
    accounts: true,
    propagate: <T>(context: RuleContext<T>) => ({
      inputs: [tiedMaxPullback(context.ops, context.definition, context, context.relevance)],
    }),
  });
}
