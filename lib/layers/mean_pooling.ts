import { formatShape } from "../errors.ts";
import type { Ops } from "../ops/mod.ts";
import { requireOptions } from "../options.ts";
import { dropAxis, frontAxis, insertAxis } from "./axes.ts";
import type { Layer, LinearMap } from "./layer.ts";
import { changed, linearLayer } from "./linear_layer.ts";

/**
 * The mean over one axis, which goes: a bag of token vectors as one vector.
 *
 * **Shapes** input `[N, T, E]` with `axis: 1` -> output `[N, E]`.
 *
 * @throws {TypeError} If an option is not known, or the axis is missing.
 * @throws {RangeError} When it runs, if the input has no such axis, or no place on it.
 *
 * @example Two tokens
 * ```ts
 * import { meanPooling } from "@relprop/lrp/layers";
 * import { eagerOps } from "@relprop/lrp/ops";
 * import { tensor } from "@relprop/lrp/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals([...meanPooling({ axis: 1 }).forward(eagerOps, [tensor([[[1, 2], [3, 6]]])]).data], [2, 4]);
 * ```
 */
export function meanPooling(options: { axis: number }): Layer {
  requireOptions(options, { action: "make a mean pooling", known: ["axis"], required: ["axis"] });
  return linearLayer({
    kind: "meanPooling",
    settings: { axis: options.axis },
    linear<T>(ops: Ops<T>, [input]: readonly T[]): LinearMap<T> {
      const axis = frontAxis(ops, input, options.axis, "average over an axis");
      if (ops.shape(input)[axis] === 0) {
        throw new RangeError(
          `Cannot average over an axis: axis ${axis} must have at least one place, got shape ${
            formatShape(ops.shape(input))
          }`,
        );
      }
      const ones = ops.equal(input, input);
      const w = ops.divide(ones, ops.sum(ones, [axis]));
      return {
        input,
        bias: undefined,
        forward: (x, change) =>
          dropAxis(ops, ops.sum(ops.multiply(x, changed(ops, w, change)), [axis]), axis),
        pullback: (s, change) => ops.multiply(insertAxis(ops, s, axis), changed(ops, w, change)),
        split: (x) => [x],
      };
    },
  });
}
