import type { Ops } from "../ops/mod.ts";
import { dropAxis, insertAxis } from "./axes.ts";
import type { Layer, LinearMap } from "./layer.ts";
import { changed, linearLayer } from "./linear_layer.ts";

/**
 * The mean over one axis, which goes: a bag of token vectors as one vector.
 *
 * **Shapes** input `[N, T, E]` with `axis: 1` -> output `[N, E]`.
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
  const { axis } = options;
  return linearLayer({
    kind: "meanPooling",
    settings: { axis },
    linear<T>(ops: Ops<T>, [input]: readonly T[]): LinearMap<T> {
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
