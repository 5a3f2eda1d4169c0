import { assert, assertEquals } from "@std/assert";
import { compile } from "../../lib/compiler/mod.ts";
import { NumericalError, UnsupportedLayerError } from "../../lib/errors.ts";
import { add, dense, relu, take } from "../../lib/layers/mod.ts";
import {
  assign,
  byKind,
  byName,
  type Composite,
  composite,
  epsilonPlus,
  lrpAll,
  lstm,
  type Network,
  networkBuilder,
  propagateRelevance,
  runNetwork,
  seedFor,
  sequential,
} from "../../lib/networks/mod.ts";
import { eagerOps, StagedGraph, stagedOps, UnknownNumbersError } from "../../lib/ops/mod.ts";
import { randomGenerator } from "../../lib/random.ts";
import { customRule, type Rule } from "../../lib/rules/mod.ts";
import { loadRelevanceModel } from "../../lib/runtime/mod.ts";
import { contiguous, type Tensor, tensor } from "../../lib/tensor/mod.ts";
import { assertClose, largestError } from "../support/assert_close.ts";
import { assertMessage, assertRejectsWith } from "../support/assert_message.ts";
import { engineTest } from "../support/onnxruntime.ts";

/** Cells of a notebook have no types. */
// deno-lint-ignore no-explicit-any
type Untyped = any;

/** What a cell of a notebook writes, where nothing checks types: all relevance of an example to its largest input. */
const winner: Rule = customRule("winner", ({ input, relevance }: Untyped) => {
  const [examples, features] = input.shape;
  const outputs = relevance.shape[1];
  const shares = new Float64Array(input.size);
  for (let n = 0; n < examples; n++) {
    let best = 0;
    for (let i = 1; i < features; i++) if (input.get(n, i) > input.get(n, best)) best = i;
    for (let j = 0; j < outputs; j++) shares[n * features + best]! += relevance.get(n, j);
  }
  return tensor(shares, [examples, features]) as Untyped;
});

const random = randomGenerator(5);
function of(...shape: number[]): Tensor {
  const size = shape.reduce((a, b) => a * b, 1);
  return tensor(Float64Array.from({ length: size }, () => Math.fround(random.normal())), shape);
}

/** Three dense layers, the second one with a way around it. */
function network(): Network {
  const builder = networkBuilder();
  const first = builder.add("first", dense({ weights: of(4, 3), bias: of(4) }), builder.input("x"));
  const act = builder.add("act", relu(), first);
  const second = builder.add("second", dense({ weights: of(4, 4), bias: of(4) }), act);
  const sum = builder.add("sum", add(), act, second);
  return builder.build(builder.add("scores", dense({ weights: of(2, 4) }), builder.add("last", relu(), sum)));
}

const net = network();
const withRule = (...layers: readonly string[]): Composite =>
  composite("mine", [...layers.map((name) => assign(byName(name), winner)), ...epsilonPlus().assignments]);
const x = of(5, 3);

function expected(rules: Composite, of: Network = net, input = x): ReturnType<typeof propagateRelevance> {
  const run = runNetwork(of, input);
  return propagateRelevance(of, run, { composite: rules, seed: seedFor(run.output) });
}

for (
  const layers of [["scores"], ["second"], ["first"], ["scores", "second"], ["scores", "second", "first"]]
) {
  Deno.test(`a rule that reads numbers runs between models: ${layers.join(", ")}`, async () => {
    const rules = withRule(...layers);
    const compiled = compile(net, { composite: rules, shape: ["N", 3], taps: ["second", "act"] });
    assertEquals(compiled.segments.map(({ cut }) => cut?.layer), [...layers, undefined]);
    await using model = await loadRelevanceModel(compiled, { engine: "reference" });
    const { output, relevance, values, verification } = await model.explain(x, { verify: true });
    const wanted = expected(rules);
    assertClose(output, wanted.run.output, { absolute: 1e-12 });
    assertClose(relevance, wanted.input, { absolute: 1e-6 });
    assertEquals(Object.keys(values).sort(), ["output", "relevance", "relevance:act", "relevance:second"]);
    for (const tap of ["second", "act"]) {
      assertClose(values[`relevance:${tap}`]!, wanted.relevance.get(tap)!, { absolute: 1e-6 });
    }
    assertEquals(verification!.largest, 0);
    assertEquals(model.inputs, { x: ["N", 3] });
  });
}

Deno.test("results are given by the first model that can have them, and later models read only what they need", () => {
  const { segments } = compile(net, { composite: withRule("second"), shape: ["N", 3], taps: ["second"] });
  assertEquals(segments.map(({ model }) => model.graph.outputs.map(({ name }) => name)), [
    [
      "output",
      "relevance:second",
      "cut:second:output",
      "cut:second:relevance",
      "cut:second:input:0",
      "cut:second:origin:0",
    ],
    ["relevance"],
  ]);
  assertEquals(segments[1]!.model.graph.inputs.map(({ name, shape }) => [name, shape]), [
    ["x", ["N", 3]],
    ["cut:second:share:0", ["N", 4]],
  ]);
  const operators = segments[1]!.model.graph.nodes.map(({ operator }) => operator);
  assertEquals(operators.includes("ArgMax"), true); // what goes around the cut starts at the output
});

Deno.test("no single model holds a rule that reads numbers", () => {
  const compiled = compile(net, { composite: withRule("second"), shape: ["N", 3] });
  assertMessage(
    () => compiled.model,
    UnsupportedLayerError,
    'Cannot give one model: rule "winner" of layer "second" reads numbers, which no file can hold, run it with loadRelevanceModel(compiled)',
  );
  assertEquals(compiled.outputs, ["output", "relevance"]);
});

Deno.test("every way to read a number cuts the graph; a rule of operations does not, nor does one with an error", async () => {
  const ways: Record<string, (context: Untyped) => unknown> = {
    data: ({ input }) => input.data.length > 0 ? input : 0,
    "contiguous()": ({ input, layer, relevance, ops }) => {
      const z = contiguous(layer.forward(input));
      return z.length > 0 ? ops.multiply(input, layer.pullback(relevance)) : input;
    },
    comparison: ({ input, relevance, ops }) =>
      ops.sum(relevance, [0, 1]).valueOf() > 0 ? input : ops.negate(input),
    get: ({ input, ops }) => ops.multiply(input, ops.max(input, [0, 1]).get(0, 0)),
    "an array as result": ({ ops, input }) =>
      tensor(new Float64Array(15).fill(2), ops.shape(input).map((n: number) => n < 0 ? 5 : n)),
  };
  for (const [name, way] of Object.entries(ways)) {
    const rule = customRule(name, way as never);
    const rules = composite("mine", [assign(byName("first"), rule), ...epsilonPlus().assignments]);
    const compiled = compile(net, { composite: rules, shape: ["N", 3] });
    assertEquals(compiled.segments.map(({ cut }) => cut?.rule), [name, undefined]);
    await using model = await loadRelevanceModel(compiled, { engine: "reference" });
    assertClose((await model.explain(x)).relevance, expected(rules).input, { absolute: 1e-6 });
  }
  const plain = customRule(
    "plain",
    ({ ops, input, layer, relevance }) => ops.multiply(input, layer.pullback(relevance)),
  );
  const rules = composite("mine", [assign(byKind("dense"), plain), ...epsilonPlus().assignments]);
  assertEquals(compile(net, { composite: rules, shape: ["N", 3] }).segments.length, 1);
  const wrong = customRule("wrong", ({ ops, input }) => ops.matmul(input, input));
  const failing = composite("mine", [assign(byKind("dense"), wrong), ...epsilonPlus().assignments]);
  assertMessage(
    () => compile(net, { composite: failing, shape: ["N", 3] }),
    RangeError,
    'Cannot propagate relevance through layer "scores" (dense): Cannot multiply matrices: inner sizes must be equal, got [N, 4] and [N, 4]',
  );
});

Deno.test("a rule that reads numbers in the steps of a recurrent layer runs on the whole layer", async () => {
  const recurrent = sequential({
    lstm: lstm({ forward: { inputWeights: of(8, 3), recurrentWeights: of(8, 2) } }),
    last: take({ axis: 1, index: -1 }),
    scores: dense({ weights: of(2, 2) }),
  });
  const rules = composite("mine", [assign(byName("lstm.forward.gates"), winner), ...lrpAll().assignments]);
  const compiled = compile(recurrent, { composite: rules, shape: ["N", "T", 3] });
  assertEquals(compiled.segments.map(({ cut }) => cut && [cut.layer, cut.rule]), [
    ["lstm", "steps"],
    undefined,
  ]);
  await using model = await loadRelevanceModel(compiled, { engine: "reference" });
  for (const steps of [1, 4]) {
    const input = of(2, steps, 3);
    const wanted = expected(rules, recurrent, input).input;
    assertClose((await model.explain(input)).relevance, wanted, { absolute: 1e-6 });
  }
});

Deno.test("a rule that gives no numbers says so when it runs", async () => {
  const rule = customRule(
    "broken",
    ({ input }: Untyped) => tensor(input.data.map(() => NaN), input.shape) as Untyped,
  );
  const rules = composite("mine", [assign(byName("second"), rule), ...epsilonPlus().assignments]);
  await using model = await loadRelevanceModel(compile(net, { composite: rules, shape: ["N", 3] }), {
    engine: "reference",
  });
  await assertRejectsWith(
    () => model.explain(x),
    NumericalError,
    'Cannot explain: relevance below layer "second" (dense, rule broken) must be finite, got NaN at [0, 0]',
  );
});

Deno.test("a staged value says so when it is taken for an array, and an array when it is taken for a staged value", () => {
  const graph = new StagedGraph();
  const ops = stagedOps(graph);
  const value = ops.exp(graph.input("x", ["N", 2]));
  const message = (asked: string): string =>
    `Cannot read ${asked} of a staged value: its numbers are known only when the graph runs, use operations instead`;
  const plain = value as Untyped;
  assertMessage(() => plain.get(0, 0), UnknownNumbersError, message("get"));
  assertMessage(() => plain > 0, UnknownNumbersError, message("the numbers"));
  assertMessage(() => [...plain], UnknownNumbersError, message("the numbers"));
  assertMessage(() => contiguous(plain), UnknownNumbersError, message("data"));
  assertMessage(
    () => ops.add(value, tensor([1, 2]) as never),
    TypeError,
    "Cannot stage an operation: each operand must be a staged value or a number, got an array, use ops.constant()",
  );
  assertMessage(
    () => ops.add(value, undefined as never),
    TypeError,
    "Cannot stage an operation: each operand must be a staged value or a number, got undefined",
  );
  assertEquals(eagerOps.add(tensor([1]), tensor([2])).data[0], 3);
});

engineTest(
  "onnxruntime-node runs the models around a rule that reads numbers, also in workers",
  "onnxruntime-node",
  async (load) => {
    const rules = withRule("scores", "second");
    const compiled = compile(net, { composite: rules, shape: ["N", 3] });
    const wanted = contiguous(expected(rules).input);
    for (const worker of [false, true]) {
      await using model = await load(compiled, { worker });
      const { relevance, engine, verification } = await model.explain(x, { verify: true });
      assertEquals(engine.name, "onnxruntime-node");
      assert(largestError(contiguous(relevance), wanted).scaled < 1e-5);
      assert(verification!.largest < 1e-5);
    }
  },
);
