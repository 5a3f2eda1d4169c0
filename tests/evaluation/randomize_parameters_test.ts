import { assertEquals, assertNotEquals } from "@std/assert";
import { randomizeParameters } from "../../lib/evaluation/mod.ts";
import { UnsupportedLayerError } from "../../lib/errors.ts";
import { randomGenerator } from "../../lib/random.ts";
import { RecurrentClassifier } from "../../lib/recurrent/mod.ts";
import { tensor, zeros } from "../../lib/tensor/mod.ts";
import { assertMessage } from "../support/assert_message.ts";
import { randomGru } from "../support/random_gru.ts";
import { randomLstm } from "../support/random_lstm.ts";

const random = randomGenerator(5);
const { model } = randomLstm(random, { inputSize: 3, hiddenSizes: [4, 2], classes: 3, bidirectional: true });

Deno.test("randomizeParameters() shuffles from the top down and leaves the network as it was", () => {
  const before = model.outputWeights.slice();
  for (const layers of [1, 2, 3]) {
    const other = randomizeParameters(model, { seed: 1, layers });
    assertNotEquals(other.outputWeights, model.outputWeights);
    assertEquals(other.outputWeights.toSorted(), model.outputWeights.toSorted());
    model.layers.forEach((layer, index) => {
      for (const side of ["forward", "reverse"] as const) {
        const [own, was] = [other.layers[index]![side]!.lstmWeights!, layer[side]!.lstmWeights!];
        for (const key of ["inputWeights", "recurrentWeights", "bias"] as const) {
          assertEquals(own[key].toSorted(), was[key].toSorted());
          const changed = own[key].some((value, i) => value !== was[key][i]);
          assertEquals(changed, index >= 3 - layers, `${layers} layers, layer ${index}, ${side} ${key}`);
        }
      }
    });
    assertEquals(randomizeParameters(model, { seed: 1, layers }).outputWeights, other.outputWeights);
  }
  assertEquals(model.outputWeights, before);
});

Deno.test("randomizeParameters() shuffles the arrays of GRUs, one by one", () => {
  const gru = randomGru(randomGenerator(6), [3, 4, 2], true);
  for (const layers of [1, 2, 3]) {
    const other = randomizeParameters(gru, { seed: 1, layers });
    gru.layers.forEach((layer, index) => {
      for (const side of ["forward", "reverse"] as const) {
        const [own, was] = [other.layers[index]![side]!.gruWeights!, layer[side]!.gruWeights!];
        for (const key of ["inputWeights", "recurrentWeights", "inputBias", "recurrentBias"] as const) {
          assertEquals(own[key].toSorted(), was[key].toSorted());
          const changed = own[key].some((value, i) => value !== was[key][i]);
          assertEquals(changed, index >= 3 - layers, `${layers} layers, layer ${index}, ${side} ${key}`);
        }
      }
    });
  }
});

Deno.test("a shuffled network counts in the precision of its model", () => {
  const values = tensor(Array.from({ length: 5 }, () => [random.normal(), random.normal(), random.normal()]));
  const single = randomizeParameters(model.withPrecision("float32"), { seed: 1 });
  assertEquals(single.precision, "float32");
  const double = randomizeParameters(model, { seed: 1 });
  assertEquals(double.precision, "float64");
  const { scores } = single.forward({ values });
  assertEquals(scores, double.withPrecision("float32").forward({ values }).scores);
  assertNotEquals(scores, double.forward({ values }).scores);
});

Deno.test("randomizeParameters() says what it cannot do", () => {
  for (const layers of [0, 4, 1.5]) {
    assertMessage(
      () => randomizeParameters(model, { seed: 1, layers }),
      RangeError,
      `Cannot randomize parameters: layers must be an integer from 1 to 3, got ${layers}`,
    );
  }
  const { lstmWeights: _, ...other } = model.layers[0]!.forward;
  const strange = new RecurrentClassifier([{ forward: { ...other, name: "layer X" } }], {
    output: { weights: zeros([1, 4]) },
  });
  assertMessage(
    () => randomizeParameters(strange, { seed: 1 }),
    UnsupportedLayerError,
    "Cannot randomize parameters: layers must be LSTMs or GRUs, got layer X",
  );
});
