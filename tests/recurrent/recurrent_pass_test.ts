import { assertAlmostEquals } from "@std/assert";
import { lstmClassifier } from "../../lib/recurrent/mod.ts";
import { tensor, zeros } from "../../lib/tensor/mod.ts";

Deno.test("a class whose score is exactly 0 sends nothing, without a stabilizer too", () => {
  const model = lstmClassifier({
    layers: [{ forward: { inputWeights: tensor([[0], [0], [1], [0]]), recurrentWeights: zeros([4, 1]) } }],
    output: { weights: tensor([[1], [0]]) },
  });
  const pass = model.forward({ values: tensor([[2]]) });
  const { values, rest } = pass.relevance([1, 1], { epsilon: 0, biasFactor: 0 });
  // One step, no bias: all of the first score arrives at the input.
  assertAlmostEquals(values.get(0, 0), pass.scores[0]!, 1e-12);
  assertAlmostEquals(rest, 0, 1e-12);
});
