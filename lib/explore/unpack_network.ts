import { add } from "../layers/add.ts";
import { elu, gelu, leakyRelu, relu, sigmoid, silu, softplus, tanh } from "../layers/activation.ts";
import { averagePooling } from "../layers/average_pooling.ts";
import { batchNorm } from "../layers/batch_norm.ts";
import { convolution } from "../layers/convolution.ts";
import { dense } from "../layers/dense.ts";
import { maxPooling } from "../layers/max_pooling.ts";
import type { Layer } from "../layers/mod.ts";
import { dropout, flatten, reshape } from "../layers/routing.ts";
import { Network } from "../networks/network.ts";
import type { Tensor } from "../tensor/mod.ts";
import type { PackedNetwork } from "./payload.ts";
import { unpackTensor } from "./unpack_model.ts";

/** The settings that a layer says of itself, and its parameters. */
// deno-lint-ignore no-explicit-any
type Make = (settings: any, parameters: any) => Layer;

/** A window as layers take it, from what they say of it. */
// deno-lint-ignore no-explicit-any
const windowOf = ({ strides, paddingBegin, paddingEnd, padding }: any): any => ({
  stride: strides,
  // Only "same" pads the two ends of an axis differently.
  padding: `${paddingBegin}` === `${paddingEnd}` ? paddingBegin ?? padding : "same",
});

const MAKE: Readonly<Record<string, Make>> = {
  dense: (_, parameters) => dense(parameters),
  convolution: (settings, parameters) => {
    const { dilations: dilation, groups } = settings;
    return convolution({ ...windowOf(settings), dilation, groups, ...parameters });
  },
  maxPooling: (settings) => {
    const { kernel, dilations: dilation, ceil } = settings;
    return maxPooling({ ...windowOf(settings), kernel, dilation, ceil });
  },
  averagePooling: (settings) => {
    const { kernel, countPadding } = settings;
    return averagePooling({ ...windowOf(settings), kernel, countPadding });
  },
  batchNorm: (settings, parameters) => batchNorm({ ...parameters, ...settings }),
  add: (settings) => add(settings),
  relu,
  leakyRelu,
  elu,
  gelu,
  silu,
  sigmoid,
  tanh,
  softplus,
  flatten,
  dropout,
  reshape,
};

/** The kinds of layers that a page can make. */
export const PAGE_LAYERS: readonly string[] = Object.keys(MAKE);

/** The network of a payload. */
export function unpackNetwork({ input, output, layers, labels }: PackedNetwork): Network {
  const nodes = layers.map(({ name, inputs, kind, settings, parameters }) => {
    const tensors: [string, Tensor][] = Object.entries(parameters).map((
      [key, value],
    ) => [key, unpackTensor(value)]);
    return { name, inputs, layer: MAKE[kind]!(settings, Object.fromEntries(tensors)) };
  });
  return new Network({ inputs: [input], nodes, output, labels });
}
