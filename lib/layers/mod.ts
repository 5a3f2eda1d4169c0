/**
 * Layers: immutable values with a forward pass, its transpose, and their parameters, written in operations only.
 *
 * @module
 */
export type {
  Layer,
  LayerFamily,
  LayerPoint,
  LinearChange,
  LinearMap,
  Parameters,
  WeightChange,
} from "./layer.ts";
export { dense } from "./dense.ts";
export { convolution } from "./convolution.ts";
export { transposedConvolution } from "./transposed_convolution.ts";
export type { PerAxis, WindowOptions } from "./geometry.ts";
export {
  adaptiveAveragePooling,
  averagePooling,
  type PoolingOptions,
  sumPooling,
} from "./average_pooling.ts";
export { maxPooling, type MaxPoolingOptions } from "./max_pooling.ts";
export { meanPooling } from "./mean_pooling.ts";
export { add } from "./add.ts";
export { batchNorm, type BatchNormAffine, batchNormAffine, type BatchNormOptions } from "./batch_norm.ts";
export { groupNorm, layerNorm, type NormalizationOptions, rmsNorm } from "./normalization.ts";
export { clip, elu, gelu, leakyRelu, relu, sigmoid, silu, softplus, tanh } from "./activation.ts";
export { causalMask, softmax, type SoftmaxOptions } from "./softmax.ts";
export { matmul, multiply } from "./product.ts";
export { concatenate, dropout, flatten, reshape, slice, stack, transpose } from "./routing.ts";
export { lengthMask } from "./length_mask.ts";
export { take } from "./take.ts";
export { zeroPadding } from "./zero_padding.ts";
export { embedding, positions } from "./embedding.ts";
export { scale } from "./scale.ts";
export { rotary } from "./rotary.ts";
