import { ShapeError } from "../../lib/errors.ts";
import {
  averagePooling,
  batchNorm,
  convolution,
  gelu,
  groupNorm,
  layerNorm,
  maxPooling,
  meanPooling,
  positions,
  rmsNorm,
  softmax,
  stack,
  take,
  transpose,
  transposedConvolution,
} from "../../lib/layers/mod.ts";
import { eagerOps as ops } from "../../lib/ops/mod.ts";
import { tensor, zeros } from "../../lib/tensor/mod.ts";
import { assertMessage } from "../support/assert_message.ts";

Deno.test("groups of a convolution must divide its channels", () => {
  const weights = tensor([[[1]], [[10]], [[100]]]);
  const said = (kind: string, which: string, got: number): string =>
    `Cannot make a ${kind}: groups must be a whole number >= 1 that divides the 3 ${which} channels, got ${got}`;
  for (const groups of [2, 1.5, 0]) {
    assertMessage(
      () => convolution({ weights, groups }),
      RangeError,
      said("convolution", "output", groups),
    );
    assertMessage(
      () => transposedConvolution({ weights, groups }),
      RangeError,
      said("transposed convolution", "input", groups),
    );
  }
});

Deno.test("padding of a transposed convolution must leave an output", () => {
  const weights = tensor([[[1, 2]]]);
  assertMessage(
    () => transposedConvolution({ weights, stride: 2, outputPadding: 2 }),
    RangeError,
    "Cannot make a transposed convolution: outputPadding must be smaller than stride or dilation, at most [1], got [2]",
  );
  assertMessage(
    () => transposedConvolution({ weights: tensor([[[1]]]), padding: 3 }).forward(ops, [zeros([1, 1, 2])]),
    RangeError,
    "Cannot run a transposed convolution: padding must leave an output, got the sizes [-4]",
  );
});

Deno.test("parameters of normalizations are vectors of the size that they go along", () => {
  assertMessage(
    () => layerNorm({ weights: zeros([2, 3]) }),
    ShapeError,
    "Cannot make a layer normalization: weights must have shape [any], got [2, 3]",
  );
  assertMessage(
    () => layerNorm({ weights: zeros([3]), bias: zeros([1]) }),
    ShapeError,
    "Cannot make a layer normalization: bias must have shape [3], got [1]",
  );
  assertMessage(
    () => rmsNorm({ weights: zeros([3, 1]) }),
    ShapeError,
    "Cannot make a root-mean-square normalization: weights must have shape [any], got [3, 1]",
  );
  assertMessage(
    () => groupNorm({ groups: 1, weights: zeros([3, 1]) }),
    ShapeError,
    "Cannot make a group normalization: weights must have shape [any], got [3, 1]",
  );
  assertMessage(
    () => groupNorm({ groups: 1.5 }),
    RangeError,
    "Cannot make a group normalization: groups must be a whole number >= 1, got 1.5",
  );
  assertMessage(
    () => layerNorm({ weights: zeros([1]) }).forward(ops, [zeros([1, 2])]),
    ShapeError,
    "Cannot normalize: the last axis of the input must have shape [1], got [2]",
  );
  assertMessage(
    () => groupNorm({ groups: 1, weights: zeros([1]) }).forward(ops, [zeros([1, 2, 3])]),
    ShapeError,
    "Cannot normalize: axis 1 of the input must have shape [1], got [2]",
  );
  // 12 numbers would make two groups of 6, but one channel would lie in both.
  assertMessage(
    () => groupNorm({ groups: 2 }).forward(ops, [zeros([1, 3, 2, 2])]),
    RangeError,
    "Cannot normalize 2 groups: they must divide the channels, got 3 channels",
  );
});

Deno.test("parameters of a batch normalization have one number per channel", () => {
  const statistics = { runningMean: tensor([0, 0]), runningVariance: tensor([1, 1]) };
  assertMessage(
    () => batchNorm({ ...statistics, weights: tensor([2]) }),
    ShapeError,
    "Cannot make a batch normalization: weights must have shape [2], got [1]",
  );
  assertMessage(
    () => batchNorm({ ...statistics, runningMean: tensor([0]) }),
    ShapeError,
    "Cannot make a batch normalization: runningMean must have shape [2], got [1]",
  );
  assertMessage(
    () => batchNorm({ ...statistics, runningVariance: tensor([1, -1]), epsilon: 0.5 }),
    RangeError,
    "Cannot make a batch normalization: runningVariance + epsilon must lie above 0, got -0.5 at [1]",
  );
  assertMessage(
    () => batchNorm({ runningMean: tensor([0]), runningVariance: tensor([1]) }).forward(ops, [zeros([1, 2])]),
    ShapeError,
    "Cannot normalize: axis 1 of the input must have shape [1], got [2]",
  );
});

Deno.test("axes must exist, and an order must hold each of them", () => {
  assertMessage(
    () => transpose({ order: [0, 0] }),
    RangeError,
    "Cannot make a transpose: the order must hold each axis from 0 to 1 once, got [0, 0]",
  );
  assertMessage(
    () => transpose({ order: [1, 0] }).forward(ops, [zeros([1, 2, 3])]),
    ShapeError,
    "Cannot transpose: the input must have 2 axes, got shape [1, 2, 3]",
  );
  assertMessage(
    () => take({ axis: 2, index: 0 }).forward(ops, [zeros([1, 2])]),
    RangeError,
    "Cannot take a place: the axis must be a whole number from -2 to 1, got 2",
  );
  assertMessage(
    () => take({ axis: 1, index: -3 }).forward(ops, [zeros([1, 2])]),
    RangeError,
    "Cannot take a place: the index must be a whole number that axis 1 of [1, 2] has, got -3",
  );
  assertMessage(
    () => take({ axis: 1, index: 0.5 }).forward(ops, [zeros([1, 2])]),
    RangeError,
    "Cannot take a place: the index must be a whole number that axis 1 of [1, 2] has, got 0.5",
  );
  assertMessage(
    () => stack({ axis: 3 }).forward(ops, [zeros([1, 2])]),
    RangeError,
    "Cannot stack along a new axis: the axis must be a whole number from -3 to 2, got 3",
  );
  assertMessage(
    () => meanPooling({ axis: 1.5 }).forward(ops, [zeros([1, 2])]),
    RangeError,
    "Cannot average over an axis: the axis must be a whole number from -2 to 1, got 1.5",
  );
  assertMessage(
    () => meanPooling({ axis: 1 }).forward(ops, [zeros([1, 0, 2])]),
    RangeError,
    "Cannot average over an axis: axis 1 must have at least one place, got shape [1, 0, 2]",
  );
});

Deno.test("a mask of a softmax is not something to add", () => {
  assertMessage(
    () => softmax({ mask: tensor([[0, -1e9]]) }),
    RangeError,
    "Cannot make a softmax: the mask must hold 1 where an entry takes part and 0 where not, got -1000000000",
  );
  assertMessage(
    () => softmax().forward(ops, [zeros([1, 2]), tensor([[0, -1e4]])]),
    RangeError,
    "Cannot run a softmax: the mask must hold 1 where an entry takes part and 0 where not, got -10000",
  );
  assertMessage(
    () => gelu({ approximate: "erf" as never }),
    RangeError,
    'Cannot make a GELU: approximate must be one of none, tanh, got "erf"',
  );
});

Deno.test("a window has one to three sizes", () => {
  const said = (got: string): string =>
    `Cannot make a layer: kernel must be a list of one to three whole numbers >= 1, got ${got}`;
  assertMessage(() => averagePooling({ kernel: [0] }), RangeError, said("[0]"));
  assertMessage(() => averagePooling({ kernel: 2 as never }), RangeError, said("2"));
  assertMessage(() => maxPooling({ kernel: [] }), RangeError, said("[]"));
});

Deno.test("learned positions are a matrix", () => {
  assertMessage(
    () => positions({ weights: zeros([3]) }),
    ShapeError,
    "Cannot make positions: weights must have shape [any, any], got [3]",
  );
});
