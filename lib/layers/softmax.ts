import { formatShape, ShapeError } from "../errors.ts";
import { eagerOps, type Ops } from "../ops/mod.ts";
import { requireOptions } from "../options.ts";
import { contiguous, type NumericArray, type Tensor, tensor } from "../tensor/mod.ts";
import type { Layer, LayerPoint } from "./layer.ts";
import { parametersFrom } from "./linear_layer.ts";

/** The options of {@linkcode softmax}. */
export interface SoftmaxOptions {
  /** The axis over which the outputs sum to 1. Default -1. */
  readonly axis?: number | undefined;
  /** What the input is multiplied by first, such as `1 / √d` in attention. Default 1. */
  readonly scale?: number | undefined;
  /** 1 where an entry takes part and 0 where not, `[S, T]` or larger; it is cut to the last two axes of the input. */
  readonly mask?: NumericArray | undefined;
}

/**
 * `softmax(scale · x)`, with an optional mask, as attention uses it.
 *
 * A masked entry gets exactly 0, and no infinity is used. A second input is a mask per example: 1 where an
 * entry takes part, 0 where not, broadcast to the first input.
 *
 * **Shapes** input `[…]`, perhaps a mask that broadcasts to it -> output `[…]`.
 *
 * @throws {TypeError} If an option is not known.
 * @throws {RangeError} If a mask holds other numbers than 0 and 1; for a second input when it runs in the reference engine.
 *
 * @example Two equal numbers
 * ```ts
 * import { softmax } from "@relprop/lrp/layers";
 * import { eagerOps } from "@relprop/lrp/ops";
 * import { tensor } from "@relprop/lrp/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals([...softmax().forward(eagerOps, [tensor([[7, 7]])]).data], [0.5, 0.5]);
 * ```
 */
export function softmax(options: SoftmaxOptions = {}): Layer {
  requireOptions(options, { action: "make a softmax", known: ["axis", "scale", "mask"] });
  const { axis = -1, scale = 1 } = options;
  const parameters = parametersFrom({ mask: options.mask });
  requireZeroOrOne(parameters.mask, "make");

  function allowed<T>(ops: Ops<T>, [x, given]: readonly T[]): T | undefined {
    if (!parameters.mask) return given;
    const [wanted, reach] = [ops.shape(x), parameters.mask.shape].map((shape) => shape.slice(-2));
    if (wanted.some((size, axis) => size > reach[axis])) {
      throw new ShapeError(
        `Cannot mask a softmax: the mask must reach over ${formatShape(wanted)}, got ${formatShape(reach)}`,
        { where: "mask", expected: wanted, actual: reach },
      );
    }
    const rows = ops.leading(ops.constant(parameters.mask), -2, x, -2);
    const fixed = ops.leading(rows, -1, x, -1);
    return given === undefined ? fixed : ops.multiply(fixed, given);
  }

  const layer: Layer = {
    kind: "softmax",
    family: "softmax",
    settings: Object.freeze({ axis, scale, masked: options.mask !== undefined }),
    parameters,
    arity: [1, 2],
    forward: <T>(ops: Ops<T>, inputs: readonly T[]): T => {
      // Only the reference engine has numbers to look at.
      if ((ops as unknown) === eagerOps) requireZeroOrOne(inputs[1] as Tensor | undefined, "run");
      const mask = allowed(ops, inputs);
      const x = ops.multiply(inputs[0], scale);
      // The largest of all entries, masked or not, would let the kept ones underflow.
      const peak = ops.max(mask === undefined ? x : ops.where(mask, x, -Number.MAX_VALUE), [axis]);
      const raw = ops.exp(ops.minimum(ops.subtract(x, peak), 0));
      const kept = mask === undefined ? raw : ops.multiply(raw, mask);
      return ops.divide(kept, ops.sum(kept, [axis]));
    },
    pullback: <T>(ops: Ops<T>, { inputs, output }: LayerPoint<T>, s: T): readonly T[] => {
      const inner = ops.sum(ops.multiply(output, s), [axis]);
      const first = ops.multiply(ops.multiply(output, ops.subtract(s, inner)), scale);
      // A mask is not something to explain: nothing flows to it.
      return inputs.map((input, i) => i === 0 ? first : ops.multiply(input, 0));
    },
    withParameters: ({ mask }) => softmax({ axis, scale, mask }),
  };
  return Object.freeze(layer);
}

function requireZeroOrOne(mask: Tensor | undefined, action: string): void {
  const other = mask && contiguous(mask).find((value) => value !== 0 && value !== 1);
  if (other === undefined) return;
  throw new RangeError(
    `Cannot ${action} a softmax: the mask must hold 1 where an entry takes part and 0 where not, got ${other}`,
  );
}

/**
 * The mask of attention that looks back only: `[length, length]`, 1 on and below the diagonal.
 *
 * @example Two steps
 * ```ts
 * import { causalMask } from "@relprop/lrp/layers";
 * import { contiguous } from "@relprop/lrp/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals([...contiguous(causalMask(2))], [1, 0, 1, 1]);
 * ```
 */
export function causalMask(length: number): NumericArray {
  const values = Float64Array.from(
    { length: length * length },
    (_, i) => i % length <= Math.floor(i / length) ? 1 : 0,
  );
  return tensor(values, [length, length]);
}
