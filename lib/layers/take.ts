import { formatShape } from "../errors.ts";
import type { Ops } from "../ops/mod.ts";
import { requireOptions } from "../options.ts";
import { dropAxis, frontAxis, insertAxis } from "./axes.ts";
import type { Layer } from "./layer.ts";
import { routing } from "./routing.ts";

/**
 * One place along an axis, which goes: the vector of the class token, the last hidden state.
 *
 * **Shapes** the input without the axis; a negative index counts from the end.
 *
 * @throws {TypeError} If an option is not known, or one is missing.
 * @throws {RangeError} When it runs, if the input has no such place.
 *
 * @example The last step
 * ```ts
 * import { take } from "@relprop/lrp/layers";
 * import { eagerOps } from "@relprop/lrp/ops";
 * import { tensor } from "@relprop/lrp/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * const layer = take({ axis: 1, index: -1 });
 * const output = layer.forward(eagerOps, [tensor([[[1], [2], [3]]])]);
 * assertEquals([output.shape, output.get(0, 0)], [[1, 1], 3]);
 * ```
 */
export function take(options: { axis: number; index: number }): Layer {
  const names = ["axis", "index"];
  requireOptions(options, { action: "make a take", known: names, required: names });
  const { index } = options;
  const place = <T>(ops: Ops<T>, x: T): { axis: number; at: number } => {
    const axis = frontAxis(ops, x, options.axis, "take a place");
    const size = ops.shape(x)[axis];
    // A size below 0 is only known when a staged graph runs, which then counts from the end itself.
    const at = index < 0 && size >= 0 ? size + index : index;
    if (Number.isInteger(at) && (size < 0 || at >= 0 && at < size)) return { axis, at };
    throw new RangeError(
      `Cannot take a place: the index must be a whole number that axis ${axis} of ${
        formatShape(ops.shape(x))
      } has, got ${index}`,
    );
  };
  return routing(
    "take",
    { axis: options.axis, index },
    (ops, [x]) => {
      const { axis, at } = place(ops, x);
      return dropAxis(ops, ops.slice(x, axis, at, at + 1), axis);
    },
    (ops, [x], s) => {
      const { axis, at } = place(ops, x);
      return [ops.pad(insertAxis(ops, s, axis), axis, at, x)];
    },
  );
}
