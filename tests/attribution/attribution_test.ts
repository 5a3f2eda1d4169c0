import { assertEquals } from "@std/assert";
import { explain, lrp } from "../../lib/attribution/mod.ts";
import { Table } from "../../lib/evaluation/mod.ts";
import { dense, flatten } from "../../lib/layers/mod.ts";
import { epsilonPlus, plan, sequential } from "../../lib/networks/mod.ts";
import { barChart, wordHeatmap } from "../../lib/plot/mod.ts";
import { gruClassifier, lstmClassifier } from "../../lib/recurrent/mod.ts";
import { tensor, zeros } from "../../lib/tensor/mod.ts";
import { linearModel } from "../support/linear_model.ts";

const model = linearModel([[3, 1, -2], [0, 0, 0]]);
const input = { values: tensor([[1], [2], [0.5]]), tokens: ["a", "b", "c"] };
const attribution = explain(model, input, { method: lrp(), target: 0 });
const network = sequential({ scores: dense({ weights: tensor([[1, 2]]) }) });

Deno.test("an attribution is a line of text", () => {
  // 3·1, 1·2 and -2·0.5
  assertEquals(`${attribution}`, "LRP of 0, score 4.000: a(+3) b(+2) c(-1)");
  const long = { values: tensor(new Array(62).fill([1])), tokens: new Array(62).fill("x") };
  const many = explain(linearModel([new Array(62).fill(1)]), long, { method: lrp() });
  assertEquals(`${many}`.endsWith(" x(+1) and 2 more"), true);
  const method = lrp({ composite: epsilonPlus() });
  const rows = explain(network, tensor([1, 2]), { method, target: 0 });
  assertEquals(`${rows}`, "LRP (epsilonPlus) of 0, score 5.000: relevance [2], sum +5");
});

Deno.test("every attribution has a picture, whatever its input is", async () => {
  const method = lrp({ composite: epsilonPlus() });
  const numbers = await explain(network, tensor([1, 2]), { method, target: 0 }).toPicture();
  assertEquals(numbers.title.startsWith("Relevance of the inputs. LRP (epsilonPlus) of 0"), true);
  assertEquals(numbers.toText(), "x0(+1) x1(+4)");
  const sizes = [[2, 3], [1, 2, 3], [2, 2, 3, 2]];
  for (const shape of sizes) {
    const size = shape.reduce((a, b) => a * b, 1);
    const flat = sequential({ flat: flatten(), scores: dense({ weights: zeros([1, size]) }) });
    const picture = await explain(flat, zeros(shape), { method, target: 0 }).toPicture();
    assertEquals(picture.description.includes(`of ${shape.at(-2)} by ${shape.at(-1)} pixels`), true);
  }
});

Deno.test("a recurrent classifier is a line of text", () => {
  const cell = { inputWeights: zeros([4, 2]), recurrentWeights: zeros([4, 1]) };
  const lstm = lstmClassifier({
    layers: [{ forward: cell, reverse: cell }, { forward: cell }],
    output: { weights: zeros([2, 1]) },
    labels: ["yes", "no"],
    embeddings: zeros([3, 2]),
    vocabulary: ["a", "b", "c"],
  });
  const said = "LSTM classifier; inputs of 2 numbers; 3 words; units 1 + 1, 1; classes yes, no";
  assertEquals([`${lstm}`, Deno.inspect(lstm)], [said, said]);
  const gru = gruClassifier({
    layers: [{ forward: { inputWeights: zeros([3, 2]), recurrentWeights: zeros([3, 1]) } }],
    output: { weights: zeros([12, 1]) },
  });
  assertEquals(
    `${gru}`,
    "GRU classifier; inputs of 2 numbers; units 1; classes 0, 1, 2, 3, 4, 5, 6, 7, 8, 9 and 2 more",
  );
});

Deno.test("console.log() writes what a reader wants to know, not every number", () => {
  const shown = (value: unknown): string => Deno.inspect(value, { colors: false });
  assertEquals(shown(attribution), `${attribution}`);
  assertEquals(shown(wordHeatmap(["a"], [1], { title: "T" })), "T\na(+1)");
  assertEquals(shown(barChart(["a"], [1])), "Scores\nBar chart. Scores. a +1.");
  assertEquals(shown(new Table({ title: "T", columns: ["a"], rows: [[1]] })), "T\na\n-\n1");
  assertEquals(shown(network), network.toString());
  assertEquals(shown(plan(network, epsilonPlus())), plan(network, epsilonPlus()).toString());
  const { ledger } = explain(network, tensor([1, 2]), { method: lrp({ composite: epsilonPlus() }) });
  assertEquals(shown(ledger), `${ledger}`);
});
