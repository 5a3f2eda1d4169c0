import { defineRule, notDefined, type Rule, type RuleContext } from "./rule.ts";
import { requireRuleOptions, STABILIZED } from "./rule_options.ts";
import { stableRatio } from "./stabilizer.ts";
import { type LinearRuleOptions, stabilizerFor } from "./epsilon.ts";

/** How the factors of a product share its relevance. */
export type ProductShare = "all" | "half" | "prop" | "abs";

/** The kinds of activations that make a gate. */
const GATES: readonly string[] = ["sigmoid", "softmax"];

/**
 * The relevance of a product of a gate and a signal, such as those of an LSTM.
 *
 * ```text
 * all    R_signal = R                           R_gate = 0
 * half   R_signal = R / 2                       R_gate = R / 2
 * prop   R_signal = z_s / (z_s + z_g) · R       R_gate = z_g / (z_s + z_g) · R          stabilized
 * abs    the same with |z_s| and |z_g|
 * ```
 *
 * with the pre-activations `z_s` and `z_g` of signal and gate. A factor that comes from a sigmoid or a softmax is
 * the gate; where both or none do, `all` needs `signal`.
 *
 * **Defined on** elementwise products. **Conserves** exactly, `prop` and `abs` up to their stabilizer.
 *
 * @param options.share The rule. Default `"all"`, LRP-all.
 * @param options.signal Which factor is the signal, 0 or 1. Default: the one that is not made by a gate.
 * @throws {UnsupportedLayerError} If it is not clear which factor is the signal.
 *
 * @example The signal behind a gate takes all
 * ```ts
 * import { multiply } from "@relprop/lrp/layers";
 * import { productRule, propagate } from "@relprop/lrp/rules";
 * import { tensor } from "@relprop/lrp/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * const [gate, signal] = [tensor([[0.5]]), tensor([[4]])];
 * const { inputs } = propagate(multiply(), productRule(), {
 *   inputs: [gate, signal],
 *   origins: [{ kind: "sigmoid", preactivation: tensor([[0]]) }, { kind: "tanh", preactivation: signal }],
 *   relevance: tensor([[2]]),
 * });
 * assertEquals(inputs.map((part) => part.get(0, 0)), [0, 2]);
 * ```
 *
 * @see Arras et al. 2019, https://aclanthology.org/W19-4813
 */
export function productRule(
  options:
    & { share?: ProductShare | undefined; signal?: 0 | 1 | undefined }
    & Pick<
      LinearRuleOptions,
      "stabilizer" | "dialect"
    > = {},
): Rule {
  const choices = { share: ["all", "half", "prop", "abs"], signal: [0, 1], ...STABILIZED };
  requireRuleOptions("a product", options, { choices });
  const { share = "all", signal } = options;
  const guard = stabilizerFor(options);
  return defineRule({
    name: `product ${share}`,
    options: { share, ...share === "prop" || share === "abs" ? { stabilizer: guard } : {} },
    families: ["product"],
    accounts: true,
    propagate: <T>(context: RuleContext<T>) => {
      const { ops, inputs, origins, relevance } = context;
      const onto = (parts: readonly T[]): readonly T[] =>
        parts.map((part, i) => ops.sumLike(part, inputs[i]));
      if (share === "half") {
        return { inputs: onto(inputs.map(() => ops.multiply(relevance, 0.5))) };
      }
      if (share === "all") {
        const taker = signal ?? signalOf(context);
        return { inputs: onto(inputs.map((_, i) => i === taker ? relevance : ops.multiply(relevance, 0))) };
      }
      const z = origins.map(({ preactivation }) =>
        share === "abs" ? ops.absolute(preactivation) : preactivation
      );
      const sum = ops.add(z[0], z[1]);
      const q = stableRatio(ops, relevance, sum, guard);
      return {
        inputs: onto(z.map((part) => ops.multiply(part, q))),
        stabilizer: ops.subtract(relevance, ops.multiply(sum, q)),
      };
    },
  });
}

function signalOf<T>({ name, definition, origins }: RuleContext<T>): number {
  const candidates = origins.flatMap(({ kind }, i) => GATES.includes(kind) ? [] : [i]);
  if (candidates.length === 1) return candidates[0];
  throw notDefined(
    "product all",
    name,
    definition,
    "needs to know which factor is the signal (option `signal`) where not exactly one comes from a sigmoid or softmax",
  );
}

/**
 * Equal shares for all inputs of a product or a sum, whatever their values.
 *
 * ```text
 * R_i = R / n          n inputs
 * ```
 *
 * **Defined on** products and sums of signals. **Conserves** exactly; a learned constant counts as an input, and its share
 * stays there as rest, of which a plan warns. LXT gives all to the other factor where only one of two needs relevance, as
 * `productRule({ signal })` does.
 *
 * @throws {UnsupportedLayerError} When it propagates, on a linear layer that is no sum of signals.
 *
 * @example Two factors
 * ```ts
 * import { multiply } from "@relprop/lrp/layers";
 * import { propagate, uniformRule } from "@relprop/lrp/rules";
 * import { tensor } from "@relprop/lrp/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * const point = { inputs: [tensor([[1]]), tensor([[9]])], relevance: tensor([[6]]) };
 * const { inputs } = propagate(multiply(), uniformRule(), point);
 * assertEquals(inputs.map((part) => part.get(0, 0)), [3, 3]);
 * ```
 *
 * @see Achtibat et al. 2024, https://proceedings.mlr.press/v235/achtibat24a.html
 */
export function uniformRule(): Rule {
  return defineRule({
    name: "uniform",
    options: {},
    families: ["product", "linear"],
    accounts: true,
    propagate: <T>(context: RuleContext<T>) => {
      const { ops, inputs, relevance, definition, name } = context;
      if (definition.family === "linear" && definition.kind !== "add") {
        throw notDefined("uniform", name, definition, "is defined on products and sums of signals");
      }
      return {
        inputs: inputs.map((input) => ops.sumLike(ops.multiply(relevance, 1 / inputs.length), input)),
      };
    },
  });
}
