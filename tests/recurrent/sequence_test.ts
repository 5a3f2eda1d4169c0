import { assertEquals } from "@std/assert";
import { lstmClassifier } from "../../lib/recurrent/mod.ts";
import { tensor, zeros } from "../../lib/tensor/mod.ts";

Deno.test("a pass keeps the values that it was given, whatever becomes of the array", () => {
  const model = lstmClassifier({
    layers: [{ forward: { inputWeights: tensor([[0], [0], [1], [0]]), recurrentWeights: zeros([4, 1]) } }],
    output: { weights: tensor([[1]]) },
  });
  const values = tensor([[1], [2]]);
  const pass = model.forward({ values });
  values.set(0, 0, 100);
  assertEquals([...pass.sequence.values.data], [1, 2]);
});
