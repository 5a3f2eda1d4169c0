import type { Ops } from "../ops/mod.ts";
import type { Layer, LayerPoint } from "./layer.ts";

/**
 * Which steps of a batch of sequences count: 1 before the end of each, 0 from there on; the mask that recurrent layers
 * take.
 *
 * **Shapes** lengths `[N]`, sequences `[N, T, E]` -> mask `[N, T]`.
 *
 * @example
 * ```ts
 * import { lengthMask } from "@relprop/lrp/layers";
 * import { eagerOps } from "@relprop/lrp/ops";
 * import { tensor, zeros } from "@relprop/lrp/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * const mask = lengthMask().forward(eagerOps, [tensor([1, 3]), zeros([2, 3, 4])]);
 * assertEquals([...mask.data], [1, 0, 0, 1, 1, 1]);
 * ```
 */
export function lengthMask(): Layer {
  return LENGTH_MASK;
}

const LENGTH_MASK: Layer = Object.freeze<Layer>({
  kind: "lengthMask",
  family: "constant",
  settings: Object.freeze({}),
  parameters: Object.freeze({}),
  arity: [2, 2],
  forward: <T>(ops: Ops<T>, [lengths, sequences]: readonly T[]): T => {
    const ends = ops.reshape(lengths, [0, 1]);
    const { outputs: [mask] } = ops.scan(
      {
        inputs: [ops.transpose(sequences, [1, 0, 2])],
        states: [ops.multiply(ends, 0)],
        backwards: false,
      },
      (_, [count]) => ({ states: [ops.add(count, 1)], outputs: [ops.greater(ends, count)] }),
    );
    return ops.reshape(ops.transpose(mask, [1, 0, 2]), ops.shape(sequences).slice(0, 2));
  },
  pullback: <T>(ops: Ops<T>, { inputs }: LayerPoint<T>): readonly T[] =>
    inputs.map((input) => ops.multiply(input, 0)),
  withParameters: () => LENGTH_MASK,
});
