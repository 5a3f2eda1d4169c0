import type { Ops } from "../ops/mod.ts";
import { requireOptions } from "../options.ts";
import { type NumericArray, requireShape, tensor } from "../tensor/mod.ts";
import type { Layer, LinearMap, Parameters } from "./layer.ts";
import { changed, linearLayer, parametersFrom, withBias } from "./linear_layer.ts";

/** The options of {@linkcode batchNorm}, each `[C]`. */
export interface BatchNormOptions {
  /** The learned factor. Default 1. */
  readonly weights?: NumericArray | undefined;
  /** The learned offset. Default 0. */
  readonly bias?: NumericArray | undefined;
  /** The mean over the training data. */
  readonly runningMean: NumericArray;
  /** The variance over the training data. */
  readonly runningVariance: NumericArray;
  /** What is added to the variance. Default 1e-5. */
  readonly epsilon?: number | undefined;
}

/** What a batch normalization does to each channel: `y = x · factor + offset`, both `[C]`. */
export interface BatchNormAffine {
  /** The factor per channel. */
  readonly factor: Float64Array;
  /** The offset per channel. */
  readonly offset: Float64Array;
}

/**
 * The factor and offset per channel that a batch normalization is.
 *
 * ```text
 * factor = weights / √(variance + ε)          offset = bias - mean · factor
 * ```
 *
 * **Shapes** factor and offset `[C]`.
 *
 * @example Mean 1, deviation 2
 * ```ts
 * import { batchNorm, batchNormAffine } from "@relprop/lrp/layers";
 * import { tensor } from "@relprop/lrp/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * const layer = batchNorm({ runningMean: tensor([1]), runningVariance: tensor([4]), epsilon: 0 });
 * const { factor, offset } = batchNormAffine(layer);
 * assertEquals([factor[0], offset[0]], [0.5, -0.5]); // (x - 1) / 2
 * ```
 */
export function batchNormAffine(layer: Layer): BatchNormAffine {
  return affine(layer.parameters, layer.settings.epsilon as number);
}

function affine(parameters: Parameters, epsilon: number): BatchNormAffine {
  const { weights, bias, runningMean, runningVariance } = parameters;
  const factor = Float64Array.from(
    runningVariance.data,
    (variance, c) => (weights?.data[c] ?? 1) / Math.sqrt(variance + epsilon),
  );
  const offset = Float64Array.from(factor, (f, c) => (bias?.data[c] ?? 0) - runningMean.data[c] * f);
  return { factor, offset };
}

/**
 * A batch normalization with the statistics of training: `y = (x - mean) / √(variance + ε) · weights + bias`.
 *
 * To a rule it is a linear map with one weight per channel. {@linkcode mergeBatchNorm} folds it into the layer before.
 *
 * **Shapes** input `[N, C, …]` -> the same.
 *
 * @throws {TypeError} If an option is not known, or mean or variance are missing.
 * @throws {ShapeError} If the parameters are no vectors of one size, or, when it runs, axis 1 of the input is no such size.
 * @throws {RangeError} If a variance is so negative that no root can be drawn.
 *
 * @example One channel
 * ```ts
 * import { batchNorm } from "@relprop/lrp/layers";
 * import { eagerOps } from "@relprop/lrp/ops";
 * import { tensor } from "@relprop/lrp/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * const layer = batchNorm({ runningMean: tensor([1]), runningVariance: tensor([4]), epsilon: 0 });
 * assertEquals([...layer.forward(eagerOps, [tensor([[1], [5]])]).data], [0, 2]);
 * ```
 */
export function batchNorm(options: BatchNormOptions): Layer {
  const action = "make a batch normalization";
  requireOptions(options, {
    action,
    known: ["weights", "bias", "runningMean", "runningVariance", "epsilon"],
    required: ["runningMean", "runningVariance"],
  });
  const parameters = parametersFrom({
    weights: options.weights,
    bias: options.bias,
    runningMean: options.runningMean,
    runningVariance: options.runningVariance,
  });
  const epsilon = options.epsilon ?? 1e-5;
  requireShape(parameters.runningVariance.shape, [-1], { action, where: "runningVariance" });
  const [channels] = parameters.runningVariance.shape;
  for (const [where, { shape }] of Object.entries(parameters)) {
    requireShape(shape, [channels], { action, where });
  }
  const flat = parameters.runningVariance.data.findIndex((variance) => !(variance + epsilon > 0));
  if (flat !== -1) {
    throw new RangeError(
      `Cannot ${action}: runningVariance + epsilon must lie above 0, got ${
        parameters.runningVariance.data[flat] + epsilon
      } at [${flat}]`,
    );
  }
  const { factor, offset } = affine(parameters, epsilon);
  return linearLayer({
    kind: "batchNorm",
    settings: { epsilon },
    parameters,
    linear<T>(ops: Ops<T>, [input]: readonly T[]): LinearMap<T> {
      const size = ops.shape(input)[1];
      // A size below 0 is only known when a staged graph runs.
      if (!(size < 0)) {
        requireShape([size], [channels], { action: "normalize", where: "axis 1 of the input" });
      }
      const shape = [factor.length, ...ops.shape(input).slice(2).map(() => 1)];
      const w = ops.constant(tensor(factor, shape));
      const b = ops.constant(tensor(offset, shape));
      return {
        input,
        bias: b,
        forward: (x, change) => withBias(ops, ops.multiply(x, changed(ops, w, change)), b, change),
        pullback: (s, change) => ops.multiply(s, changed(ops, w, change)),
        split: (x) => [x],
      };
    },
    withParameters: (given) =>
      batchNorm({
        weights: given.weights,
        bias: given.bias,
        runningMean: given.runningMean,
        runningVariance: given.runningVariance,
        epsilon,
      }),
  });
}
