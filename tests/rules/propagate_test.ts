import { assertEquals } from "@std/assert";
import { NumericalError, ShapeError, UnsupportedLayerError } from "../../lib/errors.ts";
import { dense, layerNorm, maxPooling, multiply, reshape, rotary } from "../../lib/layers/mod.ts";
import { customRule, epsilonRule, productRule, propagate } from "../../lib/rules/mod.ts";
import { tensor } from "../../lib/tensor/mod.ts";
import { assertMessage } from "../support/assert_message.ts";

const layer = dense({ weights: tensor([[3, 4]]) });
const inputs = [tensor([[1, 2], [1, 2]])];

Deno.test("propagate() does not stretch relevance, and not take what is no number", () => {
  assertMessage(
    () => propagate(layer, epsilonRule(), { inputs, relevance: tensor([[11]]) }),
    ShapeError,
    "Cannot propagate relevance: the relevance of the output must have shape [2, 1], got [1, 1]",
  );
  assertMessage(
    () => propagate(layer, epsilonRule(), { inputs, relevance: tensor([[11], [NaN]]) }),
    NumericalError,
    "Cannot propagate relevance: the relevance of the output must be finite, got NaN at [1, 0]",
  );
  assertMessage(
    () => propagate(layer, epsilonRule(), { inputs: [tensor([[1, NaN]])], relevance: tensor([[11]]) }),
    NumericalError,
    "Cannot propagate relevance: input 0 must be finite, got NaN at [0, 1]",
  );
});

Deno.test("propagate() takes the inputs that the layer takes, and options by their names", () => {
  assertMessage(
    () => propagate(multiply(), productRule(), { inputs, relevance: inputs[0] }),
    RangeError,
    'Cannot propagate relevance: layer "multiply" (multiply) must read 2 values, got 1',
  );
  assertMessage(
    () => propagate(layer, epsilonRule(), { inputs } as never),
    TypeError,
    "Cannot propagate relevance: the option relevance must be given, got undefined",
  );
  assertMessage(
    () => propagate(layer, epsilonRule(), { inputs, relevance: inputs[0], origin: [] } as never),
    TypeError,
    'Cannot propagate relevance: options must be among inputs, relevance, origins, got "origin"',
  );
});

const absolute = customRule("absolute", ({ ops, input, layer, relevance }) => {
  const size = ops.absolute(input);
  const s = ops.divide(relevance, layer.forward(size, { weights: ops.absolute, bias: false }));
  return ops.multiply(size, layer.pullback(s, { weights: ops.absolute }));
}, { families: ["linear", "normalization", "rotation", "maxPooling", "routing"] });

Deno.test("a rule that changes weights is told where there are none", () => {
  const said = (kind: string, advice: string): string =>
    `Cannot propagate relevance through layer "${kind}" (${kind}): rule "absolute" changes weights, and there are ` +
    `none, use ${advice} for such a layer`;
  const point = { inputs: [tensor([[[1, -2]]])], relevance: tensor([[[1, 1]]]) };
  const rows = [
    [layerNorm({ epsilon: 1 }), point, "normalizationRule()"],
    [rotary({ steps: 1, size: 2 }), point, "epsilonRule()"],
    [maxPooling({ kernel: [2] }), { ...point, relevance: tensor([[[1]]]) }, "winnerTakeAllRule()"],
    [reshape({ sizes: [0, 0, 2] }), point, "gradientRule()"],
  ] as const;
  for (const [layer, point, advice] of rows) {
    assertMessage(
      () => propagate(layer, absolute, point),
      UnsupportedLayerError,
      said(layer.kind, advice),
    );
  }
});

Deno.test("the map of a layer that moves values moves other values too; the one of a max pooling says that it cannot", () => {
  const forwardOf = customRule("forward of twice the input", ({ ops, input, layer }) => {
    const twice = ops.multiply(input, 2);
    const moved = layer.forward(twice);
    return ops.multiply(layer.pullback(moved), 1);
  }, { families: ["maxPooling", "routing"] });
  const x = tensor([[[1, 2]]]);
  const { inputs } = propagate(reshape({ sizes: [0, 2, 1] }), forwardOf, {
    inputs: [x],
    relevance: tensor([[[0], [0]]]),
  });
  assertEquals([...inputs[0].data], [2, 4]);
  assertMessage(
    () => propagate(maxPooling({ kernel: [2] }), forwardOf, { inputs: [x], relevance: tensor([[[1]]]) }),
    UnsupportedLayerError,
    'Cannot propagate relevance through layer "maxPooling" (maxPooling): rule "forward of twice the input" asks for ' +
      "other values than its input, use winnerTakeAllRule() for such a layer",
  );
});
