import type { Ops } from "../ops/mod.ts";
import { requireOptions } from "../options.ts";
import { type NumericArray, requireShape } from "../tensor/mod.ts";
import type { Layer, LayerPoint, LinearMap, Parameters } from "./layer.ts";
import { parametersFrom, withBias } from "./linear_layer.ts";

/** The learned factor and offset of a normalization. */
export interface NormalizationOptions {
  /** The factor per element of the last axis (or per channel). Default 1. */
  readonly weights?: NumericArray | undefined;
  /** The offset, of the shape of the weights. Default 0. */
  readonly bias?: NumericArray | undefined;
  /** What is added to the mean square. Default 1e-5. */
  readonly epsilon?: number | undefined;
}

/** How one kind of normalization sees its input: as `[…, group]` over whose last axis it normalizes. */
interface NormalizationShape {
  readonly center: boolean;
  /** The axes to normalize over, for an input laid out by `enter`. */
  readonly axes: <T>(ops: Ops<T>, x: T) => readonly number[];
  readonly enter: <T>(ops: Ops<T>, x: T) => T;
  readonly leave: <T>(ops: Ops<T>, y: T, like: T) => T;
  /** The axis of the input that the parameters go along. */
  readonly axis: number;
  /** The parameters laid out so that they broadcast to the output. */
  readonly place: <T>(ops: Ops<T>, parameter: T, like: T) => T;
}

function normalization(
  kind: string,
  settings: Readonly<Record<string, unknown>> & { readonly epsilon: number },
  parameters: Parameters,
  shape: NormalizationShape,
  rebuild: (parameters: Parameters) => Layer,
): Layer {
  const { epsilon } = settings;
  const centered = <T>(ops: Ops<T>, x: T, axes: readonly number[]): T =>
    shape.center ? ops.subtract(x, ops.mean(x, axes)) : x;

  /** `x -> (x - mean x) / σ · w + b` with the σ of the input held fixed. */
  function linear<T>(ops: Ops<T>, [input]: readonly T[]): LinearMap<T> {
    requireSize(ops.shape(input).at(shape.axis), parameters, shape.axis);
    const entered = shape.enter(ops, input);
    const axes = shape.axes(ops, entered);
    const difference = centered(ops, entered, axes);
    const deviation = ops.sqrt(ops.add(ops.mean(ops.multiply(difference, difference), axes), epsilon));
    const [w, b] = [parameters.weights, parameters.bias].map((value) =>
      value && shape.place(ops, ops.constant(value), input)
    );
    const scaled = (x: T): T => w === undefined ? x : ops.multiply(x, w);
    return {
      input,
      bias: b,
      forward: (x, change) => {
        const y = ops.divide(centered(ops, shape.enter(ops, x), axes), deviation);
        return withBias(ops, scaled(shape.leave(ops, y, input)), b, change);
      },
      pullback: (s) => {
        const q = ops.divide(shape.enter(ops, scaled(s)), deviation);
        return shape.leave(ops, centered(ops, q, axes), input);
      },
      split: (x) => [x],
    };
  }

  const layer: Layer = {
    kind,
    family: "normalization",
    settings: Object.freeze(settings),
    parameters,
    forward: (ops, inputs) => {
      const map = linear(ops, inputs);
      return map.forward(map.input);
    },
    pullback: <T>(ops: Ops<T>, { inputs: [input] }: LayerPoint<T>, s: T): readonly T[] => {
      const entered = shape.enter(ops, input);
      const axes = shape.axes(ops, entered);
      const difference = centered(ops, entered, axes);
      const deviation = ops.sqrt(ops.add(ops.mean(ops.multiply(difference, difference), axes), epsilon));
      const unit = ops.divide(difference, deviation);
      const w = parameters.weights && shape.place(ops, ops.constant(parameters.weights), input);
      const q = shape.enter(ops, w === undefined ? s : ops.multiply(s, w));
      // d(unit)/dx: the projection off the mean (if centered) and off the unit vector, over σ.
      const along = ops.multiply(unit, ops.mean(ops.multiply(unit, q), axes));
      return [shape.leave(ops, ops.divide(ops.subtract(centered(ops, q, axes), along), deviation), input)];
    },
    linear,
    withParameters: rebuild,
  };
  return Object.freeze(layer);
}

const NAMES = { layerNorm: "layer", rmsNorm: "root-mean-square", groupNorm: "group" } as const;

/** The parameters that the options hold, each a vector of the same size. */
function parametersOf(
  kind: keyof typeof NAMES,
  options: NormalizationOptions,
  known: readonly string[],
): Parameters {
  const action = `make a ${NAMES[kind]} normalization`;
  requireOptions(options, { action, known });
  const parameters = parametersFrom({ weights: options.weights, bias: options.bias });
  const { weights, bias } = parameters;
  if (weights) requireShape(weights.shape, [-1], { action, where: "weights" });
  if (bias) requireShape(bias.shape, [weights?.shape[0] ?? -1], { action, where: "bias" });
  return parameters;
}

/** Throws if the input has another size than the parameters; a size below 0 is only known when a staged graph runs. */
function requireSize(size: number | undefined, { weights, bias }: Parameters, axis: number): void {
  const expected = (weights ?? bias)?.shape;
  if (expected === undefined || size !== undefined && size < 0) return;
  const place = axis === -1 ? "the last axis" : `axis ${axis}`;
  requireShape(size === undefined ? [] : [size], expected, {
    action: "normalize",
    where: `${place} of the input`,
  });
}

const lastAxis: Omit<NormalizationShape, "center"> = {
  axis: -1,
  axes: () => [-1],
  enter: (_, x) => x,
  leave: (_, y) => y,
  place: (_, parameter) => parameter,
};

/**
 * A layer normalization over the last axis: `y = (x - mean) / √(variance + ε) · weights + bias`.
 *
 * The linear map that rules see holds the standard deviation fixed.
 *
 * **Shapes** input `[…, E]`, weights and bias `[E]` -> output `[…, E]`.
 *
 * @throws {TypeError} If an option is not known.
 * @throws {ShapeError} If weights or bias are no `[E]`; when it runs, if the last axis of the input has another size.
 *
 * @example Mean 2, deviation 1
 * ```ts
 * import { layerNorm } from "@relprop/lrp/layers";
 * import { eagerOps } from "@relprop/lrp/ops";
 * import { tensor } from "@relprop/lrp/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * const layer = layerNorm({ epsilon: 0 });
 * assertEquals([...layer.forward(eagerOps, [tensor([[1, 3]])]).data], [-1, 1]);
 * ```
 */
export function layerNorm(options: NormalizationOptions = {}): Layer {
  const parameters = parametersOf("layerNorm", options, ["weights", "bias", "epsilon"]);
  const epsilon = options.epsilon ?? 1e-5;
  return normalization(
    "layerNorm",
    { epsilon },
    parameters,
    { ...lastAxis, center: true },
    (given) => layerNorm({ ...given, epsilon }),
  );
}

/**
 * A root-mean-square normalization over the last axis: `y = x / √(mean x² + ε) · weights`.
 *
 * **Shapes** input `[…, E]`, weights `[E]` -> output `[…, E]`.
 *
 * @throws {TypeError} If an option is not known.
 * @throws {ShapeError} If the weights are no `[E]`; when it runs, if the last axis of the input has another size.
 *
 * @example A root mean square of 5
 * ```ts
 * import { rmsNorm } from "@relprop/lrp/layers";
 * import { eagerOps } from "@relprop/lrp/ops";
 * import { tensor } from "@relprop/lrp/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * const layer = rmsNorm({ epsilon: 0 });
 * assertEquals([...layer.forward(eagerOps, [tensor([[7, 1]])]).data], [1.4, 0.2]); // √((49 + 1) / 2) = 5
 * ```
 */
export function rmsNorm(options: Omit<NormalizationOptions, "bias"> = {}): Layer {
  const parameters = parametersOf("rmsNorm", options, ["weights", "epsilon"]);
  const epsilon = options.epsilon ?? 1e-5;
  return normalization(
    "rmsNorm",
    { epsilon },
    parameters,
    { ...lastAxis, center: false },
    (given) => rmsNorm({ ...given, epsilon }),
  );
}

/**
 * A group normalization: the mean and variance of each group of channels of each image.
 *
 * **Shapes** input `[N, C, …]`, weights and bias `[C]` -> the same; `groups` divides `C`.
 *
 * @throws {TypeError} If an option is not known.
 * @throws {RangeError} If `groups` is no whole number >= 1; when it runs, if it does not divide the channels.
 * @throws {ShapeError} If `groups` does not divide the number of weights; when it runs, if the input has other channels.
 *
 * @example Two groups of two channels
 * ```ts
 * import { groupNorm } from "@relprop/lrp/layers";
 * import { eagerOps } from "@relprop/lrp/ops";
 * import { tensor } from "@relprop/lrp/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * const layer = groupNorm({ groups: 2, epsilon: 0 });
 * assertEquals([...layer.forward(eagerOps, [tensor([[1, 3, 10, 30]])]).data], [-1, 1, -1, 1]);
 * ```
 */
export function groupNorm(options: NormalizationOptions & { groups: number }): Layer {
  const parameters = parametersOf("groupNorm", options, ["groups", "weights", "bias", "epsilon"]);
  const { groups } = options;
  if (!(Number.isInteger(groups) && groups >= 1)) {
    throw new RangeError(
      `Cannot make a group normalization: groups must be a whole number >= 1, got ${groups}`,
    );
  }
  const epsilon = options.epsilon ?? 1e-5;
  const channels = parameters.weights?.shape[0];
  if (channels !== undefined && channels % groups !== 0) {
    requireShape([channels], [groups], { action: `normalize ${groups} groups`, where: "weights" });
  }
  return normalization(
    "groupNorm",
    { groups, epsilon },
    parameters,
    {
      center: true,
      axis: 1,
      axes: () => [-1],
      enter: (ops, x) => {
        const [, channels, ...plane] = ops.shape(x);
        if (channels % groups !== 0) {
          throw new RangeError(
            `Cannot normalize ${groups} groups: they must divide the channels, got ${channels} channels`,
          );
        }
        return ops.reshape(x, [0, groups, plane.reduce((a, b) => a * b, channels) / groups]);
      },
      leave: (ops, y, like) => ops.reshape(y, [0, ...ops.shape(like).slice(1)]),
      place: (ops, parameter, like) => ops.reshape(parameter, [-1, ...ops.shape(like).slice(2).map(() => 1)]),
    },
    (given) => groupNorm({ ...given, groups, epsilon }),
  );
}
