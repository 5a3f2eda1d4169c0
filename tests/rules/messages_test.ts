import { ShapeError, UnsupportedLayerError } from "../../lib/errors.ts";
import {
  add,
  averagePooling,
  convolution,
  dense,
  embedding,
  layerNorm,
  maxPooling,
  multiply,
  relu,
  rotary,
} from "../../lib/layers/mod.ts";
import { eagerOps } from "../../lib/ops/mod.ts";
import {
  alphaBetaRule,
  customRule,
  dialect,
  type DialectName,
  epsilonRule,
  gammaRule,
  passRule,
  productRule,
  propagate,
  sharedTiesRule,
  stabilizer,
  uniformRule,
  zBoxRule,
  zPlusRule,
} from "../../lib/rules/mod.ts";
import { type Tensor, tensor } from "../../lib/tensor/mod.ts";
import { assertMessage, type ErrorClass } from "../support/assert_message.ts";

const one = tensor([[1]]);
const point = { inputs: [one], relevance: one };
const two = { inputs: [one, one], relevance: one };
const normed = layerNorm();
const word = "name" as DialectName;

const cases: [() => unknown, ErrorClass, string][] = [
  [
    () => stabilizer(-1),
    RangeError,
    "Cannot stabilize a denominator: epsilon must be a finite number >= 0, got -1",
  ],
  [
    () => epsilonRule({ epsilon: NaN }),
    RangeError,
    "Cannot stabilize a denominator: epsilon must be a finite number >= 0, got NaN",
  ],
  [
    () => epsilonRule({ biasFactor: 2 }),
    RangeError,
    "Cannot make an epsilon rule: biasFactor must be from 0 to 1, got 2",
  ],
  [
    () => zPlusRule({ biasFactor: NaN }),
    RangeError,
    "Cannot make a z-plus rule: biasFactor must be from 0 to 1, got NaN",
  ],
  [
    () => gammaRule({ gamma: -1 }),
    RangeError,
    "Cannot make a gamma rule: gamma must be a finite number >= 0, got -1",
  ],
  [
    () => alphaBetaRule({ beta: -1 }),
    RangeError,
    "Cannot make an alpha-beta rule: beta must be a finite number >= 0, got -1",
  ],
  [
    () => alphaBetaRule({ alpha: 0, beta: 0 }),
    RangeError,
    "Cannot make an alpha-beta rule: alpha or beta must be above 0, got 0 and 0",
  ],
  [
    () => zBoxRule({ low: 1, high: 0 }),
    RangeError,
    "Cannot make a z-box rule: low must not lie above high, got low 1 and high 0",
  ],
  [
    () => dialect(word),
    RangeError,
    'Cannot choose a dialect: the name must be one of zennit, captum, lxt, arras, got "name"',
  ],
  [
    () =>
      propagate(maxPooling({ kernel: [1] }), zPlusRule(), {
        inputs: [tensor([[[1]]])],
        relevance: tensor([[[1]]]),
      }),
    UnsupportedLayerError,
    'Cannot propagate relevance through layer "maxPooling" (maxPooling): rule "z-plus" is not defined on maxPooling layers, use winnerTakeAllRule() for such a layer',
  ],
  [
    () => propagate(relu(), sharedTiesRule(), point),
    UnsupportedLayerError,
    'Cannot propagate relevance through layer "relu" (relu): rule "shared ties" is not defined on activation layers, use passRule() for such a layer',
  ],
  [
    () => propagate(normed, epsilonRule({ biasFactor: 1 }), point),
    UnsupportedLayerError,
    'Cannot propagate relevance through layer "layerNorm" (layerNorm): rule "epsilon" can share the bias on layers with weights only, use normalizationRule() for such a layer',
  ],
  [
    () => propagate(add(), passRule(), two),
    UnsupportedLayerError,
    'Cannot propagate relevance through layer "add" (add): rule "pass" needs one value of the input for each of the output, use epsilonRule() for such a layer',
  ],
  [
    () => propagate(dense({ weights: one }), passRule(), point),
    UnsupportedLayerError,
    'Cannot propagate relevance through layer "dense" (dense): rule "pass" needs one value of the input for each of the output, use epsilonRule() for such a layer',
  ],
  [
    () => propagate(dense({ weights: one }), uniformRule(), point),
    UnsupportedLayerError,
    'Cannot propagate relevance through layer "dense" (dense): rule "uniform" is defined on products and sums of signals, use epsilonRule() for such a layer',
  ],
  [
    () => propagate(multiply(), productRule(), two),
    UnsupportedLayerError,
    'Cannot propagate relevance through layer "multiply" (multiply): rule "product all" needs to know which factor is the signal (option `signal`) where not exactly one comes from a sigmoid or softmax, use productRule() for such a layer',
  ],
  [
    () =>
      propagate(
        dense({ weights: one }),
        customRule("flat", ({ ops, input }) => ops.reshape(input, [-1])),
        point,
      ),
    ShapeError,
    'Cannot propagate relevance through layer "dense" (dense): rule "flat" must give shape [1, 1], got [1]',
  ],
  [
    () => dense({ weights: tensor([1]) }),
    ShapeError,
    "Cannot make a dense layer: weights must have shape [any, any], got [1]",
  ],
  [
    () => dense({ weights: one, bias: tensor([1, 2]) }),
    ShapeError,
    "Cannot make a dense layer: bias must have shape [1], got [2]",
  ],
  [
    () => dense({ weights: tensor([[NaN]]) }),
    RangeError,
    "Cannot make a layer: weights must be finite, got NaN at [0, 0]",
  ],
  [
    () => convolution({ weights: one }),
    ShapeError,
    "Cannot make a convolution: weights must have shape [any, any, any, any], got [1, 1]",
  ],
  [
    () => convolution({ weights: tensor([[[1, 1]]]), stride: 2, padding: "same" }),
    RangeError,
    'Cannot make a layer: padding "same" needs stride 1, got 2',
  ],
  [
    () => averagePooling({ kernel: [2, 2], stride: 0 }),
    RangeError,
    "Cannot make a layer: stride must be one whole number >= 1, or 2 of them, got 0",
  ],
  [
    () => rotary({ steps: 2, size: 3 }),
    RangeError,
    "Cannot make rotary positions: the size must be even, got 3",
  ],
  [
    () => add({ coefficients: [1] }).forward(eagerOps, [one, one]),
    RangeError,
    "Cannot add: one coefficient per input is required, got 1 for 2 inputs",
  ],
  [
    () => embedding({ weights: tensor([[1], [2]]) }).forward(eagerOps, [tensor([[2]])]),
    RangeError,
    "Cannot look up row 2: the table has 2 rows, numbered 0 to 1",
  ],
  [
    () => convolution({ weights: tensor([[[1, 1, 1]]]) }).forward(eagerOps, [tensor([[[1, 2]]])]),
    ShapeError,
    "Cannot convolve: the padded input must be at least as large as the window [3], got [2]",
  ],
  [
    () => convolution({ weights: tensor([[[1]]]) }).forward(eagerOps, [tensor([[1, 2]])]),
    ShapeError,
    "Cannot convolve: the input must have 3 axes and 1 channels for weights of shape [1, 1, 1], got [1, 2]",
  ],
  [
    () => eagerOps.add(tensor([1, 2]), tensor([1, 2, 3])),
    ShapeError,
    "Cannot add: shapes must be equal or broadcast, got [2] and [3]",
  ],
  [
    () => eagerOps.reshape(tensor([1, 2]), [3]),
    ShapeError,
    "Cannot reshape [2]: the new sizes must hold 2 numbers, got [3]",
  ],
  [
    () => eagerOps.slice(tensor([1, 2]), 0, 1, 3),
    RangeError,
    "Cannot slice axis 0 of [2]: 0 <= start < end <= 2 is required, got start 1 and end 3",
  ],
  [
    () => eagerOps.sum(tensor([1, 2]), [1]),
    RangeError,
    "Cannot reduce: the axis must be a whole number from -1 to 0, got 1",
  ],
];

for (const [index, [call, type, message]] of cases.entries()) {
  Deno.test(`message ${index}: ${message.slice(0, 90)}`, () => assertMessage(call, type, message));
}

Deno.test("an embedding gives rows, and relevance of a token is the sum over its vector", () => {
  const table: Tensor = tensor([[1, 2], [3, 4]]);
  const layer = embedding({ weights: table });
  const output = layer.forward(eagerOps, [tensor([[1, 0]])]);
  const [tokens] = layer.pullback(
    eagerOps,
    { inputs: [tensor([[1, 0]])], output },
    tensor([[[5, 6], [7, 8]]]),
  );
  if (output.get(0, 0, 1) !== 4 || tokens.get(0, 0) !== 11 || tokens.get(0, 1) !== 15) {
    throw new Error("wrong rows");
  }
});
