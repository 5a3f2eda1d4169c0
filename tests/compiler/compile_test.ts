import { assert, assertEquals } from "@std/assert";
import { compile } from "../../lib/compiler/mod.ts";
import { ShapeError, UnsupportedLayerError } from "../../lib/errors.ts";
import { readOnnx, writeOnnx } from "../../lib/io/mod.ts";
import { dense, relu, softmax } from "../../lib/layers/mod.ts";
import {
  assign,
  byKind,
  composite,
  epsilonPlus,
  gradient,
  propagateRelevance,
  runNetwork,
  seedFor,
  sequential,
} from "../../lib/networks/mod.ts";
import { customRule } from "../../lib/rules/mod.ts";
import { loadRelevanceModel } from "../../lib/runtime/mod.ts";
import { contiguous, type NumericArray, tensor } from "../../lib/tensor/mod.ts";
import { assertClose, largestError } from "../support/assert_close.ts";
import { assertMessage } from "../support/assert_message.ts";
import { networkCases } from "./networks.ts";

/** Largest difference over the largest number. */
function apart(actual: NumericArray, expected: NumericArray): number {
  return largestError(contiguous(actual), contiguous(expected)).scaled;
}

for (const { name, network, composites, shape, inputs } of networkCases()) {
  for (const rules of composites) {
    for (const optimize of [true, false]) {
      const how = optimize ? "" : ", with nothing saved";
      const options = JSON.stringify(rules.assignments.map(({ rule }) => rule.options.share).filter(Boolean));
      Deno.test(`compile() of a ${name} under ${rules.name} ${options} is the reference engine's relevance${how}`, async () => {
        const { model, outputs } = compile(network, { composite: rules, shape, optimize });
        assertEquals(outputs, ["output", "relevance"]);
        await using loaded = await loadRelevanceModel(readOnnx(writeOnnx(model)), { engine: "reference" });
        for (const input of inputs) {
          const run = runNetwork(network, input);
          const expected = propagateRelevance(network, run, { composite: rules, seed: seedFor(run.output) });
          const { output, relevance } = await loaded.explain(input);
          // Numbers such as 1e-6 and √½ are rounded to float32 in the model.
          assert(apart(output, run.output) < 1e-7);
          assert(apart(relevance, expected.input) < 1e-6, String(apart(relevance, expected.input)));
        }
      });
    }
  }
}

const network = sequential({
  hidden: dense({ weights: tensor([[1, -1], [2, 0.5]]), bias: tensor([0.25, 0]) }),
  relu: relu(),
  scores: dense({ weights: tensor([[1, 1], [-1, 2], [0, 3]]) }),
});
const x = tensor([[1, 2], [3, -1]]);
const rules = epsilonPlus();

Deno.test("compile() explains the classes that are asked for, with their scores or with 1", async () => {
  for (const start of ["score", "one"] as const) {
    const { model } = compile(network, { composite: rules, shape: ["N", 2], target: "class", start });
    await using loaded = await loadRelevanceModel(model, { engine: "reference" });
    const { relevance } = await loaded.explain({ input: x, class: tensor([1, 0]) });
    const run = runNetwork(network, x);
    const seed = seedFor(run.output, { classes: [1, 0], start });
    assertClose(relevance, propagateRelevance(network, run, { composite: rules, seed }).input, {
      absolute: 1e-7,
    });
  }
});

Deno.test("compile() starts with the relevance that is given, gives taps and applies masks", async () => {
  const { model, outputs } = compile(network, {
    composite: rules,
    shape: ["N", 2],
    target: "relevance",
    taps: ["hidden", "relu"],
    masks: { relu: tensor([0, 1]) },
  });
  assertEquals(outputs, ["output", "relevance", "relevance:hidden", "relevance:relu"]);
  await using loaded = await loadRelevanceModel(model, { engine: "reference" });
  const seed = tensor([[1, 2, 3], [0, 1, 0]]);
  const { values } = await loaded.explain({ input: x, seed });
  const expected = propagateRelevance(network, x, {
    composite: rules,
    seed,
    masks: { relu: tensor([0, 1]) },
  });
  for (const name of ["hidden", "relu"]) {
    assertClose(values[`relevance:${name}`]!, expected.relevance.get(name)!, { absolute: 1e-7 });
  }
  assertClose(values.relevance!, expected.input, { absolute: 1e-7 });
});

Deno.test("compile() compiles a rule of the user's own", async () => {
  const rule = customRule("absolute", ({ ops, input, layer, relevance }) => {
    const size = ops.absolute(input);
    const z = layer.forward(size, { weights: ops.absolute, bias: false });
    return ops.multiply(size, layer.pullback(ops.divide(relevance, z), { weights: ops.absolute }));
  });
  const mine = composite("mine", [assign(byKind("dense"), rule), ...rules.assignments]);
  const { model } = compile(network, { composite: mine, shape: ["N", 2] });
  await using loaded = await loadRelevanceModel(model, { engine: "reference" });
  const run = runNetwork(network, x);
  const expected = propagateRelevance(network, run, { composite: mine, seed: seedFor(run.output) });
  assertClose((await loaded.explain(x)).relevance, expected.input, { absolute: 1e-7 });
});

Deno.test("compile() writes the names of parameters, the plan and the labels into the model", () => {
  const { model } = compile(network, { composite: rules, shape: ["N", 2] });
  assertEquals(model.graph.inputs, [{ name: "input", elementType: 1, shape: ["N", 2] }]);
  assertEquals(model.graph.outputs.map(({ name, shape }) => [name, shape]), [
    ["output", ["N", 3]],
    ["relevance", ["N", 2]],
  ]);
  assert(model.graph.initializers.has("scores.weights"));
  assertEquals(model.metadata.get("composite"), "epsilonPlus");
  assert(model.metadata.get("plan")!.includes("hidden"));
});

Deno.test("compile() refuses what it cannot write", () => {
  assertMessage(
    () => compile(network, { composite: rules, shape: {} }),
    RangeError,
    'Cannot compile the network: the sizes of input "input" must be given',
  );
  assertMessage(
    () => compile(network, { composite: rules, shape: ["N", 2], taps: ["nothing"] }),
    RangeError,
    'Cannot compile the network: relevance must reach the tap, got "nothing"',
  );
  assertMessage(
    () => compile(network, { composite: rules, shape: ["N", 5, 2] }),
    RangeError,
    'Cannot compile the network: its output must have shape [N, K] to explain a class, got [N, 5, 3], use target "relevance"',
  );
  assertMessage(
    () => compile(network, { composite: rules, shape: ["N", 3] }),
    ShapeError,
    'Cannot run layer "hidden" (dense): Cannot multiply matrices: inner sizes must be equal, got [N, 3] and [2, 2]',
  );
  const end = sequential({ scores: dense({ weights: tensor([[1], [2]]) }), softmax: softmax() });
  assertMessage(
    () => compile(end, { composite: rules, shape: ["N", 1] }),
    UnsupportedLayerError,
    'Cannot propagate relevance through layer "softmax" (softmax): composite "epsilonPlus" has no rule for it, assign one with assign(byName("softmax"), …), or take an output softmax away with dropSoftmax(network)',
  );
});

Deno.test("compile() of a batch of one gives what a larger batch gives", async () => {
  const { model } = compile(network, { composite: gradient(), shape: ["N", 2] });
  await using loaded = await loadRelevanceModel(model, { engine: "reference" });
  const both = contiguous((await loaded.explain(x)).relevance);
  const second = contiguous((await loaded.explain(tensor([[3, -1]]))).relevance);
  assertEquals([...both.slice(2)], [...second]);
});
