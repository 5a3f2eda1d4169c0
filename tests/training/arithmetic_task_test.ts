import { assert, assertEquals } from "@std/assert";
import type { Method } from "../../lib/attribution/mod.ts";
import {
  arithmeticMeasures,
  arithmeticTask,
  createNetwork,
  recurrentClassifierOf,
} from "../../lib/training/mod.ts";
import { tensor } from "../../lib/tensor/mod.ts";
import { assertClose } from "../support/assert_close.ts";

Deno.test("sequences of the arithmetic task are what they should be", () => {
  for (const operation of ["addition", "subtraction"] as const) {
    const sequences = arithmeticTask(operation, { count: 3000, lengths: [4, 5], seed: 1 });
    const places = new Set<string>();
    for (const { values, target, first, second } of sequences) {
      const steps = values.length / 2;
      assert(first < second && second < steps && (steps === 4 || steps === 5));
      places.add(`${steps} ${first} ${second}`);
      for (let t = 0; t < steps; t++) {
        const [counts, other] = [values[2 * t]!, values[2 * t + 1]!];
        const [number, empty] = t === first || t === second ? [counts, other] : [other, counts];
        assertEquals(empty, 0);
        assert(Math.abs(number) >= 0.5 && Math.abs(number) <= 1 && (operation === "addition" || number > 0));
      }
      const a = values[2 * first]!, b = values[2 * second]!;
      assertEquals([...target], [operation === "addition" ? a + b : a - b]);
    }
    assertEquals(places.size, 6 + 10); // every pair of places
    const negative = sequences.filter(({ values, first }) => values[2 * first]! < 0).length;
    if (operation === "addition") assert(Math.abs(negative / 3000 - 0.5) < 0.04); // four standard errors
  }
});

Deno.test("arithmeticMeasures() by hand", async () => {
  const sequences = arithmeticTask("addition", { count: 40, lengths: [6], seed: 2 });
  const model = recurrentClassifierOf(
    createNetwork({ kind: "lstm", inputSize: 2, hiddenSizes: [1], outputs: 1 }, { seed: 1 }),
  );
  // Twice the number where it counts, -1 elsewhere.
  const method: Method = {
    name: "Known",
    options: {},
    attribute: ({ input: { values } }) => {
      const steps = values.shape[0]!;
      return {
        relevance: tensor(
          Array.from({ length: steps }, (_, t) => values.get(t, 0) === 0 ? -1 : 2 * values.get(t, 0)),
        ),
      };
    },
  };
  const { first, second, portion, squaredError } = await arithmeticMeasures(model, sequences, { method });
  assertClose([first, second], [1, 1], { absolute: 1e-12 });
  const expected = sequences.map(({ values, target, first, second }) => {
    const found = 2 * (Math.abs(values[2 * first]!) + Math.abs(values[2 * second]!));
    const { scores } = model.forward({ values: tensor(values, [6, 2]) });
    return { portion: found / (found + 4), error: (2 * target[0]! - scores[0]!) ** 2 };
  });
  const mean = (key: "portion" | "error"): number => expected.reduce((sum, row) => sum + row[key], 0) / 40;
  assertClose(portion, mean("portion"), { relative: 1e-12 });
  assertClose(squaredError, mean("error"), { relative: 1e-12 });
});
