import { assertEquals } from "@std/assert";
import { explain, randomAttribution } from "../../lib/attribution/mod.ts";
import { lstmClassifier } from "../../lib/recurrent/mod.ts";
import { exactSum } from "../../lib/statistics.ts";
import { tensor, zeros } from "../../lib/tensor/mod.ts";
import { assertClose } from "../support/assert_close.ts";
import { linearModel } from "../support/linear_model.ts";

const unit = lstmClassifier({
  layers: [{ forward: { inputWeights: tensor([[0], [0], [1], [0]]), recurrentWeights: zeros([4, 1]) } }],
  output: { weights: tensor([[2], [-1], [0.5]]) },
  labels: ["yes", "no", "maybe"],
});

Deno.test("randomAttribution() is uniform between -1 and 1 and depends on seed and input only", () => {
  const run = (seed: number) =>
    explain(unit, { values: zeros([2000, 1]) }, { method: randomAttribution({ seed }) });
  const { tokenRelevance } = run(5);
  assertEquals(tokenRelevance, run(5).tokenRelevance);
  assertEquals(tokenRelevance.every((r) => r >= -1 && r < 1), true);
  assertClose(exactSum(tokenRelevance) / 2000, 0, { absolute: 4 / Math.sqrt(3 * 2000) }); // four standard errors
  assertEquals(tokenRelevance.some((r, i) => r !== run(6).tokenRelevance[i]), true);
});

Deno.test("randomAttribution() draws anew for every input, so that examples count", () => {
  const method = randomAttribution({ seed: 3 });
  const firsts = Array.from({ length: 500 }, (_, n) => {
    const { tokenRelevance: [first, second] } = explain(unit, { values: tensor([[n], [0]]) }, { method });
    return Number(first! > second!);
  });
  // The first of two is the larger in half of the inputs: four standard errors of 500 are 0.09.
  assertClose(firsts.reduce((a, b) => a + b) / 500, 0.5, { absolute: 0.09 });
});

Deno.test("randomAttribution() has a number for every pixel of an image", () => {
  const image = { values: zeros([1, 3, 4]), tokens: [] };
  const { relevance } = explain(linearModel([new Array(12).fill(1)]), image, {
    method: randomAttribution({ seed: 5 }),
  });
  assertEquals(relevance.shape, [1, 3, 4]);
  assertEquals(new Set(relevance.data).size, 12);
});
