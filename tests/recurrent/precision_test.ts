import { assert, assertEquals } from "@std/assert";
import { explain, explainAll, lrp } from "../../lib/attribution/mod.ts";
import { randomGenerator } from "../../lib/random.ts";
import { assertClose } from "../support/assert_close.ts";
import { randomGru } from "../support/random_gru.ts";
import { randomLstm, randomTensor } from "../support/random_lstm.ts";

const random = randomGenerator(4);
const { model } = randomLstm(random, { inputSize: 5, hiddenSizes: [6, 4], classes: 3, bidirectional: true });
const gru = randomGru(random, [5, 6, 4], true);
const inputs = Array.from({ length: 5 }, (_, i) => ({ values: randomTensor(random, [3 + i, 5]) }));

for (const [name, net] of Object.entries({ LSTM: model, GRU: gru })) {
  Deno.test(`float32 by choice, ${name}: the same relevance to some digits, alone and in blocks`, async () => {
    const single = net.withPrecision("float32"), method = lrp({ epsilon: 0.01 });
    assertEquals([net.precision, single.precision], ["float64", "float32"]);
    for await (const { index, attribution } of explainAll(single, inputs, { method })) {
      const exact = explain(net, inputs[index]!, { method }),
        alone = explain(single, inputs[index]!, { method });
      const within = { absolute: 1e-4 * exact.ledger!.scale };
      for (const rounded of [alone, attribution!]) {
        assertClose(rounded.relevance.data, exact.relevance.data, within);
        assert(rounded.relevance.data.some((value, i) => value !== exact.relevance.data[i]));
        assertEquals(rounded.notes, []);
      }
    }
  });
}

Deno.test("float32 with a small epsilon says that it is unreliable", async () => {
  const note =
    "computed in float32 with epsilon 0.0001: where pre-activations are near 0 the relevance is unreliable; " +
    "use float64, or an epsilon of at least 0.001";
  const method = lrp({ epsilon: 1e-4 });
  for (const precision of ["float32", "float64"] as const) {
    const net = model.withPrecision(precision), expected = precision === "float32" ? [note] : [];
    assertEquals(explain(net, inputs[0]!, { method }).notes.filter((text) => text === note), expected);
    for await (const { attribution } of explainAll(net, inputs.slice(0, 1), { method })) {
      assertEquals(attribution!.notes.filter((text) => text === note), expected);
    }
  }
});

Deno.test("relevance that fades over many steps ends in 0, without subnormal numbers, which are slow", () => {
  const smallest = { float64: 2 ** -1022, float32: 2 ** -126 };
  const long = { values: randomTensor(random, [4000, 5]) };
  for (const precision of ["float64", "float32"] as const) {
    const { data } =
      explain(model.withPrecision(precision), long, { method: lrp({ epsilon: 0.1 }) }).relevance;
    const sizes = data.map(Math.abs);
    assertEquals(sizes.filter((size) => size > 0 && size < smallest[precision]), new Float64Array());
    assert(sizes.filter((size) => size === 0).length > 1000);
  }
});
