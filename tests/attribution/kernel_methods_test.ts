import { assert, assertEquals } from "@std/assert";
import {
  explain,
  explainAll,
  gradientTimesInput,
  lrp,
  occlusion,
  sensitivity,
  type Target,
} from "../../lib/attribution/mod.ts";
import { type RandomGenerator, randomGenerator } from "../../lib/random.ts";
import {
  deleteTokens,
  gruClassifier,
  lstmClassifier,
  type RecurrentClassifier,
} from "../../lib/recurrent/mod.ts";
import { contiguous } from "../../lib/tensor/mod.ts";
import { assertClose } from "../support/assert_close.ts";
import { gruDirection } from "../support/random_gru.ts";
import { randomLstm, randomTensor } from "../support/random_lstm.ts";

const E = 5, IDS = 30;

/** Nets with two directions over a table of vectors. */
function models(random: RandomGenerator): RecurrentClassifier[] {
  const embeddings = randomTensor(random, [IDS, E]);
  const { layers, output } = randomLstm(random, {
    inputSize: E,
    hiddenSizes: [6, 3],
    classes: 3,
    bidirectional: true,
  });
  const layer = { forward: gruDirection(random, E, 4), reverse: gruDirection(random, E, 4) };
  const top = { weights: randomTensor(random, [3, 8]) };
  return [
    lstmClassifier({ layers, output, embeddings }),
    gruClassifier({ layers: [layer], output: top, embeddings }),
  ];
}

Deno.test("methods of the gradient are made of the gradient, alone and in blocks, whatever the target", async () => {
  const random = randomGenerator(1);
  const targets: Target[] = ["predicted", 2, { weights: [1, -1, 0.5] }];
  for (const model of models(random)) {
    const inputs = Array.from({ length: 45 }, () => ({
      ids: Array.from({ length: 1 + random.integer(12) }, () => random.integer(IDS)),
    }));
    for (const [i, target] of targets.entries()) {
      const options = { target, workers: 1 + i % 2 };
      for (const method of [sensitivity(), gradientTimesInput()]) {
        for await (const { index, attribution } of explainAll(model, inputs, { ...options, method })) {
          const alone = explain(model, inputs[index]!, { method, target }),
            pass = model.forward(inputs[index]!);
          const { values, directions } = pass.gradient(alone.target.weights);
          const x = contiguous(pass.sequence.values), timesInput = method.name !== "Sensitivity";
          const of = (gradient: Float64Array): Float64Array =>
            gradient.map((g, k) => g * (timesInput ? x[k]! : g));
          for (const { relevance, scores, rest, ledger } of [attribution!, alone]) {
            assertClose(relevance.data, of(values.data), { absolute: 1e-13 });
            assertClose(scores, pass.scores, { absolute: 1e-14 });
            assertEquals([relevance.shape, rest, ledger], [values.shape, 0, undefined]);
          }
          assertEquals(attribution!.tokens, alone.tokens);
          if (!timesInput) continue;
          assertClose(alone.directions!.forward.data, of(directions!.forward.data), { absolute: 1e-13 });
          assertClose(alone.directions!.reverse.data, of(directions!.reverse.data), { absolute: 1e-13 });
        }
      }
    }
  }
});

Deno.test("a product rule is what one pass after the other gives, alone and in blocks, for LSTMs and GRUs", async () => {
  const random = randomGenerator(3), options = { epsilon: 0.01, biasFactor: 0.3 };
  for (const model of models(random)) {
    const inputs = Array.from({ length: 45 }, () => ({
      ids: Array.from({ length: 1 + random.integer(12) }, () => random.integer(IDS)),
    }));
    for (const [i, productRule] of (["half", "prop", "abs"] as const).entries()) {
      const method = lrp({ ...options, productRule }), workers = 1 + i % 2;
      for (const detail of ["tokens", "inputs", "directions"] as const) {
        for await (const { index, attribution } of explainAll(model, inputs, { method, workers, detail })) {
          const { target, relevance, tokenRelevance, rest, ledger } = attribution!;
          const pass = model.forward(inputs[index]!);
          const wanted = pass.relevance(target.weights, { ...options, productRule });
          const alone = explain(model, inputs[index]!, { method });
          const within = { absolute: 1e-11 * wanted.ledger.scale };
          assertClose(alone.relevance.data, wanted.values.data, within);
          assertClose(tokenRelevance, alone.tokenRelevance, within);
          if (detail !== "tokens") assertClose(relevance.data, wanted.values.data, within);
          for (const [found, account] of [[rest, ledger!], [alone.rest, alone.ledger!]] as const) {
            assertClose(found, wanted.rest, within);
            assertClose(account.bias, wanted.ledger.bias, within);
            assertClose(account.stabilizer, wanted.ledger.stabilizer, within);
            assert(account.relativeGap < 1e-12, `${account.relativeGap}`);
          }
        }
      }
    }
  }
});

Deno.test("occlusion() agrees with the deletion of tokens", () => {
  for (const model of models(randomGenerator(2))) {
    const sequence = model.encode({ ids: [3, 1, 4, 1, 5] });
    const { tokenRelevance, score } = explain(model, sequence, { method: occlusion(), target: 1 });
    tokenRelevance.forEach((relevance, t) => {
      const shortened = model.forward(deleteTokens(sequence, [t])).scores[1]!;
      assertClose(relevance, score - shortened, { absolute: 1e-14 });
    });
  }
});
