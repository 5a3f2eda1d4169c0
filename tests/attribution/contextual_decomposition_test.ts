import { assertEquals } from "@std/assert";
import { contextualDecomposition, explain, type Explainable } from "../../lib/attribution/mod.ts";
import { UnsupportedLayerError } from "../../lib/errors.ts";
import { randomGenerator } from "../../lib/random.ts";
import { gruClassifier, type GruParameters } from "../../lib/recurrent/mod.ts";
import { contiguous, tensor, zeros } from "../../lib/tensor/mod.ts";
import { assertClose } from "../support/assert_close.ts";
import { assertMessage } from "../support/assert_message.ts";
import { decompositionByDefinition } from "../support/decomposition_definition.ts";
import { decomposeGruCell } from "../support/gru_decomposition_definition.ts";
import { randomLstm, randomTensor } from "../support/random_lstm.ts";

Deno.test("contextualDecomposition() is what its paper defines, and its two parts are the score", () => {
  for (const hiddenSizes of [[4], [2, 3]]) {
    for (const bidirectional of [false, true]) {
      const random = randomGenerator(hiddenSizes.length);
      const net = randomLstm(random, { inputSize: 3, hiddenSizes, classes: 2, bidirectional });
      const input = randomTensor(random, [6, 3]);
      const rows = Array.from({ length: 6 }, (_, t) => [...contiguous(input.pick(t, null))]);
      const method = contextualDecomposition();
      const { tokenRelevance, score } = explain(net.model, { values: input }, { method, target: 1 });
      for (let token = 0; token < 6; token++) {
        const { relevant, irrelevant } = decompositionByDefinition(net, rows, { token, target: 1 });
        assertClose(tokenRelevance[token]!, relevant, { absolute: 1e-14 });
        assertClose(relevant + irrelevant, score - net.output.bias.get(1), { absolute: 1e-14 });
      }
    }
  }
});

Deno.test("contextualDecomposition() of more tokens than are followed at once is still what its paper defines", () => {
  for (const hiddenSizes of [[5], [2, 3]]) {
    for (const bidirectional of [false, true]) {
      const random = randomGenerator(hiddenSizes.length + 10);
      const net = randomLstm(random, { inputSize: 3, hiddenSizes, classes: 2, bidirectional });
      const input = randomTensor(random, [150, 3]);
      const rows = Array.from({ length: 150 }, (_, t) => [...contiguous(input.pick(t, null))]);
      const method = contextualDecomposition();
      const { tokenRelevance } = explain(net.model, { values: input }, { method, target: 1 });
      // 64 are: the first and the last token of each block.
      for (const token of [0, 63, 64, 127, 128, 149]) {
        const { relevant } = decompositionByDefinition(net, rows, { token, target: 1 });
        assertClose(tokenRelevance[token]!, relevant, { absolute: 1e-14, where: `token ${token}` });
      }
    }
  }
});

Deno.test("contextualDecomposition() gives a token whose vector is 0 exactly 0", () => {
  const random = randomGenerator(4);
  const { model } = randomLstm(random, {
    inputSize: 3,
    hiddenSizes: [5, 6],
    classes: 2,
    bidirectional: true,
  });
  const values = contiguous(randomTensor(random, [9, 3])).fill(0, 3 * 4, 3 * 5);
  for (const precision of ["float64", "float32"] as const) {
    const { tokenRelevance } = explain(model.withPrecision(precision), { values: tensor(values, [9, 3]) }, {
      method: contextualDecomposition(),
    });
    assertEquals(
      [...tokenRelevance].map((relevance) => relevance === 0),
      Array.from({ length: 9 }, (_, t) => t === 4),
    );
  }
});

Deno.test("contextualDecomposition() is linear in the target", () => {
  const random = randomGenerator(9);
  const { model } = randomLstm(random, { inputSize: 2, hiddenSizes: [3], classes: 2, bidirectional: true });
  const input = { values: randomTensor(random, [4, 2]) };
  const of = (target: number | { contrast: [number, number] }): Float64Array =>
    explain(model, input, { method: contextualDecomposition(), target }).tokenRelevance;
  const first = of(0), second = of(1);
  assertClose(of({ contrast: [0, 1] }), first.map((r, t) => r - second[t]!), { absolute: 1e-15 });
});

Deno.test("contextualDecomposition() needs a recurrent net", () => {
  const signal = { values: zeros([1, 1]) };
  const other: Explainable<typeof signal> = {
    labels: ["a"],
    encode: ({ values }) => ({ values, tokens: ["x"] }),
    forward: () => ({
      scores: Float64Array.of(1),
      relevance: () => {
        throw new Error("not asked for");
      },
      gradient: () => signal,
    }),
  };
  const run = () => explain(other, signal, { method: contextualDecomposition() });
  assertMessage(
    run,
    UnsupportedLayerError,
    "Cannot use contextual decomposition: the network must be a recurrent net",
  );
  try {
    run();
  } catch (error) {
    assertEquals((error as UnsupportedLayerError).rule, "contextual decomposition");
  }
});

Deno.test("contextualDecomposition() of a GRU carries the same parts, and they add up to its states", () => {
  for (const [seed, bidirectional] of [[1, false], [2, true]] as const) {
    const random = randomGenerator(seed);
    const cell = (): Required<GruParameters> => ({
      inputWeights: randomTensor(random, [9, 2], 0.7),
      recurrentWeights: randomTensor(random, [9, 3], 0.7),
      inputBias: randomTensor(random, [9], 0.5),
      recurrentBias: randomTensor(random, [9], 0.5),
    });
    const forward = cell(), reverse = cell(), weights = randomTensor(random, [2, bidirectional ? 6 : 3]);
    const layers = [bidirectional ? { forward, reverse } : { forward }];
    const model = gruClassifier({ layers, output: { weights } });
    const values = randomTensor(random, [5, 2]);
    const rows = Array.from({ length: 5 }, (_, t) => [values.get(t, 0), values.get(t, 1)]);
    const { tokenRelevance, score } = explain(model, { values }, {
      method: contextualDecomposition(),
      target: 1,
    });
    for (let token = 0; token < 5; token++) {
      const parts = {
        relevant: rows.map((x, t) => t === token ? x : [0, 0]),
        irrelevant: rows.map((x, t) => t === token ? [0, 0] : x),
      };
      const turned = { relevant: parts.relevant.toReversed(), irrelevant: parts.irrelevant.toReversed() };
      const up = decomposeGruCell(forward, parts), down = decomposeGruCell(reverse, turned);
      const read = (part: "relevant" | "irrelevant"): number =>
        [...up[part].at(-1)!, ...(bidirectional ? down[part].at(-1)! : [])]
          .reduce((sum, h, j) => sum + h * weights.get(1, j), 0);
      assertClose(tokenRelevance[token]!, read("relevant"), { absolute: 1e-14 });
      assertClose(read("relevant") + read("irrelevant"), score, { absolute: 1e-14 });
    }
  }
});
