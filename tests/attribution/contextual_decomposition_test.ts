import { assertEquals } from "@std/assert";
import { contextualDecomposition, explain, type Explainable } from "../../lib/attribution/mod.ts";
import { UnsupportedLayerError } from "../../lib/errors.ts";
import { randomGenerator } from "../../lib/random.ts";
import { contiguous, zeros } from "../../lib/tensor/mod.ts";
import { assertClose } from "../support/assert_close.ts";
import { assertMessage } from "../support/assert_message.ts";
import { decompositionByDefinition } from "../support/decomposition_definition.ts";
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
