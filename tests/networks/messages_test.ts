import { NumericalError, ShapeError, UnsupportedLayerError } from "../../lib/errors.ts";
import { concatenate, dense, maxPooling, relu, softmax, tanh } from "../../lib/layers/mod.ts";
import {
  assign,
  byKind,
  composite,
  dropSoftmax,
  epsilonPlus,
  gru,
  networkBuilder,
  propagateRelevance,
  runNetwork,
  seedFor,
  sequential,
} from "../../lib/networks/mod.ts";
import { randomGenerator } from "../../lib/random.ts";
import { epsilonRule, passRule, zBoxRule, zeroRule } from "../../lib/rules/mod.ts";
import { type Tensor, tensor } from "../../lib/tensor/mod.ts";
import { randomTensor } from "../support/layer_cases.ts";
import { assertMessage } from "../support/assert_message.ts";

const random = randomGenerator(22);
const of = (...shape: number[]): Tensor => randomTensor(random, shape);

Deno.test("networks, runs and passes that cannot be say so", () => {
  assertMessage(
    () => networkBuilder().build("x"),
    RangeError,
    'Cannot make a network: the output must be one of its values, got "x"',
  );
  const twice = networkBuilder();
  twice.add("a", relu(), twice.input("a"));
  assertMessage(
    () => twice.build("a"),
    RangeError,
    'Cannot make a network: names must be different, got "a" twice',
  );
  const early = networkBuilder();
  early.add("b", relu(), "c");
  assertMessage(
    () => early.build("b"),
    RangeError,
    'Cannot make a network: layer "b" must read values made before it, got "c"',
  );
  const network = sequential({ first: dense({ weights: tensor([[1, 2]]) }), act: tanh(), odds: softmax() });
  assertMessage(
    () => network.node("x"),
    RangeError,
    'Cannot find layer "x": the network has first, act, odds',
  );
  assertMessage(
    () => runNetwork(network, { other: tensor([[1, 2]]) }),
    RangeError,
    "Cannot run the network: it needs the inputs input, got other",
  );
  assertMessage(
    () => runNetwork(network, tensor([[1, 2, 3]])),
    ShapeError,
    'Cannot run layer "first" (dense): Cannot multiply matrices: inner sizes must be equal, got [1, 3] and [2, 1]',
  );
  assertMessage(
    () => runNetwork(network, tensor([[1, NaN]])),
    NumericalError,
    'Cannot run the network: input "input" must be finite, got NaN at [0, 1]',
  );
  const huge = sequential({ big: dense({ weights: tensor([[1e300]]) }) });
  assertMessage(
    () => runNetwork(huge, tensor([[1e300]])),
    NumericalError,
    'Cannot run the network: the output of layer "big" must be finite, got Infinity at [0, 0]',
  );
  const x = tensor([[1, 2]]);
  const options = { composite: epsilonPlus(), seed: tensor([[1]]) };
  assertMessage(
    () => propagateRelevance(network, x, options),
    UnsupportedLayerError,
    'Cannot propagate relevance through layer "odds" (softmax): composite "epsilonPlus" has no rule for it, assign one with assign(byName("odds"), …), or take an output softmax away with dropSoftmax(network)',
  );
  const scores = dropSoftmax(network);
  assertMessage(
    () => propagateRelevance(scores, x, { ...options, seed: tensor([1]) }),
    ShapeError,
    'Cannot propagate relevance: the seed of "act" must have shape [1, 1], got [1]',
  );
  assertMessage(
    () => propagateRelevance(scores, x, { ...options, masks: { none: tensor([1]) } }),
    RangeError,
    'Cannot propagate relevance: the mask of a value must name one of the network, got "none"',
  );
  assertMessage(
    () => seedFor(tensor([[1, 2]]), { classes: 2 }),
    RangeError,
    "Cannot attribute class 2: the network has 2 classes, numbered 0 to 1",
  );
  const wrong = composite("wrong", [
    assign(byKind("dense"), passRule()),
    assign(byKind("tanh"), zBoxRule({ low: 0, high: 1 })),
  ]);
  assertMessage(
    () => propagateRelevance(scores, x, { ...options, composite: wrong }),
    UnsupportedLayerError,
    'Cannot propagate relevance through layer "act" (tanh): rule "z-box" is not defined on activation layers, use passRule() for such a layer',
  );
  assertMessage(
    () => propagateRelevance(scores, x, { composite: wrong, seed: { first: tensor([[1]]) } }),
    UnsupportedLayerError,
    'Cannot propagate relevance through layer "first" (dense): rule "pass" needs one value of the input for each of the output, use epsilonRule() for such a layer',
  );
  const dead = sequential({ sum: dense({ weights: tensor([[1, -1]]) }) });
  assertMessage(
    () =>
      propagateRelevance(dead, tensor([[1, 1]]), {
        composite: composite("zero", [assign(byKind("dense"), zeroRule())]),
        seed: tensor([[1]]),
      }),
    NumericalError,
    'Cannot propagate relevance: relevance below layer "sum" (dense, rule zero) must be finite, got Infinity at [0, 0]',
  );
  const recurrent = sequential({
    gru: gru({ forward: { inputWeights: of(3, 1), recurrentWeights: of(3, 1) } }),
  });
  assertMessage(
    () => propagateRelevance(recurrent, of(1, 2, 1), { composite: epsilonPlus(), seed: of(1, 2, 1) }),
    UnsupportedLayerError,
    'Cannot propagate relevance through layer "gru.forward.kept" (multiply): composite "epsilonPlus" has no rule for it, assign one with assign(byName("gru.forward.kept"), …), or take lrpAll(), which has one for the gates of LSTM and GRU',
  );
  assertMessage(
    () =>
      propagateRelevance(recurrent, of(1, 2, 1), {
        composite: composite("epsilon", [assign(byKind("gru"), epsilonRule())]),
        seed: of(1, 2, 1),
      }),
    UnsupportedLayerError,
    'Cannot propagate relevance through layer "gru" (gru): rule "epsilon" is not defined on recurrent layers, use rules for the layers of its steps for such a layer',
  );
  const pooled = sequential([maxPooling({ kernel: [2] })]);
  assertMessage(
    () => runNetwork(pooled, of(1, 1, 1)),
    ShapeError,
    'Cannot run layer "0" (maxPooling): Cannot pool: the padded input must have 3 axes and hold a window [2], got [1, 1, 1]',
  );
  const joined = networkBuilder();
  const both = joined.add("both", concatenate({ axis: 1 }), joined.input("a"), joined.input("b"));
  assertMessage(
    () => runNetwork(joined.build(both), { a: of(2, 2, 2), b: of(2, 2, 3) }),
    ShapeError,
    'Cannot run layer "both" (concatenate): Cannot concatenate: shapes must be equal outside axis 1, got [2, 2, 2] and [2, 2, 3]',
  );
});
