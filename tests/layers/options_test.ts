import * as layers from "../../lib/layers/mod.ts";
import { tensor } from "../../lib/tensor/mod.ts";
import { assertMessage } from "../support/assert_message.ts";

const weights = tensor([[1]]);
const kernel = [1];

/** A call with an option misspelt, what is made, and the options that there are. */
const misspelt: readonly (readonly [(options: never) => unknown, object, string, string])[] = [
  [layers.dense, { weights, bais: weights }, "make a dense layer", "weights, bias"],
  [
    layers.convolution,
    { weights, strides: 2 },
    "make a convolution",
    "weights, bias, stride, padding, paddingEnd, dilation, groups",
  ],
  [
    layers.transposedConvolution,
    { weights, output_padding: 1 },
    "make a transposed convolution",
    "weights, bias, outputPadding, stride, padding, paddingEnd, dilation, groups",
  ],
  [
    layers.averagePooling,
    { kernel, ceil: true },
    "make an average pooling",
    "kernel, stride, padding, paddingEnd, dilation, countPadding",
  ],
  [layers.sumPooling, { kernel, ceil: true }, "make a sum pooling", "kernel, stride, padding"],
  [layers.adaptiveAveragePooling, { output: [1] }, "make an adaptive average pooling", "outputs"],
  [
    layers.maxPooling,
    { kernel, strides: 1 },
    "make a max pooling",
    "kernel, stride, padding, dilation, ceil",
  ],
  [layers.meanPooling, { axes: 1 }, "make a mean pooling", "axis"],
  [layers.add, { coefficient: [1] }, "make a sum", "coefficients"],
  [
    layers.batchNorm,
    { eps: 1 },
    "make a batch normalization",
    "weights, bias, runningMean, runningVariance, epsilon",
  ],
  [layers.layerNorm, { eps: 1 }, "make a layer normalization", "weights, bias, epsilon"],
  [layers.rmsNorm, { bias: weights }, "make a root-mean-square normalization", "weights, epsilon"],
  [
    layers.groupNorm,
    { groups: 1, eps: 1 },
    "make a group normalization",
    "groups, weights, bias, epsilon",
  ],
  [layers.leakyRelu, { alpha: 0.1 }, "make a leaky ReLU", "slope"],
  [layers.elu, { slope: 0.1 }, "make an ELU", "alpha"],
  [layers.gelu, { approximation: "tanh" }, "make a GELU", "approximate"],
  [layers.softplus, { alpha: 2 }, "make a softplus", "beta"],
  [layers.clip, { min: 0 }, "make a clip", "low, high"],
  [layers.softmax, { scales: 2 }, "make a softmax", "axis, scale, mask"],
  [layers.matmul, { transpose: true }, "make a matrix product", "transposeRight"],
  [layers.reshape, { shape: [1] }, "make a reshape", "sizes"],
  [layers.transpose, { axes: [0] }, "make a transpose", "order"],
  [layers.concatenate, { dim: 1 }, "make a concatenation", "axis"],
  [layers.slice, { axis: 1, from: 0, end: 1 }, "make a slice", "axis, start, end"],
  [layers.take, { axis: 1, at: 0 }, "make a take", "axis, index"],
  [layers.stack, { dim: 1 }, "make a stack", "axis"],
  [layers.embedding, { table: weights }, "make an embedding", "weights"],
  [layers.positions, { table: weights }, "make positions", "weights"],
  [layers.scale, { weight: weights }, "make a scale", "weights, bias"],
  [layers.rotary, { steps: 1, size: 2, theta: 1 }, "make rotary positions", "steps, size, base"],
];

for (const [make, options, action, known] of misspelt) {
  const wrong = Object.keys(options).find((name) => !known.split(", ").includes(name));
  Deno.test(`${make.name}() does not overlook the option ${wrong}`, () => {
    assertMessage(
      () => make(options as never),
      TypeError,
      `Cannot ${action}: options must be among ${known}, got "${wrong}"`,
    );
  });
}

Deno.test("what a layer cannot do without must be given", () => {
  assertMessage(
    () => layers.dense({} as never),
    TypeError,
    "Cannot make a dense layer: the option weights must be given, got undefined",
  );
  assertMessage(
    () => layers.take({ axis: 1 } as never),
    TypeError,
    "Cannot make a take: the option index must be given, got undefined",
  );
  assertMessage(
    () => layers.batchNorm({ runningMean: tensor([0]) } as never),
    TypeError,
    "Cannot make a batch normalization: the option runningVariance must be given, got undefined",
  );
});
