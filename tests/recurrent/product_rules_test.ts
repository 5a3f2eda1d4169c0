import { assert, assertEquals } from "@std/assert";
import { explain, lrp } from "../../lib/attribution/mod.ts";
import { lstmForward, lstmProductRelevance, lstmRelevance, type LstmWeights } from "../../lib/kernels/mod.ts";
import { randomGenerator } from "../../lib/random.ts";
import { lstmClassifier, type ProductRule } from "../../lib/recurrent/mod.ts";
import { contiguous, tensor } from "../../lib/tensor/mod.ts";
import { assertClose } from "../support/assert_close.ts";
import { lstmByDefinition } from "../support/lstm_definition.ts";
import { randomLstm, randomTensor } from "../support/random_lstm.ts";

const RULES: readonly ProductRule[] = ["all", "half", "prop", "abs"];

for (const productRule of RULES) {
  Deno.test(`LRP-${productRule} of an LSTM is what the paper defines`, () => {
    for (const [seed, hiddenSizes] of [[4], [2, 3], [1]].entries()) {
      for (const bidirectional of [false, true]) {
        const random = randomGenerator(seed);
        const net = randomLstm(random, { inputSize: 3, hiddenSizes, classes: 2, bidirectional });
        const input = randomTensor(random, [5, 3]);
        const rows = Array.from({ length: 5 }, (_, t) => [...contiguous(input.pick(t, null))]);
        for (const eps of [1e-3, 0.1]) {
          for (const biasFactor of [0, 0.5, 1]) {
            const expected = lstmByDefinition(net, rows, { target: 1, eps, biasFactor, productRule });
            const pass = net.model.forward({ values: input });
            const { values, directions, rest } = pass.relevance([0, 1], {
              epsilon: eps,
              biasFactor,
              productRule,
            });
            const largest = Math.max(...expected.forward.flat().map(Math.abs), Math.abs(expected.rest));
            // Signed denominators can be small, so rounding is large beside single numbers but not beside the largest.
            const tolerance = { absolute: 1e-10 * largest };
            assertClose(directions?.forward ?? values, expected.forward, tolerance);
            if (directions) assertClose(directions.reverse, expected.reverse!, tolerance);
            assertClose(rest, expected.rest, tolerance);
          }
        }
      }
    }
  });

  Deno.test(`the ledger closes under LRP-${productRule}`, () => {
    for (let seed = 1; seed <= 20; seed++) {
      const random = randomGenerator(seed);
      const { model } = randomLstm(random, {
        inputSize: 1 + random.integer(4),
        hiddenSizes: seed % 2 ? [1 + random.integer(6)] : [3, 2],
        classes: 2,
        bidirectional: seed % 3 === 0,
      });
      const input = { values: randomTensor(random, [1 + random.integer(30), model.inputSize]) };
      for (const epsilon of [1e-6, 1e-3, 1]) {
        for (const biasFactor of [0, 0.3, 1]) {
          const method = lrp({ epsilon, biasFactor, productRule });
          const { ledger, score } = explain(model, input, { method, target: 1 });
          const where = `seed ${seed}, epsilon ${epsilon}, bias factor ${biasFactor}`;
          assert(ledger!.relativeGap <= 1e-12, `${where}: gap ${ledger!.relativeGap} of ${ledger!.scale}`);
          assertEquals(ledger!.received, score);
          // Shares of a stabilizer add up to 1 in exact arithmetic only.
          if (biasFactor === 1) assert(Math.abs(ledger!.stabilizer) <= 1e-12 * ledger!.scale, where);
        }
      }
    }
  });
}

Deno.test("with gates that take nothing the product kernel is the kernel of LRP-all", () => {
  const random = randomGenerator(3);
  const floats = (length: number): Float64Array => Float64Array.from({ length }, () => random.normal());
  const weights: LstmWeights = {
    inputSize: 3,
    hiddenSize: 4,
    inputWeights: floats(48),
    recurrentWeights: floats(64),
    bias: floats(16),
  };
  const trace = lstmForward(weights, floats(21), 7);
  const above = floats(28);
  for (const biasFactor of [0, 1]) {
    const options = { epsilon: 0.01, biasFactor };
    const expected = lstmRelevance(weights, trace, above, options);
    const actual = lstmProductRelevance(weights, trace, above, { ...options, productRule: "all" });
    for (
      const key of ["input", "restHidden", "restCell", "entered", "carried", "bias", "stabilizer"] as const
    ) {
      assertClose(actual[key], expected[key], { absolute: 1e-11 });
    }
  }
});

Deno.test("product rules by hand: one unit, one step, no biases", () => {
  // z = (i: 2, f: 0, g: 1, o: 3) · x with x = 1; the cell state before is 0, epsilon 0.
  const model = lstmClassifier({
    layers: [{
      forward: { inputWeights: tensor([[2], [0], [1], [3]]), recurrentWeights: tensor([[0], [0], [0], [0]]) },
    }],
    output: { weights: tensor([[5]]) },
  });
  const sigmoid = (z: number): number => 1 / (1 + Math.exp(-z));
  const c = sigmoid(2) * Math.tanh(1);
  const score = 5 * sigmoid(3) * Math.tanh(c);
  const total = (productRule: ProductRule): number =>
    explain(model, { values: tensor([[1]]) }, { method: lrp({ epsilon: 1e-12, productRule }) })
      .tokenRelevance[0]!;
  for (const productRule of RULES) {
    // x is the only input and there are no biases: whatever gates get reaches x too. f ⊙ 0 has nothing to share.
    assertClose(total(productRule), score, { relative: 1e-9 });
  }
});
