import {
  add,
  averagePooling,
  concatenate,
  convolution,
  dense,
  flatten,
  leakyRelu,
  relu,
  transposedConvolution,
} from "../../lib/layers/mod.ts";
import { type Network, networkBuilder } from "../../lib/networks/mod.ts";
import type { Tensor } from "../../lib/tensor/mod.ts";

/** The network of branch_cases.py: two branches and the input are added, and stand beside the input again. */
export function branched(
  parameters: Record<string, Tensor>,
  { dilation, groups }: Readonly<Record<string, number>>,
): Network {
  const of = (name: string): { weights: Tensor; bias: Tensor } => ({
    weights: parameters[`${name}.weight`],
    bias: parameters[`${name}.bias`],
  });
  const builder = networkBuilder();
  const x = builder.input("x");
  const spread = convolution({ ...of("dilated"), dilation, padding: dilation, groups });
  const dilated = builder.add("leaky", leakyRelu({ slope: 0.1 }), builder.add("dilated", spread, x));
  const back = transposedConvolution({ ...of("turned"), padding: 1, groups });
  const turned = builder.add("act", relu(), builder.add("turned", back, x));
  const sum = builder.add("sum", add(), dilated, turned, x);
  let value = builder.add("joined", concatenate({ axis: 1 }), sum, x);
  value = builder.add(
    "relu",
    relu(),
    builder.add("strided", convolution({ ...of("strided"), stride: 2 }), value),
  );
  value = builder.add("pool", averagePooling({ kernel: [2, 2], stride: 1, padding: 1 }), value);
  value = builder.add("hidden", dense(of("hidden")), builder.add("flat", flatten(), value));
  return builder.build(builder.add("scores", dense(of("scores")), builder.add("last", relu(), value)));
}
