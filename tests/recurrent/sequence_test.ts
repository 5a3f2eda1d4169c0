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

Deno.test("a sequence survives a copy, and keeps the words that it was given", () => {
  const model = lstmClassifier({
    layers: [{ forward: { inputWeights: tensor([[0], [0], [1], [0]]), recurrentWeights: zeros([4, 1]) } }],
    output: { weights: tensor([[1]]) },
    embeddings: tensor([[1], [2]]),
    vocabulary: ["the", "end"],
  });
  const words = ["the", "end"], read = model.encode(words);
  words[0] = "end";
  const copy = { ...read };
  assertEquals([copy.tokens, [...copy.values.data], copy.ids], [["the", "end"], [1, 2], [0, 1]]);
  assertEquals(JSON.parse(JSON.stringify(read)).tokens, ["the", "end"]);
  assertEquals(model.encode({ ...read, tokens: ["a", "b"] }).tokens, ["a", "b"]);
  const named = ["x", "y"], values = model.encode({ values: tensor([[1], [2]]), tokens: named });
  named[0] = "z";
  assertEquals(values.tokens, ["x", "y"]);
});

Deno.test("a sequence that was read is read again as it is, unless its vectors were changed or are of another net", () => {
  const net = (embeddings: number[][]) =>
    lstmClassifier({
      layers: [{ forward: { inputWeights: tensor([[0], [0], [1], [0]]), recurrentWeights: zeros([4, 1]) } }],
      output: { weights: tensor([[1]]) },
      embeddings: tensor(embeddings),
      vocabulary: ["the", "end"],
      unknownToken: "the",
      tokenize: (text) => text.split("-"),
    });
  const model = net([[1], [2]]), read = model.encode("my-end");
  for (const again of [model.encode(read), model.withPrecision("float32").encode(model.encode(read))]) {
    assertEquals([...again.ids as number[]], [0, 1]);
    assertEquals(again.tokens, ["my", "end"]);
    assertEquals(again.notes, ['read as the, since the vocabulary does not hold them: "my"']);
    assertEquals([...again.values.data], [1, 2]);
  }
  const pass = model.forward(read);
  read.values.set(1, 0, 5);
  assertEquals([...pass.sequence.values.data], [1, 2]);
  const changed = model.encode(read);
  assertEquals([changed.ids, ...changed.values.data], [undefined, 1, 5]);
  assertEquals([...net([[3], [4]]).encode(model.encode("end")).values.data], [2]);
});
