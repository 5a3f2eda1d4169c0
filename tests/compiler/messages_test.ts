import { assertEquals } from "@std/assert";
import { compile } from "../../lib/compiler/mod.ts";
import { NumericalError, ShapeError } from "../../lib/errors.ts";
import { concatenate, dense, embedding, relu, take } from "../../lib/layers/mod.ts";
import { epsilonPlus, lrpAll, type Network, networkBuilder, sequential } from "../../lib/networks/mod.ts";
import { loadRelevanceModel } from "../../lib/runtime/mod.ts";
import { contiguous, tensor } from "../../lib/tensor/mod.ts";
import { assertMessage, type ErrorClass } from "../support/assert_message.ts";

const weights = tensor([[1, -1], [2, 0.5]]);
const network = sequential({ hidden: dense({ weights }), relu: relu(), scores: dense({ weights }) }, {
  input: "x",
});
const plain = { composite: epsilonPlus(), shape: ["N", 2] };

/** Slips that notebook cells, which nothing type-checks, let through. */
const slips: Record<string, [given: [unknown, unknown], kind: ErrorClass, message: string]> = {
  "no network": [
    [undefined, plain],
    TypeError,
    "the network must be made by a call such as sequential(), got undefined",
  ],
  "no options": [[network, undefined], TypeError, "options must be an object, got undefined"],
  "no shape": [
    [network, { composite: epsilonPlus() }],
    TypeError,
    "the option shape must be given, got undefined",
  ],
  "no brackets": [
    [network, { ...plain, composite: epsilonPlus }],
    TypeError,
    "composite must be made by a call such as epsilonPlus(), got the function epsilonPlus",
  ],
  "an option of another name": [
    [network, { ...plain, tap: ["relu"] }],
    TypeError,
    'options must be among composite, shape, target, start, taps, masks, optimize, got "tap"',
  ],
  "a target that is none": [
    [network, { ...plain, target: "predict" }],
    RangeError,
    'target must be one of predicted, class, relevance, got "predict"',
  ],
  "a start that is none": [
    [network, { ...plain, start: "ones" }],
    RangeError,
    'start must be one of score, one, got "ones"',
  ],
  "one tap": [[network, { ...plain, taps: "relu" }], TypeError, 'taps must be a list of names, got "relu"'],
  "a mask of nothing": [
    [network, { ...plain, masks: { other: tensor([1]) } }],
    RangeError,
    'a mask must be for a value of the network, got one for "other"',
  ],
  "a mask that does not fit": [
    [network, { ...plain, masks: { relu: tensor([1, 2, 3]) } }],
    ShapeError,
    'the mask of "relu" must broadcast to [N, 2], got [3]',
  ],
  "a mask of no numbers": [
    [network, { ...plain, masks: { relu: tensor([1, NaN]) } }],
    NumericalError,
    'the mask of "relu" must be finite, got NaN at [1]',
  ],
  "sizes of no input": [
    [network, { ...plain, shape: { x: ["N", 2], y: [1] } }],
    RangeError,
    'sizes must be given for its inputs x, got some for "y"',
  ],
  "one size": [[network, { ...plain, shape: 2 }], RangeError, 'the sizes of input "x" must be given'],
};
for (const [name, [[given, options], kind, message]] of Object.entries(slips)) {
  Deno.test(`compile() refuses ${name}`, () =>
    assertMessage(
      () => compile(given as Network, options as typeof plain),
      kind,
      `Cannot compile the network: ${message}`,
    ));
}

for (const [size, shown] of [[0, "0"], [-1, "-1"], [1.5, "1.5"], ["", '""'], ["2*N", '"2*N"']] as const) {
  Deno.test(`compile() refuses the size ${shown}`, () =>
    assertMessage(
      () => compile(network, { ...plain, shape: [size, 2] }),
      RangeError,
      `Cannot compile the network: the sizes of input "x" must be whole numbers >= 1, or names such as "N" for sizes that may differ, got ${shown}`,
    ));
}

for (const [name, target] of [["output", "predicted"], ["class", "class"], ["seed", "relevance"]] as const) {
  Deno.test(`compile() refuses an input that is called ${name}, where the model has one`, () =>
    assertMessage(
      () => compile(sequential([dense({ weights })], { input: name }), { ...plain, target }),
      RangeError,
      `Cannot compile the network: its inputs must have other names than what is added, got "${name}"`,
    ));
}

Deno.test("an input that no relevance reaches has relevance 0, of its shape", async () => {
  const builder = networkBuilder();
  const [, second] = [builder.input("a"), builder.input("b")];
  const apart = builder.build(builder.add("scores", dense({ weights }), second));
  const compiled = compile(apart, { ...plain, shape: { a: ["N", 3], b: ["N", 2] } });
  assertEquals(compiled.outputs, ["output", "relevance", "relevance:b"]);
  await using model = await loadRelevanceModel(compiled, { engine: "reference" });
  const { relevance } = await model.explain({ a: tensor([[1, 2, 3]]), b: tensor([[1, 1]]) });
  assertEquals([relevance.shape, [...contiguous(relevance)]], [[1, 3], [0, 0, 0]]);
});

Deno.test("an output that is put together of single scores can be explained", async () => {
  const builder = networkBuilder();
  const x = builder.input("x");
  const parts = [0, 1].map((row) =>
    builder.add(`score${row}`, dense({ weights: tensor([[row + 1, 3]]) }), x)
  );
  const joined = builder.build(builder.add("scores", concatenate({ axis: 1 }), ...parts));
  await using model = await loadRelevanceModel(compile(joined, plain), { engine: "reference" });
  const { output, relevance } = await model.explain(tensor([[1, 2]]));
  assertEquals([...contiguous(output)], [7, 8]);
  assertEquals([...contiguous(relevance)].map(Math.round), [2, 6]);
});

Deno.test("a model notes how many tokens it knows", () => {
  const tokens = sequential({
    words: embedding({ weights: tensor([[1, 2], [3, 4], [5, 6]]) }),
    last: take({ axis: 1, index: -1 }),
    scores: dense({ weights }),
  }, { input: "ids" });
  const { model } = compile(tokens, { composite: lrpAll(), shape: ["N", "T"] });
  assertEquals(model.metadata.get("limits"), '{"ids":3}');
});
