import { randomGenerator } from "../../lib/random.ts";
import { contiguous } from "../../lib/tensor/mod.ts";
import { assertClose } from "../support/assert_close.ts";
import { lstmByDefinition } from "../support/lstm_definition.ts";
import { randomLstm, randomTensor } from "../support/random_lstm.ts";

const shapes = [
  { inputSize: 1, hiddenSizes: [1], classes: 1, bidirectional: false },
  { inputSize: 3, hiddenSizes: [4], classes: 2, bidirectional: true },
  { inputSize: 4, hiddenSizes: [3, 5], classes: 3, bidirectional: false },
  { inputSize: 2, hiddenSizes: [3, 2, 4], classes: 3, bidirectional: true },
];

for (const biases of [true, false]) {
  for (const shape of shapes) {
    const name = `${shape.hiddenSizes.length} layers, ${
      shape.bidirectional ? "two directions" : "one direction"
    }`;
    Deno.test(`relevance of an LSTM is what the paper defines: ${name}, ${biases ? "" : "no "}biases`, () => {
      const random = randomGenerator(shape.inputSize * 10 + Number(biases));
      const net = randomLstm(random, { ...shape, biases });
      for (const steps of [1, 2, 7]) {
        const input = randomTensor(random, [steps, shape.inputSize]);
        const rows = Array.from({ length: steps }, (_, t) => [...contiguous(input.pick(t, null))]);
        for (const eps of [1e-3, 0.1]) {
          for (const biasFactor of [0, 0.5, 1]) {
            const target = shape.classes - 1;
            const expected = lstmByDefinition(net, rows, { target, eps, biasFactor });
            const pass = net.model.forward({ values: input });
            assertClose(pass.scores, expected.scores, { absolute: 1e-14 });
            const weights = Float64Array.from({ length: shape.classes }, (_, k) => k === target ? 1 : 0);
            const { values, directions, rest } = pass.relevance(weights, { epsilon: eps, biasFactor });
            const largest = Math.max(...expected.forward.flat().map(Math.abs), Math.abs(expected.rest));
            const tolerance = { absolute: 1e-12 * largest };
            assertClose(directions?.forward ?? values, expected.forward, tolerance);
            if (directions) assertClose(directions.reverse, expected.reverse!, tolerance);
            assertClose(rest, expected.rest, tolerance);
          }
        }
      }
    });
  }
}
