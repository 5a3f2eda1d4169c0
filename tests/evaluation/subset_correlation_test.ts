import { assertAlmostEquals } from "@std/assert";
import { occlusion } from "../../lib/attribution/mod.ts";
import { faithfulnessCorrelation, metricContext } from "../../lib/evaluation/mod.ts";
import { lstmClassifier } from "../../lib/recurrent/mod.ts";
import { tensor, zeros } from "../../lib/tensor/mod.ts";

Deno.test("faithfulnessCorrelation() takes at least one unit, however small the share", async () => {
  const model = lstmClassifier({
    layers: [{ forward: { inputWeights: tensor([[0], [0], [1], [0]]), recurrentWeights: zeros([4, 1]) } }],
    output: { weights: tensor([[1]]) },
  });
  const context = metricContext(model, { input: { values: tensor([[2], [1]]) } }, { method: occlusion() });
  // A fifth of two tokens rounds to none; occlusion says exactly what one is worth.
  assertAlmostEquals((await faithfulnessCorrelation({ share: 0.2 }).evaluate(context))!, 1);
});
