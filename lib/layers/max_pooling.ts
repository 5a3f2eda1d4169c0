import type { Ops, PoolingGeometry } from "../ops/mod.ts";
import { requireOptions } from "../options.ts";
import type { PoolingOptions } from "./average_pooling.ts";
import { type PerAxis, perAxis, windowSizes } from "./geometry.ts";
import type { Layer, LayerPoint } from "./layer.ts";

/** The options of {@linkcode maxPooling}. */
export interface MaxPoolingOptions extends PoolingOptions {
  /** Steps within a window. Default 1. */
  readonly dilation?: PerAxis | undefined;
  /** Whether a last window that reaches over the end counts. Default false. */
  readonly ceil?: boolean | undefined;
}

/**
 * The largest value of each window; padding never wins.
 *
 * Its gradient goes to the winner: the first of equals.
 *
 * **Shapes** input `[N, C, …]` -> output `[N, C, …]`; one to three spatial axes.
 *
 * @throws {TypeError} If an option is not known, or the kernel is missing.
 * @throws {RangeError} If the kernel is no list of one to three whole numbers >= 1.
 *
 * @example Pairs
 * ```ts
 * import { maxPooling } from "@relprop/lrp/layers";
 * import { eagerOps } from "@relprop/lrp/ops";
 * import { tensor } from "@relprop/lrp/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * const layer = maxPooling({ kernel: [2] });
 * assertEquals([...layer.forward(eagerOps, [tensor([[[1, 3, 5, 4]]])]).data], [3, 5]);
 * ```
 */
export function maxPooling(options: MaxPoolingOptions): Layer {
  requireOptions(options, {
    action: "make a max pooling",
    known: ["kernel", "stride", "padding", "dilation", "ceil"],
    required: ["kernel"],
  });
  const kernel = windowSizes(options.kernel);
  const axes = kernel.length;
  const geometry: PoolingGeometry = {
    kernel,
    strides: perAxis(options.stride ?? kernel, axes, "stride", 1),
    padding: perAxis(options.padding ?? 0, axes, "padding", 0),
    dilations: perAxis(options.dilation ?? 1, axes, "dilation", 1),
    ceil: options.ceil ?? false,
  };
  const layer: Layer = Object.freeze({
    kind: "maxPooling",
    family: "maxPooling",
    settings: Object.freeze({ ...geometry }),
    parameters: Object.freeze({}),
    forward: <T>(ops: Ops<T>, [input]: readonly T[]): T => ops.maxPool(input, geometry).values,
    pullback: <T>(ops: Ops<T>, { inputs: [input] }: LayerPoint<T>, s: T): readonly T[] => [
      ops.maxUnpool(s, ops.maxPool(input, geometry).winners, input),
    ],
    withParameters: () => layer,
  });
  return layer;
}
