import { assert, assertEquals } from "@std/assert";
import { explain, lrp } from "../../lib/attribution/mod.ts";
import { compile } from "../../lib/compiler/mod.ts";
import { writeOnnx } from "../../lib/io/mod.ts";
import { concatenate, dense, slice, take } from "../../lib/layers/mod.ts";
import {
  gru,
  lrpAll,
  lstm,
  type Network,
  networkBuilder,
  propagateRelevance,
  type RecurrenceParameters,
  runNetwork,
  seedFor,
  sequential,
  unrollRecurrence,
} from "../../lib/networks/mod.ts";
import { randomGenerator } from "../../lib/random.ts";
import { gruClassifier, lstmClassifier } from "../../lib/recurrent/mod.ts";
import { loadRelevanceModel } from "../../lib/runtime/mod.ts";
import { contiguous, type Tensor, tensor, zeros } from "../../lib/tensor/mod.ts";
import { largestError } from "../support/assert_close.ts";
import { assertMessage } from "../support/assert_message.ts";
import { engineTest } from "../support/onnxruntime.ts";

const random = randomGenerator(7);
const [E, D, K] = [5, 4, 3];

function of(...shape: number[]): Tensor {
  const size = shape.reduce((a, b) => a * b, 1);
  return tensor(Float64Array.from({ length: size }, () => Math.fround(random.normal() * 0.5)), shape);
}

function side(gates: number, inputs: number): Side {
  return {
    inputWeights: of(gates * D, inputs),
    recurrentWeights: of(gates * D, D),
    inputBias: of(gates * D),
    recurrentBias: of(gates * D),
  };
}

type Side = Record<keyof RecurrenceParameters, Tensor>;
type Layers = readonly { forward: Side; reverse?: Side }[];

/** The classifier of the recurrent kernels as a network: the last states of both directions of the last layer. */
function networkOf(kind: typeof lstm, layers: Layers, output: { weights: Tensor; bias: Tensor }): Network {
  const builder = networkBuilder();
  const hidden = layers.reduce(
    (value, layer, i) => builder.add(`cell${i}`, kind(layer), value),
    builder.input("x"),
  );
  if (!layers.at(-1)!.reverse) {
    const last = builder.add("last", take({ axis: 1, index: -1 }), hidden);
    return builder.build(builder.add("scores", dense(output), last));
  }
  const ends = [-1, 0].map((index, i) => {
    const half = builder.add(`half${i}`, slice({ axis: 2, start: i * D, end: (i + 1) * D }), hidden);
    return builder.add(`end${i}`, take({ axis: 1, index }), half);
  });
  const states = builder.add("states", concatenate({ axis: 1 }), ...ends);
  return builder.build(builder.add("scores", dense(output), states));
}

const cases: Record<string, [kind: "lstm" | "gru", layers: Layers]> = {
  "an LSTM": ["lstm", [{ forward: side(4, E) }]],
  "a bidirectional LSTM of two layers": ["lstm", [
    { forward: side(4, E), reverse: side(4, E) },
    { forward: side(4, 2 * D), reverse: side(4, 2 * D) },
  ]],
  "a GRU": ["gru", [{ forward: side(3, E) }]],
  "a bidirectional GRU of two layers": ["gru", [
    { forward: side(3, E), reverse: side(3, E) },
    { forward: side(3, 2 * D), reverse: side(3, 2 * D) },
  ]],
};

// Two implementations that share no code: the recurrent kernels, and one model for all lengths and batches.
for (const [name, [kind, layers]] of Object.entries(cases)) {
  for (const share of ["all", "half", "prop", "abs"] as const) {
    Deno.test(`${name}, compiled once, gives under ${share} what the recurrent kernels give for every length`, async () => {
      const output = { weights: of(K, layers.at(-1)!.reverse ? 2 * D : D), bias: of(K) };
      const [classifier, make] = kind === "lstm" ? [lstmClassifier, lstm] : [gruClassifier, gru];
      const oracle = classifier({ layers, output });
      // The kernels stabilize a new state of a GRU as one sum, the layers its two parts too.
      const epsilon = kind === "lstm" ? 2 ** -10 : 2 ** -40;
      const { model } = compile(networkOf(make, layers, output), {
        composite: lrpAll({ share, epsilon }),
        shape: ["N", "T", E],
      });
      await using loaded = await loadRelevanceModel(model, { engine: "reference" });
      for (const steps of [1, 2, 9, 30]) {
        const values = [of(steps, E), of(steps, E)];
        const batch = tensor([...values.flatMap((value) => [...contiguous(value)])], [2, steps, E]);
        const { relevance, output: scores } = await loaded.explain(batch);
        values.forEach((value, n) => {
          const expected = explain(oracle, { values: value }, {
            method: lrp({ epsilon, productRule: share }),
          });
          const own = contiguous(scores).subarray(n * K, (n + 1) * K);
          assert(largestError(own, expected.scores).absolute < 1e-6);
          const part = contiguous(relevance).subarray(n * steps * E, (n + 1) * steps * E);
          const { scaled } = largestError(part, contiguous(expected.relevance));
          assert(scaled < 2e-4, `${steps} steps: ${scaled}`);
        });
      }
    });
  }
}

function deep(): Network {
  return sequential({
    lstm: lstm({ forward: side(4, E), reverse: side(4, E) }),
    last: take({ axis: 1, index: -1 }),
    scores: dense({ weights: of(K, 2 * D) }),
  });
}

Deno.test("a compiled recurrence has one size, which is small; unrolled it grows with the length", () => {
  const network = deep();
  const { model } = compile(network, { composite: lrpAll(), shape: ["N", "T", E] });
  const sizes = [10, 100].map((steps) => {
    const unrolled = unrollRecurrence(network, { steps });
    const { model } = compile(unrolled, { composite: lrpAll(), shape: ["N", steps, E] });
    return [model.graph.nodes.length, writeOnnx(model).length] as const;
  });
  const scans = model.graph.nodes.filter(({ operator }) => operator === "Scan");
  assertEquals(scans.length, 4); // forward and back, each in two directions
  assert(model.graph.nodes.length < 50, `${model.graph.nodes.length}`);
  assert(sizes[1]![0] > 50 * model.graph.nodes.length, `${sizes}`);
  assert(sizes[1]![1] > 15 * writeOnnx(model).length, `${sizes} ${writeOnnx(model).length}`);
});

Deno.test("the weights of a recurrence stand in the model once, under names of their layers", () => {
  const weights = (): RecurrenceParameters => ({
    inputWeights: of(4 * 60, 30),
    recurrentWeights: of(4 * 60, 60),
  });
  const network = sequential({ lstm: lstm({ forward: weights(), reverse: weights() }) });
  const { model } = compile(network, {
    composite: lrpAll(),
    shape: ["N", "T", 30],
    target: "relevance",
  });
  const large = [...model.graph.initializers].filter(([, { shape }]) => shape.length === 2);
  assertEquals(large.map(([name, { shape }]) => [name, shape]), [
    ["lstm.forward.gates.weights", [180, 90]],
    ["lstm.forward.signal.weights", [60, 90]],
    ["lstm.reverse.gates.weights", [180, 90]],
    ["lstm.reverse.signal.weights", [60, 90]],
  ]);
});

Deno.test("steps that stand still at the end of a shorter text take no relevance", async () => {
  // A gate that follows the first number: steps of padding have 0 there and a bias that closes it.
  const forward = {
    inputWeights: tensor([[40, 0], [-40, 0], [0, 1], [0, 0]]),
    recurrentWeights: zeros([4, 1]),
    inputBias: tensor([-20, 20, 0, 20]),
  };
  const network = sequential({
    lstm: lstm({ forward }),
    last: take({ axis: 1, index: -1 }),
    scores: dense({ weights: tensor([[1]]) }),
  });
  const { model } = compile(network, { composite: lrpAll({ epsilon: 2 ** -30 }), shape: ["N", "T", 2] });
  await using loaded = await loadRelevanceModel(model, { engine: "reference" });
  const short = contiguous((await loaded.explain(tensor([[[1, 0.5], [1, 0.25]]]))).relevance);
  const padded = contiguous(
    (await loaded.explain(tensor([[[1, 0.5], [1, 0.25], [0, 0], [0, 0]]]))).relevance,
  );
  assert(largestError(padded.subarray(0, 4), short).absolute < 1e-6);
  assertEquals([...padded.subarray(4)], [0, 0, 0, 0]);
});

engineTest(
  "onnxruntime-node runs a compiled recurrence over 400 steps within float32",
  "onnxruntime-node",
  async (load) => {
    await using model = await load(compile(deep(), { composite: lrpAll(), shape: ["N", "T", E] }).model);
    const { verification } = await model.explain(of(3, 400, E), { verify: true });
    assert(verification!.largest < 1e-4, JSON.stringify(verification));
  },
);

/** Words of several lengths in one batch: what is behind the end of a text does not count. */
function padded(kind: typeof lstm, parameters: () => Side): Network {
  const builder = networkBuilder();
  const [x, mask] = [builder.input("x"), builder.input("mask")];
  const hidden = builder.add("cell", kind({ forward: parameters(), reverse: parameters() }), x, mask);
  const ends = [-1, 0].map((index, i) => {
    const half = builder.add(`half${i}`, slice({ axis: 2, start: i * D, end: (i + 1) * D }), hidden);
    return builder.add(`end${i}`, take({ axis: 1, index }), half);
  });
  const states = builder.add("states", concatenate({ axis: 1 }), ...ends);
  return builder.build(builder.add("scores", dense({ weights: of(K, 2 * D), bias: of(K) }), states));
}

for (
  const [name, network] of [["LSTM", padded(lstm, () => side(4, E))], [
    "GRU",
    padded(gru, () => side(3, E)),
  ]] as const
) {
  for (const share of ["all", "half", "prop", "abs"] as const) {
    Deno.test(`with a mask a batch of several lengths is each text by itself: ${name}, ${share}`, async () => {
      const rules = lrpAll({ share, epsilon: 2 ** -10 });
      const lengths = [3, 5, 1];
      const mask = tensor(lengths.flatMap((length) => [0, 1, 2, 3, 4].map((t) => Number(t < length))), [
        3,
        5,
      ]);
      const x = of(3, 5, E);
      const compiled = compile(network, { composite: rules, shape: { x: ["N", "T", E], mask: ["N", "T"] } });
      await using model = await loadRelevanceModel(compiled, { engine: "reference" });
      const run = runNetwork(network, { x, mask });
      const whole = propagateRelevance(network, run, { composite: rules, seed: seedFor(run.output) });
      assert(whole.ledger.relativeGap < 1e-13, `${whole.ledger}`);
      const { relevance, values } = await model.explain({ x, mask });
      assert(contiguous(values["relevance:mask"]!).every((value) => value === 0));
      for (const [n, length] of lengths.entries()) {
        const text = tensor(contiguous(x).slice(n * 5 * E, (n * 5 + length) * E), [1, length, E]);
        const ones = tensor(new Float64Array(length).fill(1), [1, length]);
        const alone = runNetwork(network, { x: text, mask: ones });
        const seed = seedFor(alone.output);
        const expected = contiguous(propagateRelevance(network, alone, { composite: rules, seed }).input);
        for (const [given, most] of [[whole.input, 1e-12], [relevance, 1e-4]] as const) {
          const part = contiguous(given).subarray(n * 5 * E, (n + 1) * 5 * E);
          assert(largestError(part.subarray(0, length * E), expected).scaled < most);
          assert(part.subarray(length * E).every((value) => value === 0), "padding has relevance");
        }
      }
    });
  }
}

Deno.test("a mask of ones is no mask, and one that is there cannot be unrolled", () => {
  const plain = sequential([lstm({ forward: side(4, E) })]);
  const builder = networkBuilder();
  const [x, mask] = [builder.input("x"), builder.input("mask")];
  const masked = builder.build(builder.add("cell", plain.nodes[0]!.layer, x, mask));
  const values = of(2, 3, E);
  const ones = tensor(new Float64Array(6).fill(1), [2, 3]);
  assertEquals(
    [...runNetwork(masked, { x: values, mask: ones }).output.data],
    [...runNetwork(plain, values).output.data],
  );
  assertMessage(
    () => unrollRecurrence(masked, { steps: 3 }),
    RangeError,
    'Cannot unroll a recurrence: layer "cell" must have no mask, got "mask"',
  );
});

engineTest(
  "onnxruntime-node runs a batch of several lengths",
  "onnxruntime-node",
  async (load) => {
    const network = padded(lstm, () => side(4, E));
    const compiled = compile(network, {
      composite: lrpAll({ epsilon: 2 ** -10 }),
      shape: { x: ["N", "T", E], mask: ["N", "T"] },
    });
    await using model = await load(compiled);
    const mask = tensor([[1, 1, 0, 0], [1, 1, 1, 1]]);
    const { verification, relevance } = await model.explain({ x: of(2, 4, E), mask }, { verify: true });
    assert(verification!.largest < 1e-4, JSON.stringify(verification));
    assert(contiguous(relevance).subarray(2 * E, 4 * E).every((value) => value === 0));
  },
);
