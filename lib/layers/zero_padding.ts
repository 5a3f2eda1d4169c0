import type { Ops } from "../ops/mod.ts";
import { requireOptions } from "../options.ts";
import { zeros } from "../tensor/mod.ts";
import { frontAxis } from "./axes.ts";
import type { Layer } from "./layer.ts";
import { routing } from "./routing.ts";

/**
 * Zeros before and after along an axis of known size: what a causal convolution reads before the first step.
 *
 * Relevance that a rule gives to the zeros stays there; the paddings of {@linkcode convolution} itself get none.
 *
 * **Shapes** the input, longer by both numbers along the axis.
 *
 * @throws {TypeError} If an option is not known, or one is missing.
 * @throws {RangeError} If a number is no whole number >= 0; when it runs, if the input has no such axis.
 *
 * @example
 * ```ts
 * import { zeroPadding } from "@relprop/lrp/layers";
 * import { eagerOps } from "@relprop/lrp/ops";
 * import { tensor } from "@relprop/lrp/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * const layer = zeroPadding({ axis: 1, before: 2, after: 1 });
 * assertEquals([...layer.forward(eagerOps, [tensor([[5, 6]])]).data], [0, 0, 5, 6, 0]);
 * ```
 */
export function zeroPadding(options: { axis: number; before: number; after: number }): Layer {
  const action = "make a zero padding";
  const names = ["axis", "before", "after"];
  requireOptions(options, { action, known: names, required: names });
  const { before, after } = options;
  for (const [name, amount] of [["before", before], ["after", after]] as const) {
    if (Number.isInteger(amount) && amount >= 0) continue;
    throw new RangeError(`Cannot ${action}: ${name} must be a whole number >= 0, got ${amount}`);
  }
  const placed = <T>(ops: Ops<T>, x: T): { axis: number; size: number } => {
    const axis = frontAxis(ops, x, options.axis, "pad");
    const size = ops.shape(x)[axis];
    if (size >= 0) return { axis, size };
    throw new RangeError(
      "Cannot pad: the axis must have a known size, got one that is known when the graph runs",
    );
  };
  return routing(
    "zeroPadding",
    { axis: options.axis, before, after },
    (ops, [x]) => {
      const { axis, size } = placed(ops, x);
      const whole = ops.shape(x).map((_, i) => i === axis ? before + size + after : 1);
      return ops.pad(x, axis, before, ops.constant(zeros(whole)));
    },
    (ops, [x], s) => {
      const { axis, size } = placed(ops, x);
      return [ops.slice(s, axis, before, before + size)];
    },
  );
}
