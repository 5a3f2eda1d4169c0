import { formatShape, ShapeError } from "../errors.ts";
import { eagerOps } from "../ops/mod.ts";
import { contiguous, type NumericArray, requireFinite, tensor } from "../tensor/mod.ts";
import { type LinearRuleOptions, stabilizerFor } from "./epsilon.ts";
import { shareByGroups } from "./groups.ts";
import { defineRule, type Rule, type RuleContext } from "./rule.ts";
import { requireRuleOptions, STABILIZED } from "./rule_options.ts";
import { negativePart, onesLike, positivePart } from "./signs.ts";

/** The options of {@linkcode zBoxRule}. */
export interface ZBoxOptions extends Omit<LinearRuleOptions, "bias"> {
  /** The smallest value that an input can have: a number, or an array that broadcasts to the input. */
  readonly low: number | NumericArray;
  /** The largest value that an input can have, likewise. */
  readonly high: number | NumericArray;
}

/**
 * The z-box rule zᴮ, for a first layer whose inputs lie in a box such as pixels between black and white.
 *
 * ```text
 * R_i = Σ_j (a_i w_ij - l_i w_ij⁺ - h_i w_ij⁻) / Σ_i (a_i w_ij - l_i w_ij⁺ - h_i w_ij⁻) · R_j
 * ```
 *
 * The bias cancels: what it gives to the input it takes from the corners.
 *
 * **Shapes** `low`, `high`: numbers, or arrays that broadcast to the input, such as `[C, 1, 1]`.
 * **Defined on** layers with weights; meant for the first layer.
 * **Conserves** up to the stabilizer.
 *
 * @throws {RangeError} If a bound `low` lies above its `high`.
 * @throws {NumericalError} If a bound is NaN or infinite.
 * @throws {ShapeError} If the bounds do not broadcast to each other.
 *
 * @example Inputs from -1 to 1
 * ```ts
 * import { dense } from "@relprop/lrp/layers";
 * import { propagate, zBoxRule } from "@relprop/lrp/rules";
 * import { tensor } from "@relprop/lrp/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * const layer = dense({ weights: tensor([[1, -1]]) });
 * const rule = zBoxRule({ low: -1, high: 1, stabilizer: 0 });
 * const point = { inputs: [tensor([[1, 0]])], relevance: tensor([[3]]) };
 * assertEquals([...propagate(layer, rule, point).inputs[0].data], [2, 1]); // 1·1 - (-1)·1 and 0·-1 - 1·-1
 * ```
 *
 * @see Montavon et al. 2017, https://doi.org/10.1016/j.patcog.2016.11.008
 */
export function zBoxRule(options: ZBoxOptions): Rule {
  requireRuleOptions("a z-box", options, {
    choices: { low: "any", high: "any", ...STABILIZED },
    required: ["low", "high"],
  });
  const guard = stabilizerFor(options);
  const [low, high] = [options.low, options.high].map((bound) =>
    typeof bound === "number" ? tensor([bound], []) : tensor(contiguous(bound), bound.shape)
  );
  const action = "make a z-box rule";
  requireFinite(low.data, low.shape, { action, where: "low" });
  requireFinite(high.data, high.shape, { action, where: "high" });
  const above = contiguous(eagerOps.greater(low, high)).indexOf(1);
  if (above !== -1) {
    const [a, b] = [[low, high], [high, low]].map(([bound, like]) =>
      contiguous(eagerOps.add(bound, eagerOps.multiply(like, 0)))[above]
    );
    throw new RangeError(`Cannot ${action}: low must not lie above high, got low ${a} and high ${b}`);
  }
  const show = (bound: number | NumericArray): unknown => typeof bound === "number" ? bound : "array";
  return defineRule({
    name: "z-box",
    options: { low: show(options.low), high: show(options.high), stabilizer: guard },
    families: ["linear"],
    accounts: true,
    propagate: <T>(context: RuleContext<T>) => {
      const { ops, input } = context;
      const corner = (bound: T): T => {
        const at = ops.negate(ops.multiply(onesLike(ops, input), bound));
        const [wanted, actual] = [input, at].map((value) => ops.shape(value));
        if (formatShape(wanted) === formatShape(actual)) return at;
        throw new ShapeError(
          `Cannot share by the z-box rule: its bounds must broadcast to ${formatShape(wanted)}, got ${
            formatShape(ops.shape(bound))
          }`,
          { where: "bounds", expected: wanted, actual: ops.shape(bound) },
        );
      };
      return shareByGroups(
        context,
        [{
          terms: [
            { input },
            { input: corner(ops.constant(low)), weights: (w) => positivePart(ops, w) },
            { input: corner(ops.constant(high)), weights: (w) => negativePart(ops, w) },
          ],
          bias: false,
        }],
        guard,
      );
    },
  });
}
