import { formatShape, ShapeError } from "../errors.ts";
import type { Ops } from "../ops/mod.ts";
import { axisFromFront } from "../ops/shapes.ts";
import { requireOptions } from "../options.ts";
import { dropAxis, insertAxis } from "./axes.ts";
import type { Layer, LayerPoint } from "./layer.ts";

/** A layer that moves values and changes none, from what it does and what undoes it. */
export function routing(
  kind: string,
  settings: Readonly<Record<string, unknown>>,
  forward: <T>(ops: Ops<T>, inputs: readonly T[]) => T,
  back: <T>(ops: Ops<T>, inputs: readonly T[], s: T) => readonly T[],
  arity?: Layer["arity"],
): Layer {
  const layer: Layer = Object.freeze({
    kind,
    family: "routing",
    settings: Object.freeze(settings),
    parameters: Object.freeze({}),
    ...arity && { arity },
    forward,
    pullback: <T>(ops: Ops<T>, { inputs }: LayerPoint<T>, s: T): readonly T[] => back(ops, inputs, s),
    withParameters: () => layer,
  });
  return layer;
}

/**
 * All axes after the first as one.
 *
 * **Shapes** input `[N, …]` -> output `[N, D]`.
 *
 * @example
 * ```ts
 * import { flatten } from "@relprop/lrp/layers";
 * import { eagerOps } from "@relprop/lrp/ops";
 * import { tensor } from "@relprop/lrp/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(flatten().forward(eagerOps, [tensor([[[1, 2], [3, 4]]])]).shape, [1, 4]);
 * ```
 */
export function flatten(): Layer {
  return routing(
    "flatten",
    {},
    (ops, [x]) => ops.reshape(x, [0, ops.shape(x).slice(1).reduce((a, b) => a * b, 1)]),
    (ops, [x], s) => [ops.reshape(s, [0, ...ops.shape(x).slice(1)])],
  );
}

/**
 * Other sizes for the same numbers; 0 keeps the size at that place, one -1 takes what is left.
 *
 * **Shapes** input `[…]` -> output `sizes`.
 *
 * @example Two rows for each example
 * ```ts
 * import { reshape } from "@relprop/lrp/layers";
 * import { eagerOps } from "@relprop/lrp/ops";
 * import { tensor } from "@relprop/lrp/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * const layer = reshape({ sizes: [0, 2, -1] });
 * assertEquals(layer.forward(eagerOps, [tensor([[1, 2, 3, 4]])]).shape, [1, 2, 2]);
 * ```
 */
export function reshape(options: { sizes: readonly number[] }): Layer {
  requireOptions(options, { action: "make a reshape", known: ["sizes"], required: ["sizes"] });
  const { sizes } = options;
  return routing(
    "reshape",
    { sizes },
    (ops, [x]) => ops.reshape(x, sizes),
    (ops, [x], s) => [ops.reshape(s, ops.shape(x))],
  );
}

/**
 * Axes in another order, such as `[0, 2, 1]`.
 *
 * **Shapes** the sizes of the input in the new order.
 *
 * @throws {TypeError} If an option is not known, or the order is missing.
 * @throws {RangeError} If the order does not hold each axis once; when it runs, if the input has other axes.
 *
 * @example A row becomes a column
 * ```ts
 * import { transpose } from "@relprop/lrp/layers";
 * import { eagerOps } from "@relprop/lrp/ops";
 * import { tensor } from "@relprop/lrp/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * const layer = transpose({ order: [1, 0] });
 * assertEquals(layer.forward(eagerOps, [tensor([[1, 2, 3]])]).shape, [3, 1]);
 * ```
 */
export function transpose(options: { order: readonly number[] }): Layer {
  requireOptions(options, { action: "make a transpose", known: ["order"], required: ["order"] });
  const { order } = options;
  if (order.some((_, axis) => !order.includes(axis))) {
    throw new RangeError(
      `Cannot make a transpose: the order must hold each axis from 0 to ${order.length - 1} once, got ${
        formatShape(order)
      }`,
    );
  }
  const inverse = order.map((_, axis) => order.indexOf(axis));
  return routing(
    "transpose",
    { order },
    (ops, [x]) => {
      const shape = ops.shape(x);
      if (shape.length !== order.length) {
        throw new ShapeError(
          `Cannot transpose: the input must have ${order.length} axes, got shape ${formatShape(shape)}`,
          { where: "input", expected: order.map(() => -1), actual: shape },
        );
      }
      return ops.transpose(x, order);
    },
    (ops, _, s) => [ops.transpose(s, inverse)],
  );
}

/**
 * Its inputs one after the other along an axis; an input of size 1 on the first axis is repeated for each example.
 *
 * **Shapes** inputs that differ along the axis only -> the sum of their sizes there.
 *
 * @example
 * ```ts
 * import { concatenate } from "@relprop/lrp/layers";
 * import { eagerOps } from "@relprop/lrp/ops";
 * import { tensor } from "@relprop/lrp/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * const layer = concatenate({ axis: 1 });
 * assertEquals([...layer.forward(eagerOps, [tensor([[1, 2]]), tensor([[3]])]).data], [1, 2, 3]);
 * ```
 */
export function concatenate(options: { axis: number }): Layer {
  requireOptions(options, { action: "make a concatenation", known: ["axis"], required: ["axis"] });
  const { axis } = options;
  const full = <T>(ops: Ops<T>, inputs: readonly T[]): readonly T[] => {
    // A class token is one row for all examples.
    const like = inputs.find((x) => ops.shape(x)[0] !== 1);
    return inputs.map((x) =>
      like === undefined || axis === 0 || ops.shape(x)[0] !== 1
        ? x
        : ops.add(x, ops.multiply(ops.sum(like, ops.shape(like).map((_, i) => i).slice(1)), 0))
    );
  };
  return routing(
    "concatenate",
    { axis },
    (ops, inputs) => ops.concatenate(full(ops, inputs), axis),
    (ops, inputs, s) => {
      let start = 0;
      return inputs.map((x) => {
        const shape = ops.shape(x);
        const front = axis < 0 ? axis + shape.length : axis;
        const end = start + shape[front];
        const part = ops.slice(s, front, start, end);
        start = end;
        return ops.sumLike(part, x);
      });
    },
    [1, Infinity],
  );
}

/**
 * The part from `start` up to and without `end` along an axis.
 *
 * **Shapes** the input, with `end - start` places on the axis.
 *
 * @example The middle of a row
 * ```ts
 * import { slice } from "@relprop/lrp/layers";
 * import { eagerOps } from "@relprop/lrp/ops";
 * import { contiguous, tensor } from "@relprop/lrp/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * const layer = slice({ axis: 1, start: 1, end: 3 });
 * assertEquals([...contiguous(layer.forward(eagerOps, [tensor([[10, 20, 30, 40]])]))], [20, 30]);
 * ```
 */
export function slice(options: { axis: number; start: number; end: number }): Layer {
  const names = ["axis", "start", "end"];
  requireOptions(options, { action: "make a slice", known: names, required: names });
  const { axis, start, end } = options;
  return routing(
    "slice",
    { axis, start, end },
    (ops, [x]) => ops.slice(x, axis, start, end),
    (ops, [x], s) => [ops.pad(s, axis, start, x)],
  );
}

/**
 * One input at each new place along a new axis: the hidden states of all steps as a sequence.
 *
 * **Shapes** n inputs `[…]` -> the same with an axis of n places more.
 *
 * @throws {TypeError} If an option is not known, or the axis is missing.
 * @throws {RangeError} When it runs, if there is no such new axis; -1 is the last one.
 *
 * @example Two hidden states
 * ```ts
 * import { stack } from "@relprop/lrp/layers";
 * import { eagerOps } from "@relprop/lrp/ops";
 * import { tensor } from "@relprop/lrp/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * const layer = stack({ axis: 1 });
 * const output = layer.forward(eagerOps, [tensor([[1, 2]]), tensor([[3, 4]])]);
 * assertEquals([output.shape, [...output.data]], [[1, 2, 2], [1, 2, 3, 4]]);
 * ```
 */
export function stack(options: { axis: number }): Layer {
  requireOptions(options, { action: "make a stack", known: ["axis"], required: ["axis"] });
  const front = <T>(ops: Ops<T>, x: T): number =>
    axisFromFront(options.axis, ops.shape(x).length + 1, "stack along a new axis");
  return routing(
    "stack",
    { axis: options.axis },
    (ops, inputs) => {
      const axis = front(ops, inputs[0]);
      return ops.concatenate(inputs.map((x) => insertAxis(ops, x, axis)), axis);
    },
    (ops, inputs, s) => {
      const axis = front(ops, inputs[0]);
      return inputs.map((_, i) => dropAxis(ops, ops.slice(s, axis, i, i + 1), axis));
    },
    [1, Infinity],
  );
}

/**
 * Nothing, as a dropout is when a network is used and not trained. Input `[…]` -> output `[…]`.
 *
 * @example
 * ```ts
 * import { eagerOps } from "@relprop/lrp/ops";
 * import { tensor } from "@relprop/lrp/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals([...dropout().forward(eagerOps, [tensor([3, 4])]).data], [3, 4]);
 * ```
 */
export function dropout(): Layer {
  return routing("dropout", {}, (_, [x]) => x, (_, __, s) => [s]);
}
