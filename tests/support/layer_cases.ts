import {
  adaptiveAveragePooling,
  add,
  averagePooling,
  batchNorm,
  causalMask,
  clip,
  concatenate,
  convolution,
  dense,
  dropout,
  elu,
  flatten,
  gelu,
  groupNorm,
  type Layer,
  layerNorm,
  leakyRelu,
  matmul,
  maxPooling,
  meanPooling,
  multiply,
  relu,
  reshape,
  rmsNorm,
  rotary,
  scale,
  sigmoid,
  silu,
  slice,
  softmax,
  softplus,
  stack,
  sumPooling,
  take,
  tanh,
  transpose,
  transposedConvolution,
  zeroPadding,
} from "../../lib/layers/mod.ts";
import { type RandomGenerator, randomGenerator } from "../../lib/random.ts";
import { type Tensor, tensor } from "../../lib/tensor/mod.ts";

/** A tensor of normal random numbers. */
export function randomTensor(random: RandomGenerator, shape: readonly number[]): Tensor {
  const size = shape.reduce((a, b) => a * b, 1);
  return tensor(Float64Array.from({ length: size }, () => random.normal()), shape);
}

/** A layer with the shapes of inputs that it takes. */
export interface LayerCase {
  /** What is tried, for test names. */
  readonly name: string;
  /** The layer. */
  readonly layer: Layer;
  /** The shapes of its inputs. */
  readonly inputs: readonly (readonly number[])[];
}

/** Every kind of layer, in every variation that reaches other code, with random parameters. */
export function layerCases(seed = 7): LayerCase[] {
  const random = randomGenerator(seed);
  const of = (...shape: number[]): Tensor => randomTensor(random, shape);
  const positive = (size: number): Tensor =>
    tensor(Float64Array.from({ length: size }, () => 0.5 + random.uniform()), [size]);
  const cases: LayerCase[] = [];
  const list = (name: string, layer: Layer, ...inputs: number[][]): void => {
    cases.push({ name, layer, inputs });
  };
  list("dense", dense({ weights: of(3, 4), bias: of(3) }), [2, 4]);
  list("dense without bias", dense({ weights: of(3, 4) }), [2, 4]);
  list("dense over tokens", dense({ weights: of(3, 4), bias: of(3) }), [2, 5, 4]);
  list("convolution 1-d", convolution({ weights: of(3, 2, 3), bias: of(3), stride: 2, padding: 1 }), [
    2,
    2,
    8,
  ]);
  list("convolution 2-d", convolution({ weights: of(3, 2, 3, 2), bias: of(3), padding: 1 }), [2, 2, 5, 4]);
  list("convolution 2-d same", convolution({ weights: of(2, 2, 4, 3), padding: "same" }), [1, 2, 5, 4]);
  list(
    "convolution 2-d strided, dilated",
    convolution({ weights: of(2, 2, 2, 2), bias: of(2), stride: [2, 3], dilation: [2, 1], padding: [1, 0] }),
    [2, 2, 6, 7],
  );
  list("convolution 2-d grouped", convolution({ weights: of(4, 1, 3, 3), bias: of(4), groups: 2 }), [
    2,
    2,
    5,
    5,
  ]);
  list(
    "convolution 2-d with other zeros at the end",
    convolution({ weights: of(2, 2, 3, 3), bias: of(2), stride: 2, padding: [0, 1], paddingEnd: [1, 2] }),
    [2, 2, 6, 5],
  );
  list("convolution 3-d", convolution({ weights: of(2, 2, 2, 2, 2), bias: of(2), padding: 1 }), [
    1,
    2,
    3,
    3,
    4,
  ]);
  list(
    "transposed convolution 1-d",
    transposedConvolution({ weights: of(2, 3, 3), bias: of(3), stride: 2 }),
    [
      2,
      2,
      4,
    ],
  );
  list(
    "transposed convolution 2-d",
    transposedConvolution({
      weights: of(2, 3, 3, 2),
      bias: of(3),
      stride: 2,
      padding: 1,
      outputPadding: [1, 0],
    }),
    [2, 2, 3, 3],
  );
  list(
    "transposed convolution 2-d grouped",
    transposedConvolution({ weights: of(4, 2, 2, 2), bias: of(4), groups: 2, dilation: 2 }),
    [1, 4, 3, 3],
  );
  list("transposed convolution 3-d", transposedConvolution({ weights: of(2, 1, 2, 2, 2), stride: 2 }), [
    1,
    2,
    2,
    2,
    2,
  ]);
  list("average pooling 1-d", averagePooling({ kernel: [3], stride: 2 }), [2, 2, 7]);
  list(
    "average pooling 2-d with other zeros at the end",
    averagePooling({ kernel: [2, 3], paddingEnd: [1, 0], dilation: [1, 2], countPadding: false }),
    [1, 2, 5, 6],
  );
  list("zero padding", zeroPadding({ axis: -1, before: 2, after: 1 }), [2, 3, 4]);
  list("average pooling 2-d", averagePooling({ kernel: [2, 2] }), [2, 3, 4, 6]);
  list("average pooling 2-d padded", averagePooling({ kernel: [3, 3], stride: 2, padding: 1 }), [2, 2, 5, 5]);
  list(
    "average pooling 2-d, padding not counted",
    averagePooling({ kernel: [3, 3], stride: 2, padding: 1, countPadding: false }),
    [2, 2, 5, 5],
  );
  list("sum pooling 2-d", sumPooling({ kernel: [2, 2] }), [2, 2, 4, 4]);
  list("adaptive average pooling 2-d", adaptiveAveragePooling({ outputs: [2, 3] }), [2, 2, 5, 4]);
  list("global average pooling", adaptiveAveragePooling({ outputs: [1, 1] }), [2, 3, 4, 4]);
  list("mean over tokens", meanPooling({ axis: 1 }), [2, 4, 3]);
  list("add", add(), [2, 3], [2, 3]);
  list("add broadcast", add(), [2, 4, 3], [1, 4, 3]);
  list("add of three", add({ coefficients: [1, -2, 0.5] }), [2, 3], [2, 3], [2, 3]);
  list(
    "batch normalization",
    batchNorm({ weights: of(3), bias: of(3), runningMean: of(3), runningVariance: positive(3) }),
    [2, 3, 4],
  );
  list("layer normalization", layerNorm({ weights: of(4), bias: of(4) }), [2, 3, 4]);
  list("layer normalization, plain", layerNorm(), [2, 4]);
  list("root-mean-square normalization", rmsNorm({ weights: of(4) }), [2, 3, 4]);
  list("group normalization", groupNorm({ weights: of(4), bias: of(4), groups: 2 }), [2, 4, 3, 2]);
  list("rotary", rotary({ steps: 8, size: 4 }), [2, 5, 4]);
  list("max pooling 1-d", maxPooling({ kernel: [3], stride: 2 }), [2, 2, 8]);
  list("max pooling 2-d", maxPooling({ kernel: [2, 2] }), [2, 2, 4, 6]);
  list("max pooling 2-d padded", maxPooling({ kernel: [3, 3], stride: 2, padding: 1 }), [2, 2, 5, 5]);
  list("max pooling 2-d dilated", maxPooling({ kernel: [2, 2], stride: 1, dilation: 2 }), [1, 2, 5, 5]);
  list("max pooling 2-d ceil", maxPooling({ kernel: [2, 2], ceil: true }), [1, 2, 5, 5]);
  list("max pooling 3-d", maxPooling({ kernel: [2, 2, 2] }), [1, 2, 4, 2, 4]);
  list("relu", relu(), [2, 5]);
  list("leaky relu", leakyRelu({ slope: 0.2 }), [2, 5]);
  list("elu", elu({ alpha: 0.7 }), [2, 5]);
  list("gelu", gelu(), [2, 5]);
  list("gelu tanh", gelu({ approximate: "tanh" }), [2, 5]);
  list("silu", silu(), [2, 5]);
  list("sigmoid", sigmoid(), [2, 5]);
  list("tanh", tanh(), [2, 5]);
  list("softplus", softplus({ beta: 2 }), [2, 5]);
  list("clip", clip({ low: -0.5, high: 0.8 }), [2, 5]);
  list("softmax", softmax(), [2, 5]);
  list("softmax scaled, middle axis", softmax({ axis: 1, scale: 0.3 }), [2, 4, 3]);
  list("softmax causal", softmax({ mask: causalMask(6), scale: 0.5 }), [2, 4, 4]);
  list("multiply", multiply(), [2, 3], [2, 3]);
  list("multiply broadcast", multiply(), [2, 4, 3], [1, 4, 1]);
  list("matmul", matmul(), [2, 3, 4], [2, 4, 5]);
  list("matmul with the right side turned", matmul({ transposeRight: true }), [2, 2, 3, 4], [2, 2, 5, 4]);
  list("matmul broadcast", matmul(), [2, 2, 3, 4], [2, 1, 4, 3]);
  list("flatten", flatten(), [2, 3, 4]);
  list("reshape", reshape({ sizes: [0, 2, -1] }), [2, 4, 3]);
  list("transpose", transpose({ order: [0, 2, 1] }), [2, 3, 4]);
  list("concatenate", concatenate({ axis: 1 }), [2, 2, 3], [2, 4, 3]);
  list("concatenate with one row for all", concatenate({ axis: 1 }), [1, 1, 3], [2, 4, 3]);
  list("slice", slice({ axis: -1, start: 1, end: 3 }), [2, 3, 4]);
  list("take", take({ axis: 1, index: -1 }), [2, 3, 4]);
  list("stack", stack({ axis: 1 }), [2, 3], [2, 3]);
  list("dropout", dropout(), [2, 3]);
  list(
    "transposed convolution 1-d dilated, with an output padding of two strides",
    transposedConvolution({ weights: of(2, 3, 2), bias: of(3), dilation: 3, padding: 2, outputPadding: 2 }),
    [2, 2, 4],
  );
  list("mean over the last axis", meanPooling({ axis: -1 }), [2, 4, 3]);
  list("take from the last axis", take({ axis: -1, index: -1 }), [2, 3, 4]);
  list("stack along the last axis", stack({ axis: -1 }), [2, 3], [2, 3]);
  list("scale", scale({ weights: of(3), bias: of(3) }), [2, 4, 3]);
  list("scale of one axis", scale({ weights: of(4, 1) }), [2, 4, 3]);
  return cases;
}
