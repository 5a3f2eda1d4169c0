import type { Layer, LinearMap } from "../layers/mod.ts";
import type { Ops } from "../ops/mod.ts";

/** A layer that looks at the shape of its first input before it works. */
export function guarded(layer: Layer, check: (shape: readonly number[]) => void): Layer {
  const { linear } = layer;
  const checked = <T>(ops: Ops<T>, inputs: readonly T[]): readonly T[] => {
    check(ops.shape(inputs[0]));
    return inputs;
  };
  return Object.freeze<Layer>({
    ...layer,
    forward: <T>(ops: Ops<T>, inputs: readonly T[]): T => layer.forward(ops, checked(ops, inputs)),
    ...linear && {
      linear: <T>(ops: Ops<T>, inputs: readonly T[]): LinearMap<T> => linear(ops, checked(ops, inputs)),
    },
    withParameters: (parameters) => guarded(layer.withParameters(parameters), check),
  });
}
