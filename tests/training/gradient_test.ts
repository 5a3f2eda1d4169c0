import { assertEquals } from "@std/assert";
import { randomGenerator } from "../../lib/random.ts";
import { lossOf } from "../../lib/training/loss.ts";
import { createNetwork, type Example, type NetworkDescription } from "../../lib/training/mod.ts";
import { wire } from "../../lib/training/trainable_network.ts";
import { assertClose } from "../support/assert_close.ts";

const random = randomGenerator(3);
const values = (length: number): Float64Array => Float64Array.from({ length }, () => random.normal());

const cases: [string, NetworkDescription, Example][] = [];
for (const kind of ["lstm", "gru"] as const) {
  for (const bidirectional of [false, true]) {
    for (const hiddenSizes of [[1], [3, 2]]) {
      const description = { kind, inputSize: 2, hiddenSizes, outputs: 3, bidirectional };
      const name = `${kind}, ${hiddenSizes.length} layers, ${
        bidirectional ? "two directions" : "one direction"
      }`;
      cases.push([name, description, { values: values(10), target: 1 }]);
      cases.push([`${name}, embeddings`, { ...description, vocabularySize: 4 }, {
        ids: [1, 3, 1, 0],
        target: 2,
      }]);
    }
  }
}
cases.push(["lstm of one unit", {
  kind: "lstm",
  inputSize: 2,
  hiddenSizes: [1],
  outputs: 1,
  outputBias: false,
}, {
  values: values(10),
  target: Float64Array.of(0.3),
}]);
cases.push(["lstm without output bias", {
  kind: "lstm",
  inputSize: 2,
  hiddenSizes: [3],
  outputs: 2,
  outputBias: false,
}, {
  values: values(6),
  target: Float64Array.of(0.5, -1),
}]);
for (const hiddenSizes of [[3], [4, 4], [2, 3]]) {
  const description = {
    kind: "encoderDecoder",
    inputSize: 2,
    knownSize: 2,
    hiddenSizes,
    outputs: 3,
  } as const;
  cases.push([`encoder-decoder, ${hiddenSizes.length} layers of ${hiddenSizes}`, description, {
    values: values(5 * 2 + 3 * 2),
    target: values(3),
  }]);
}
for (const activation of ["relu", "tanh"] as const) {
  const description = { kind: "dense", inputSize: 4, hiddenSizes: [5, 3], outputs: 3, activation } as const;
  cases.push([`dense, ${activation}`, description, { values: values(4), target: 0 }]);
}

for (const [name, description, example] of cases) {
  Deno.test(`the gradient of every parameter is the limit of differences: ${name}`, () => {
    const { parameters } = createNetwork(description, { seed: 5, range: 0.8 });
    const wiring = wire(description, [example]);
    const loss = typeof example.target === "number" ? "crossEntropy" : "squaredError";
    const ofScores = new Float64Array(description.outputs);
    const run = (): number =>
      lossOf(loss, wiring.forward(parameters, 0), { target: example.target, ofScores });
    run();
    const gradient = new Float64Array(parameters.length);
    wiring.backward(parameters, ofScores, gradient);
    const step = 1e-5;
    const differences = parameters.map((value, i) => {
      parameters[i] = value + step;
      const above = run();
      parameters[i] = value - step;
      const below = run();
      parameters[i] = value;
      return (above - below) / (2 * step);
    });
    // Central differences in float64: step² of the third derivative, and 1e-16 / step of rounding.
    assertClose(gradient, differences, { absolute: 2e-9 });
  });
}

Deno.test("with dropout the gradient is that of the net that is left", () => {
  for (const [, description, example] of cases) {
    if (typeof example.target !== "number") continue;
    const { parameters } = createNetwork(description, { seed: 5, range: 0.8 });
    const wiring = wire(description, [example]);
    const ofScores = new Float64Array(description.outputs);
    const run = (): number => {
      const same = randomGenerator(8);
      const scores = wiring.forward(parameters, 0, { rate: 0.4, uniform: () => same.uniform() });
      return lossOf("crossEntropy", scores, { target: example.target, ofScores });
    };
    run();
    const gradient = new Float64Array(parameters.length);
    wiring.backward(parameters, ofScores, gradient);
    const step = 1e-5;
    const differences = parameters.map((value, i) => {
      parameters[i] = value + step;
      const above = run();
      parameters[i] = value - step;
      const below = run();
      parameters[i] = value;
      return (above - below) / (2 * step);
    });
    assertClose(gradient, differences, { absolute: 4e-9 });
  }
});

Deno.test("examples of different lengths lie one behind the other, each with its own answer", () => {
  for (const [, description, example] of cases) {
    const { parameters } = createNetwork(description, { seed: 5, range: 0.8 });
    const other: Example = example.ids
      ? { ids: [2, 0], target: 0 }
      : { ...example, values: example.values!.map((value) => -value) };
    const alone = [example, other].map((one) => wire(description, [one]).forward(parameters, 0).slice());
    const together = wire(description, [other, example, other]);
    for (const [index, which] of [1, 0, 1].entries()) {
      assertEquals(together.forward(parameters, index), alone[which]);
      assertEquals(together.target(index), [example, other][which]!.target);
    }
  }
});
