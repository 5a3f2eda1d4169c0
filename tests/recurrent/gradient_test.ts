import { randomGenerator } from "../../lib/random.ts";
import { assertClose } from "../support/assert_close.ts";
import { randomLstm, randomTensor } from "../support/random_lstm.ts";

Deno.test("gradient of an LSTM is the limit of differences", () => {
  const random = randomGenerator(1);
  for (const bidirectional of [false, true]) {
    for (const hiddenSizes of [[3], [4, 2]]) {
      const { model } = randomLstm(random, { inputSize: 3, hiddenSizes, classes: 2, bidirectional });
      const input = randomTensor(random, [5, 3]);
      const weights = Float64Array.of(0.7, -1.3);
      const gradient = model.forward({ values: input }).gradient(weights);
      const value = (): number => {
        const { scores } = model.forward({ values: input });
        return weights[0]! * scores[0]! + weights[1]! * scores[1]!;
      };
      const step = 1e-5;
      const differences = input.data.map((x, i) => {
        input.data[i] = x + step;
        const above = value();
        input.data[i] = x - step;
        const below = value();
        input.data[i] = x;
        return (above - below) / (2 * step);
      });
      // Central differences in float64: error step² ~ 1e-10 of the third derivative, plus 1e-16 / step ~ 1e-11.
      assertClose(gradient.values.data, differences, { absolute: 1e-9 });
      if (gradient.directions) {
        const { forward, reverse } = gradient.directions;
        assertClose(forward.data.map((g, i) => g + reverse.data[i]!), gradient.values.data, {
          absolute: 1e-15,
        });
      }
    }
  }
});
