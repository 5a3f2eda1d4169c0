import { assert, assertEquals } from "@std/assert";
import {
  add,
  batchNorm,
  convolution,
  dense,
  flatten,
  layerNorm,
  relu,
  rmsNorm,
  softmax,
  transposedConvolution,
} from "../../lib/layers/mod.ts";
import {
  assign,
  byFamily,
  byFunction,
  byKind,
  byName,
  composite,
  connections,
  deepTaylor,
  dropSoftmax,
  epsilonAlpha2Beta1,
  every,
  firstLayer,
  lastLayer,
  type LayerMatcher,
  mergeBatchNorm,
  type Network,
  networkBuilder,
  plan,
  propagateRelevance,
  runNetwork,
  seedFor,
  sequential,
  splitLayerNorm,
} from "../../lib/networks/mod.ts";
import { eagerOps as ops } from "../../lib/ops/mod.ts";
import { randomGenerator } from "../../lib/random.ts";
import { alphaBetaRule, epsilonRule, passRule, productRule, zeroRule } from "../../lib/rules/mod.ts";
import { contiguous, type Tensor, tensor } from "../../lib/tensor/mod.ts";
import { assertClose } from "../support/assert_close.ts";
import { randomTensor } from "../support/layer_cases.ts";

const random = randomGenerator(21);
const of = (...shape: number[]): Tensor => randomTensor(random, shape);
const variance = (size: number): Tensor => ops.add(ops.absolute(of(size)), 0.5);

/** Two branches that meet again. */
function branched(): Network {
  const builder = networkBuilder();
  const x = builder.input("x");
  const left = builder.add("left", dense({ weights: of(3, 4), bias: of(3) }), x);
  const right = builder.add("right", dense({ weights: of(3, 4) }), x);
  const sum = builder.add("sum", add(), builder.add("relu", relu(), left), right);
  return builder.build(builder.add("head", dense({ weights: of(2, 3), bias: of(2) }), sum), {
    labels: ["a", "b"],
  });
}

Deno.test("a network knows its parts", () => {
  const network = branched();
  assertEquals(network.inputs, ["x"]);
  assertEquals(network.parameterCount, 12 + 3 + 12 + 6 + 2);
  assertEquals(network.readersOf("x").map(({ name }) => name), ["left", "right"]);
  assertEquals(network.node("sum").inputs, ["relu", "right"]);
  assertEquals(
    `${network}`.split("\n").slice(0, 3),
    [
      "layer  kind   reads        parameters",
      "-----  -----  -----------  ----------",
      "left   dense  x            15",
    ],
  );
});

Deno.test("matchers pick layers by kind, family, name, place and function", () => {
  const network = branched();
  const picked = (matcher: LayerMatcher): string[] =>
    network.nodes.filter((node) => matcher.matches(node, network)).map(({ name }) => name);
  assertEquals(picked(byKind("dense")), ["left", "right", "head"]);
  assertEquals(picked(byFamily("linear")), ["left", "right", "sum", "head"]);
  assertEquals(picked(byName("sum")), ["sum"]);
  assertEquals(picked(byName(/^(l|r)e/)), ["left", "relu"]);
  assertEquals(picked(connections()), ["left", "right", "head"]);
  assertEquals(picked(firstLayer()), ["left", "right"]); // both branches start with one
  assertEquals(picked(lastLayer()), ["head"]);
  assertEquals(picked(lastLayer(byKind("relu", "add"))), ["sum"]);
  assertEquals(picked(every(byKind("dense"), byName(/t$/))), ["left", "right"]);
  assertEquals(picked(byFunction("wide", ({ layer }) => layer.settings.inputs === 4)), ["left", "right"]);
});

Deno.test("relevance adds up over branches, and LRP-0 from the scores is input times gradient in ReLU nets", () => {
  const network = branched();
  const x = of(3, 4);
  const run = runNetwork(network, x);
  const zero = composite("zero", [
    assign(byFamily("linear"), zeroRule()),
    assign(byFamily("activation"), passRule()),
  ]);
  const seed = seedFor(run.output, { classes: [0, 1, 0] });
  const { input, ledger } = propagateRelevance(network, run, { composite: zero, seed });
  assertEquals(ledger.relativeGap < 1e-14, true);
  // Central differences of the explained scores; ReLU nets are linear between their kinks.
  const step = 1e-6;
  const numeric = contiguous(x).map((value, i) => {
    const score = (by: number): number => {
      const flat = contiguous(x).slice();
      flat[i] += by;
      return runNetwork(network, tensor(flat, x.shape)).output.get(
        Math.floor(i / 4),
        [0, 1, 0][Math.floor(i / 4)],
      );
    };
    return value * (score(step) - score(-step)) / (2 * step);
  });
  assertClose(input, tensor(numeric, x.shape), { absolute: 1e-8 });
});

Deno.test("mergeBatchNorm() keeps the output of dense layers and convolutions of every kind, and the network it got", () => {
  const norm = (size: number): ReturnType<typeof batchNorm> =>
    batchNorm({ weights: of(size), bias: of(size), runningMean: of(size), runningVariance: variance(size) });
  const network = sequential({
    conv: convolution({ weights: of(4, 1, 3, 3), groups: 2, padding: 1 }),
    norm1: norm(4),
    up: transposedConvolution({ weights: of(4, 3, 2, 2), bias: of(6), groups: 2, stride: 2 }),
    norm2: norm(6),
    flatten: flatten(),
    dense: dense({ weights: of(3, 96), bias: of(3) }),
    norm3: norm(3),
  });
  const before = `${network}`;
  const merged = mergeBatchNorm(network);
  assertEquals(merged.nodes.map(({ name }) => name), ["conv", "up", "flatten", "dense"]);
  assertEquals(`${network}`, before);
  const x = of(2, 2, 2, 2);
  assertClose(runNetwork(merged, x).output, runNetwork(network, x).output, {
    absolute: 1e-12,
    relative: 1e-12,
  });
});

Deno.test("mergeBatchNorm() leaves one that it cannot fold: another reader, or no layer with weights before it", () => {
  const builder = networkBuilder();
  const hidden = builder.add("dense", dense({ weights: of(2, 2) }), builder.input("x"));
  const normed = builder.add("norm", batchNorm({ runningMean: of(2), runningVariance: variance(2) }), hidden);
  const network = builder.build(builder.add("sum", add(), hidden, normed));
  assertEquals(mergeBatchNorm(network).nodes.length, 3);
  const first = sequential([batchNorm({ runningMean: of(2), runningVariance: variance(2) })]);
  assertEquals(mergeBatchNorm(first).nodes.length, 1);
});

Deno.test("splitLayerNorm() and dropSoftmax() keep what they should", () => {
  const network = sequential({
    layer: layerNorm({ weights: of(4), bias: of(4) }),
    rms: rmsNorm({ weights: of(4) }),
    plain: layerNorm(),
    odds: softmax(),
  });
  const x = of(2, 4);
  const split = splitLayerNorm(network);
  assertEquals(split.nodes.map(({ name }) => name), [
    "layer.normalized",
    "layer",
    "rms.normalized",
    "rms",
    "plain",
    "odds",
  ]);
  assertClose(runNetwork(split, x).output, runNetwork(network, x).output, { absolute: 1e-15 });
  assertEquals(dropSoftmax(network).output, "plain");
  assertEquals(dropSoftmax(dropSoftmax(network)).output, "plain");
});

Deno.test("deepTaylor() takes z-box with bounds and w-square without, and z-plus above", () => {
  const network = sequential([dense({ weights: of(3, 4) }), relu(), dense({ weights: of(2, 3) })]);
  const rules = (options: Parameters<typeof deepTaylor>[0]): string[] =>
    plan(network, deepTaylor(options)).rows.map(({ rule }) => rule!.name);
  assertEquals(rules({ low: 0, high: 1 }), ["z-plus", "pass", "z-box"]);
  assertEquals(rules({}), ["z-plus", "pass", "w-square"]);
});

Deno.test("a plan warns of what will go wrong, in words", () => {
  const network = sequential({
    conv: convolution({ weights: tensor([[[[1]]]]) }),
    norm: batchNorm({ runningMean: tensor([0]), runningVariance: tensor([1]) }),
    flatten: flatten(),
    dense: dense({ weights: tensor([[1], [1]]) }),
    odds: softmax(),
  });
  const mine = composite("mine", [
    assign(byKind("convolution"), alphaBetaRule({ alpha: 2, beta: 0.5 })),
    assign(byKind("batchNorm"), productRule()),
    assign(byKind("dense"), epsilonRule()),
  ]);
  const run = runNetwork(network, tensor([[[[1e-6]]], [[[3]]]]));
  assertEquals(plan(network, mine, { run }).warnings, [
    '"odds" (softmax) at the end squeezes the scores: take it away with dropSoftmax(network)',
    '"odds" (softmax) has no rule: relevance that reaches it is an error',
    '"dense" (dense) has 2 of 4 outputs within 10 ε = 0.00001 of 0: the stabilizer decides their relevance',
    '"norm" (batchNorm) cannot have rule "product all": it is not defined on linear layers',
    '"norm" (batchNorm) is not merged into the layer before: see mergeBatchNorm(network)',
    '"conv" (convolution) multiplies relevance by alpha - beta = 1.5, which is not 1',
    '"conv" (convolution) has 1 of 2 outputs within 10 ε = 0.00001 of 0: the stabilizer decides their relevance',
  ]);
  const text = `${plan(network, epsilonAlpha2Beta1())}`;
  assert(text.includes("conv     convolution  alpha-beta (alpha 2, beta 1, ε 0.000001)"), text);
  const bundle = (plan(network, mine) as unknown as Record<symbol, () => Record<string, string>>)[
    Symbol.for("Jupyter.display")
  ]();
  assert(bundle["text/html"].includes("<td") && bundle["text/plain"].startsWith("layer"));
});
