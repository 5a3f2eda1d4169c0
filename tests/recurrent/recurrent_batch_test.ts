import { assertEquals, assertThrows, fail } from "@std/assert";
import fc from "fast-check";
import {
  explain,
  explainAll,
  gradientTimesInput,
  occlusion,
  sensitivity,
} from "../../lib/attribution/mod.ts";
import { NumericalError } from "../../lib/errors.ts";
import { randomGenerator } from "../../lib/random.ts";
import { deleteTokens, lstmClassifier, type RecurrentClassifier } from "../../lib/recurrent/mod.ts";
import { contiguous, type Tensor, tensor, zeros } from "../../lib/tensor/mod.ts";
import { assertClose } from "../support/assert_close.ts";
import { randomGru } from "../support/random_gru.ts";
import { randomLstm, randomTensor } from "../support/random_lstm.ts";

interface Shape {
  kind: "LSTM" | "GRU";
  inputSize: number;
  sizes: number[];
  bidirectional: boolean;
  lengths: number[];
}

const shapes: fc.Arbitrary<Shape> = fc.record({
  kind: fc.constantFrom("LSTM" as const, "GRU" as const),
  inputSize: fc.integer({ min: 1, max: 7 }),
  sizes: fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 2 }),
  bidirectional: fc.boolean(),
  lengths: fc.array(fc.integer({ min: 1, max: 12 }), { minLength: 1, maxLength: 70 }),
});

function build(seed: number, { kind, inputSize, sizes, bidirectional, lengths }: Shape): {
  model: RecurrentClassifier;
  inputs: { values: Tensor }[];
  weights: Float64Array[];
} {
  const random = randomGenerator(seed);
  const model = kind === "GRU"
    ? randomGru(random, [inputSize, ...sizes], bidirectional)
    : randomLstm(random, { inputSize, hiddenSizes: sizes, classes: 3, bidirectional }).model;
  return {
    model,
    inputs: lengths.map((steps) => ({ values: randomTensor(random, [steps, inputSize]) })),
    weights: lengths.map(() => Float64Array.from({ length: 3 }, () => random.normal())),
  };
}

Deno.test("many inputs side by side have the scores and gradients that each has alone", () => {
  fc.assert(
    fc.property(fc.nat(), shapes, (seed, shape) => {
      const { model, inputs, weights } = build(seed, shape);
      const batch = model.forwardAll(inputs), gradients = batch.gradients(weights);
      inputs.forEach((input, i) => {
        const pass = model.forward(input), alone = pass.gradient(weights[i]!), together = gradients[i]!;
        assertClose(batch.scores[i]!, pass.scores, { absolute: 1e-13 });
        const size = Math.max(1, ...contiguous(alone.values).map(Math.abs));
        const within = { absolute: 1e-12 * size };
        assertClose(together.values.data, alone.values.data, within);
        assertEquals(together.directions === undefined, alone.directions === undefined);
        for (const way of ["forward", "reverse"] as const) {
          if (alone.directions) {
            assertClose(together.directions![way].data, alone.directions[way].data, within);
          }
        }
      });
    }),
    { seed: 2, numRuns: 60 },
  );
});

Deno.test("in float32 too, to some digits", () => {
  const { model, inputs, weights } = build(1, {
    kind: "LSTM",
    inputSize: 5,
    sizes: [6, 4],
    bidirectional: true,
    lengths: [3, 40, 3, 7],
  });
  const batch = model.withPrecision("float32").forwardAll(inputs), gradients = batch.gradients(weights);
  inputs.forEach((input, i) => {
    const pass = model.forward(input);
    assertClose(batch.scores[i]!, pass.scores, { absolute: 1e-5 });
    assertClose(gradients[i]!.values.data, pass.gradient(weights[i]!).values.data, { absolute: 1e-4 });
  });
});

Deno.test("an input that overflows says where, as it does alone", () => {
  // Ten units of tanh(tanh(9)/2)/2 = 0.23 each, times 1.7e308.
  const rows = Float64Array.from({ length: 40 }, (_, row) => row >= 20 && row < 30 ? 9 : 0);
  const model = lstmClassifier({
    layers: [{ forward: { inputWeights: tensor(rows, [40, 1]), recurrentWeights: zeros([40, 10]) } }],
    output: { weights: tensor(new Float64Array(10).fill(1.7e308), [1, 10]) },
  });
  const [good, bad] = [{ values: tensor([[0]]) }, { values: tensor([[1]]) }];
  const { message } = assertThrows(() => model.forward(bad), NumericalError);
  const batch = model.forwardAll([good, bad]);
  assertEquals(assertThrows(() => batch.scores, NumericalError).message, message);
});

Deno.test("vectors that are no longer those of their ids are taken as they are", () => {
  const random = randomGenerator(4), embeddings = randomTensor(random, [8, 3]);
  const { layers, output } = randomLstm(random, {
    inputSize: 3,
    hiddenSizes: [4],
    classes: 3,
    bidirectional: true,
  });
  const model = lstmClassifier({ layers, output, embeddings });
  const sentence = model.encode({ ids: [5, 1, 5, 7] });
  const changed = [0, 1, 2, 3].map((word) => ({
    ...sentence,
    values: deleteTokens(sentence, [word]).values,
  }));
  const alone = [sentence, sentence, ...changed].map(({ values }) => model.forward({ values }).scores);
  // What the kernels cannot answer would be run alone.
  const once = Object.assign(model, { forward: () => fail("not side by side") });
  const { scores } = once.forwardAll([{ ids: [5, 1, 5, 7] }, sentence, ...changed]);
  scores.forEach((found, i) => assertClose(found, alone[i]!, { absolute: 1e-15 }));
});

Deno.test("occlusion and gradients of inputs of one shape run side by side, with the numbers of each alone", async () => {
  const { model, inputs } = build(3, {
    kind: "LSTM",
    inputSize: 4,
    sizes: [5],
    bidirectional: true,
    lengths: [...new Array(40).fill(6), 3, 9],
  });
  for (const method of [occlusion(), sensitivity(), gradientTimesInput()]) {
    for await (const { index, attribution } of explainAll(model, inputs, { method })) {
      const alone = explain(model, inputs[index]!, { method });
      assertEquals(attribution!.target.class, alone.target.class);
      assertClose(attribution!.relevance.data, alone.relevance.data, { absolute: 1e-13 });
    }
  }
});
