import { assertEquals } from "@std/assert";
import {
  explain,
  gradientTimesInput,
  integratedGradients,
  networkModel,
  occlusion,
} from "../../lib/attribution/mod.ts";
import { add, dense, embedding, meanPooling, multiply, relu, reshape, scale } from "../../lib/layers/mod.ts";
import { type Network, networkBuilder, runNetwork, sequential } from "../../lib/networks/mod.ts";
import { tensor } from "../../lib/tensor/mod.ts";
import { assertMessage } from "../support/assert_message.ts";

/** Vectors of tokens, each multiplied by the number of its token. */
function weighted(): Network {
  const builder = networkBuilder();
  const ids = builder.input("ids");
  const words = builder.add("words", embedding({ weights: tensor([[0], [4], [7]]) }), ids);
  const column = builder.add("column", reshape({ sizes: [0, -1, 1] }), ids);
  const product = builder.add("product", multiply(), words, column);
  const mean = builder.add("mean", meanPooling({ axis: 1 }), product);
  return builder.build(builder.add("score", dense({ weights: tensor([[2]]) }), mean));
}

Deno.test("layers that read the numbers of tokens get them in an explanation too", () => {
  const network = weighted();
  // (1·4 + 2·7) / 2 · 2
  assertEquals([...runNetwork(network, tensor([[1, 2]])).output.data], [18]);
  for (const method of [gradientTimesInput(), integratedGradients({ steps: 1 }), occlusion()]) {
    const { scores, tokenRelevance } = explain(network, tensor([1, 2]), { method });
    assertEquals([[...scores], [...tokenRelevance]], [[18], [4, 14]]);
  }
  assertMessage(
    () => networkModel(network).forward({ values: tensor([[4], [7]]), tokens: ["a", "b"] }),
    RangeError,
    "Cannot explain the network: other layers than words read the numbers of tokens, so the input must have 2 " +
      "numbers, got none",
  );
});

Deno.test("an input that is looked up twice has no vector to explain", () => {
  const builder = networkBuilder();
  const ids = builder.input("ids");
  const words = builder.add("words", embedding({ weights: tensor([[0], [4], [7]]) }), ids);
  const types = builder.add("types", embedding({ weights: tensor([[100], [200], [300]]) }), ids);
  const network = builder.build(builder.add("sum", add(), words, types), { labels: ["one"] });
  assertMessage(
    () => networkModel(network),
    RangeError,
    "Cannot explain the network: one layer must look up its input, so that a token has one vector, got words, types",
  );
});

Deno.test("classes are counted by the dense layer that makes the output", () => {
  const builder = networkBuilder();
  const x = builder.input("x");
  const scores = builder.add("scores", dense({ weights: tensor([[1], [2], [3]]) }), x);
  builder.add("aside", dense({ weights: tensor([[1], [2]]) }), x);
  const network = builder.build(builder.add("relu", relu(), scores));
  const model = networkModel(network);
  assertEquals(model.labels, ["0", "1", "2"]);
  assertEquals([...model.forward(model.encode(tensor([1]))).scores], [1, 2, 3]);
});

Deno.test("there is one label per score", () => {
  const layers = { scores: dense({ weights: tensor([[1], [2], [3]]) }) };
  const two = networkModel(sequential(layers, { labels: ["a", "b"] }));
  assertMessage(
    () => two.forward(two.encode(tensor([1]))),
    RangeError,
    "Cannot explain the network: it must have one label per score, got 2 labels and 3 scores",
  );
  const builder = networkBuilder();
  const x = builder.input("x");
  const [first, second] = [[[1], [2]], [[3]]].map((rows, i) =>
    builder.add(`dense ${i}`, dense({ weights: tensor(rows) }), x)
  );
  const sum = builder.build(builder.add("sum", add(), first, second));
  assertMessage(
    () => networkModel(sum),
    RangeError,
    "Cannot explain the network: it must name its classes (option `labels`) when no dense layer says how many there " +
      "are, got dense layers of 1 and 2 outputs",
  );
  assertMessage(
    () =>
      networkModel(sequential({ ...layers, odd: scale({ weights: tensor([2]) }) }), { token: [] } as never),
    TypeError,
    'Cannot explain the network: options must be among tokenize, vocabulary, unknownToken, startToken, got "token"',
  );
});
