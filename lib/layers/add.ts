import type { Ops } from "../ops/mod.ts";
import { requireOptions } from "../options.ts";
import { tensor } from "../tensor/mod.ts";
import { dropAxis, insertAxis } from "./axes.ts";
import type { Layer, LinearMap } from "./layer.ts";
import { changed, linearLayer } from "./linear_layer.ts";

/**
 * The sum of its inputs, such as a residual connection; smaller inputs broadcast.
 *
 * To a rule it is a linear map whose weights are the coefficients, so every rule for weights is defined on it.
 *
 * **Shapes** any number of inputs that broadcast to `[…]` -> output `[…]`.
 *
 * @param options.coefficients One factor per input, such as `[1, -1]` for a difference. Default: all 1.
 * @throws {TypeError} If an option is not known.
 * @throws {RangeError} When it runs, if there is not one coefficient per input.
 *
 * @example A difference
 * ```ts
 * import { add } from "@relprop/lrp/layers";
 * import { eagerOps } from "@relprop/lrp/ops";
 * import { tensor } from "@relprop/lrp/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * const layer = add({ coefficients: [1, -1] });
 * assertEquals([...layer.forward(eagerOps, [tensor([[5, 7]]), tensor([[2, 3]])]).data], [3, 4]);
 * ```
 */
export function add(options: { coefficients?: readonly number[] | undefined } = {}): Layer {
  requireOptions(options, { action: "make a sum", known: ["coefficients"] });
  return linearLayer({
    kind: "add",
    arity: [1, Infinity],
    settings: options.coefficients ? { coefficients: options.coefficients } : {},
    linear<T>(ops: Ops<T>, inputs: readonly T[]): LinearMap<T> {
      const coefficients = options.coefficients ?? inputs.map(() => 1);
      if (coefficients.length !== inputs.length) {
        throw new RangeError(
          `Cannot add: one coefficient per input is required, got ${coefficients.length} for ${inputs.length} inputs`,
        );
      }
      const like = inputs.reduce((sum, x) => ops.add(sum, x));
      const last = ops.shape(like).length;
      const w = ops.constant(tensor(coefficients, [coefficients.length]));
      return {
        input: ops.concatenate(inputs.map((x) => insertAxis(ops, ops.expandLike(x, like), last)), last),
        bias: undefined,
        forward: (x, change) =>
          dropAxis(ops, ops.sum(ops.multiply(x, changed(ops, w, change)), [last]), last),
        pullback: (s, change) => ops.multiply(insertAxis(ops, s, last), changed(ops, w, change)),
        split: (x) =>
          inputs.map((input, i) => ops.sumLike(dropAxis(ops, ops.slice(x, last, i, i + 1), last), input)),
      };
    },
  });
}
