import { assertEquals } from "@std/assert";
import {
  contextualDecomposition,
  deepLift,
  expectedGradients,
  explain,
  type Explainable,
  explainAll,
  gradCam,
  gradientTimesInput,
  gradientVariance,
  integratedGradients,
  lrp,
  type Method,
  modifiedGradient,
  type NetworkExample,
  networkModel,
  occlusion,
  randomAttribution,
  sensitivity,
  smoothGradient,
  windowOcclusion,
} from "../../lib/attribution/mod.ts";
import { intentTransformer } from "../../lib/io/mod.ts";
import { add, dense, flatten, meanPooling, relu, reshape, transpose } from "../../lib/layers/mod.ts";
import {
  epsilonPlus,
  guidedBackpropagation,
  multiHeadAttention,
  type Network,
  networkBuilder,
  sequential,
} from "../../lib/networks/mod.ts";
import { eagerOps as ops } from "../../lib/ops/mod.ts";
import { randomGenerator } from "../../lib/random.ts";
import { lstmClassifier, type SequenceInput } from "../../lib/recurrent/mod.ts";
import { contiguous, type NumericArray, type Tensor, tensor, zeros } from "../../lib/tensor/mod.ts";
import { assertClose } from "../support/assert_close.ts";
import { randomTensor } from "../support/layer_cases.ts";
import { randomLstm } from "../support/random_lstm.ts";
import { randomNetwork } from "../support/random_network.ts";

/** The methods that explain many examples side by side. */
const methodsFor = (shape: readonly number[]): Method[] => [
  gradientTimesInput(),
  sensitivity(),
  integratedGradients({ steps: 7 }),
  integratedGradients({ steps: 3, reference: randomTensor(randomGenerator(4), shape) }),
  expectedGradients({ references: randomTensor(randomGenerator(6), [3, ...shape]), samples: 6 }),
  smoothGradient({ samples: 5 }),
  gradientVariance({ samples: 5, noise: 0.3 }),
  occlusion(),
  occlusion({ of: "probability" }),
  windowOcclusion({ window: shape.map((_, axis) => axis + 1), stride: shape.map(() => 2), fill: 0.5 }),
  modifiedGradient({ composite: guidedBackpropagation() }),
  gradCam({ layer: "act" }),
  deepLift(),
  deepLift({ reference: randomTensor(randomGenerator(5), shape) }),
];

const row = (batch: Tensor, n: number): Tensor =>
  ops.reshape(ops.slice(batch, 0, n, n + 1), batch.shape.slice(1));

async function answersOf(
  model: Network | Explainable<NetworkExample>,
  examples: NumericArray | Iterable<NumericArray>,
  method: Method,
): Promise<Tensor[]> {
  const found: Tensor[] = [];
  for await (const { index, attribution, error } of explainAll(model, examples, { method })) {
    if (error) throw error;
    assertEquals(index, found.length);
    found.push(attribution.relevance);
  }
  return found;
}

Deno.test("a batch is explained as its examples are one by one, whatever stands beside them", async () => {
  for (let seed = 1; seed <= 8; seed++) {
    const { network, input } = randomNetwork(randomGenerator(seed), { examples: 5, onlyRescaled: true });
    const order = [3, 0, 0, 4, 1, 2, 3];
    const shuffled = ops.concatenate(order.map((n) => ops.slice(input, 0, n, n + 1)), 0);
    for (const method of methodsFor(input.shape.slice(1))) {
      const where = `${method.name}, seed ${seed}`;
      const before = contiguous(input).slice();
      const together = await answersOf(network, input, method);
      assertEquals(contiguous(input), before, where);
      const alone = Array.from(
        { length: 5 },
        (_, n) => explain(network, row(input, n), { method }).relevance,
      );
      const scale = Math.max(...alone.flatMap(({ data }) => [...data].map(Math.abs)), 1e-9);
      const close = (found: Tensor, n: number): void =>
        assertClose(found, alone[n]!, { absolute: 1e-12 * scale, where });
      assertEquals(together.length, 5);
      together.forEach(close);
      (await answersOf(network, shuffled, method)).forEach((found, i) => close(found, order[i]!));
    }
  }
});

Deno.test("what answers with numbers of its own or with an account is explained one by one", async () => {
  const { network, input } = randomNetwork(randomGenerator(1), { examples: 3 });
  for (const method of [lrp({ composite: epsilonPlus() }), lrp(), randomAttribution({ seed: 2 })]) {
    const found = await answersOf(network, input, method);
    found.forEach((relevance, n) =>
      assertEquals(relevance.data, explain(network, row(input, n), { method }).relevance.data)
    );
  }
});

/** A model that notes how many rows each of its runs has. */
function watched(network: Network): { model: Explainable<NetworkExample>; runs: number[] } {
  const model = networkModel(network);
  const runs: number[] = [];
  return {
    runs,
    model: {
      ...model,
      forward: (input) => (runs.push(1), model.forward(input)),
      forwardAll: (inputs) => (runs.push(inputs.length), model.forwardAll!(inputs)),
    },
  };
}

Deno.test("runs hold as many rows as fit, of one example or of several", async () => {
  const of = (size: number): Network =>
    sequential([
      dense({ weights: randomTensor(randomGenerator(1), [size, 4]) }),
      relu(),
      dense({ weights: zeros([2, size]) }),
    ]);
  const small = watched(of(3));
  explain(small.model, tensor([1, 2, 3, 4]), { method: integratedGradients({ steps: 70 }), target: 0 });
  // The run, two rows together and each alone to see whether they can be, 70 points of the path, and its start.
  assertEquals(small.runs, [1, 2, 1, 1, 32, 32, 6, 1]);

  // 4 + 2 · 50000 + 2 values a row: ten rows are a million.
  const large = watched(of(50_000));
  explain(large.model, tensor([1, 2, 3, 4]), { method: smoothGradient({ samples: 25 }), target: 0 });
  assertEquals(large.runs, [1, 2, 1, 1, 10, 10, 5]);

  const many = watched(of(3));
  await answersOf(many.model, randomTensor(randomGenerator(2), [40, 4]), occlusion());
  // Two rows that are tried; 32 examples and their 4 tokens each, then the other 8.
  assertEquals(many.runs, [2, 1, 1, 32, 32, 32, 32, 32, 8, 32]);
});

/** Networks that mix the rows of a batch, or take one row only. */
const MIXED: Readonly<Record<string, (x: string, builder: ReturnType<typeof networkBuilder>) => string>> = {
  "a shape for one row": (x, builder) => builder.add("one", reshape({ sizes: [1, -1] }), x),
  "a mean over rows": (x, builder) => {
    const mean = builder.add("mean", meanPooling({ axis: 0 }), builder.add("flat", flatten(), x));
    const again = builder.add("again", reshape({ sizes: [1, -1] }), mean);
    return builder.add("sum", add(), again, "flat");
  },
  "attention over rows": (x, builder) => {
    const projection = { weights: randomTensor(randomGenerator(3), [3, 3]) };
    const turned = builder.add("turned", transpose({ order: [1, 0, 2] }), x);
    const all = { query: projection, key: projection, value: projection, output: projection };
    const seen = multiHeadAttention(builder, "attention", turned, { heads: 1, ...all });
    const back = builder.add("back", transpose({ order: [1, 0, 2] }), seen);
    return builder.add("flat", flatten(), back);
  },
};

for (const [name, make] of Object.entries(MIXED)) {
  Deno.test(`rows that are not apart are run apart: ${name}`, async () => {
    const builder = networkBuilder();
    const features = make(builder.input("x"), builder);
    const weights = randomTensor(randomGenerator(6), [2, 6]);
    const network = builder.build(builder.add("scores", dense({ weights }), features));
    const input = randomTensor(randomGenerator(7), [4, 2, 3]);
    for (
      const method of [gradientTimesInput(), integratedGradients({ steps: 5 }), smoothGradient({ noise: 0 })]
    ) {
      const single = networkModel(network);
      const { labels, encode, forward } = single;
      const found = await answersOf(single, input, method);
      found.forEach((relevance, n) => {
        const apart = explain({ labels, encode, forward }, row(input, n), { method }).relevance;
        assertEquals(relevance.data, apart.data, `${method.name}, row ${n}`);
        assertEquals(explain(network, row(input, n), { method }).relevance.data, apart.data);
      });
    }
  });
}

Deno.test("texts of one length are explained side by side, and those of others in their turn", async () => {
  const network = await intentTransformer();
  const texts = [[5, 6, 7], [8, 9, 10], [11, 12], [13, 14], [15, 16, 17, 18], [19, 20, 21]].map((ids) =>
    tensor(ids)
  );
  for (const method of [gradientTimesInput(), integratedGradients({ steps: 3 }), occlusion()]) {
    const found = await answersOf(network, texts, method);
    found.forEach((relevance, n) => {
      const alone = explain(network, texts[n]!, { method }).relevance;
      assertClose(relevance, alone, { absolute: 1e-12, where: `${method.name}, text ${n}` });
    });
  }
});

Deno.test("a list of sequences is the batch of a recurrent net, for every method", async () => {
  const random = randomGenerator(8);
  const { layers, output } = randomLstm(random, {
    inputSize: 4,
    hiddenSizes: [5, 3],
    classes: 3,
    bidirectional: true,
  });
  const model = lstmClassifier({ layers, output });
  const inputs: SequenceInput[] = [4, 4, 1, 6].map((steps) => ({ values: randomTensor(random, [steps, 4]) }));
  const methods = [
    lrp(),
    lrp({ productRule: "half" }),
    gradientTimesInput(),
    sensitivity(),
    integratedGradients({ steps: 4 }),
    smoothGradient({ samples: 3 }),
    gradientVariance({ samples: 3 }),
    occlusion(),
    windowOcclusion({ window: [2, 2] }),
    contextualDecomposition(),
    randomAttribution({ seed: 1 }),
  ];
  for (const method of methods) {
    const answers = await Array.fromAsync(explainAll(model, inputs, { method }));
    assertEquals(answers.map(({ error }) => error?.message), inputs.map(() => undefined), method.name);
    answers.forEach(({ attribution }, n) => {
      const alone = explain(model, inputs[n]!, { method });
      assertClose(attribution!.relevance, alone.relevance, { absolute: 1e-13, where: method.name });
      assertEquals(attribution!.target, alone.target);
    });
  }
  for (
    const method of [deepLift(), gradCam({ layer: "x" }), modifiedGradient({ composite: epsilonPlus() })]
  ) {
    const [answer] = await Array.fromAsync(explainAll(model, inputs, { method }));
    assertEquals(
      answer!.error!.message,
      `Cannot use ${
        { "DeepLIFT (rescale)": "DeepLIFT" }[method.name] ?? method.name
      }: the model must be a network graph, got one without`,
    );
  }
});
