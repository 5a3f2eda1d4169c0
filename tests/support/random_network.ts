import {
  add,
  averagePooling,
  batchNorm,
  convolution,
  dense,
  flatten,
  gelu,
  groupNorm,
  maxPooling,
  relu,
  silu,
} from "../../lib/layers/mod.ts";
import { type Network, networkBuilder } from "../../lib/networks/mod.ts";
import { eagerOps as ops } from "../../lib/ops/mod.ts";
import type { RandomGenerator } from "../../lib/random.ts";
import type { Tensor } from "../../lib/tensor/mod.ts";
import { randomTensor } from "./layer_cases.ts";

/**
 * A residual net of random sizes: branches, groups, several kinds of normalization and activation.
 *
 * @param options.onlyRescaled Whether it has only layers that DeepLIFT takes.
 */
export function randomNetwork(
  random: RandomGenerator,
  options: { readonly examples?: number; readonly onlyRescaled?: boolean } = {},
): { network: Network; input: Tensor } {
  const { examples = 2, onlyRescaled = false } = options;
  const of = (...shape: number[]): Tensor => randomTensor(random, shape);
  const [channels, width, classes] = [
    1 + random.integer(3),
    2 * (1 + random.integer(2)),
    2 + random.integer(3),
  ];
  const builder = networkBuilder();
  const x = builder.input("x");
  const first = builder.add(
    "first",
    convolution({ weights: of(width, channels, 3, 3), bias: of(width), padding: 1 }),
    x,
  );
  const variance = ops.add(ops.absolute(of(width)), 0.5);
  const norm = onlyRescaled || random.integer(2) === 0
    ? batchNorm({ weights: of(width), bias: of(width), runningMean: of(width), runningVariance: variance })
    : groupNorm({ weights: of(width), bias: of(width), groups: 2 });
  const normed = builder.add("norm", norm, first);
  const active = builder.add("act", [relu(), gelu(), silu()][random.integer(3)], normed);
  const inner = builder.add(
    "inner",
    convolution({ weights: of(width, width / 2, 3, 3), padding: 1, groups: 2 }),
    active,
  );
  const sum = builder.add("sum", add(), active, inner);
  const pool = random.integer(2) === 0 ? maxPooling({ kernel: [2, 2] }) : averagePooling({ kernel: [2, 2] });
  const flat = builder.add("flat", flatten(), builder.add("pool", pool, sum));
  const hidden = builder.add("hidden", dense({ weights: of(5, width * 9), bias: of(5) }), flat);
  const last = dense({ weights: of(classes, 5), bias: of(classes) });
  const scores = builder.add("scores", last, builder.add("relu", relu(), hidden));
  return { network: builder.build(scores), input: of(examples, channels, 6, 6) };
}
