import { assertEquals, assertRejects } from "@std/assert";
import { FormatError, ShapeError, UnsupportedLayerError } from "../../../lib/errors.ts";
import {
  checkParity,
  loadTorchModel,
  readSafetensors,
  type TorchModelOptions,
  writeSafetensors,
} from "../../../lib/io/mod.ts";
import { type NumericArray, tensor, zeros } from "../../../lib/tensor/mod.ts";
import cases from "../../fixtures/torch/lstm.json" with { type: "json" };
import type { ErrorClass } from "../../support/assert_message.ts";
import { fromBase64 } from "../support/hostile.ts";

const words = ["a", "b", "c", "d", "e", "f"];

for (const { name, ids, scores, file } of cases) {
  Deno.test(`loadTorchModel() gives the scores of PyTorch: ${name}`, async () => {
    const wide = name.startsWith("embedding as wide");
    const model = await loadTorchModel(fromBase64(file), wide ? { vocabulary: words } : {});
    checkParity(model, [{ input: { ids }, scores }], { tolerance: name === "float64" ? 1e-15 : 5e-7 });
  });
}

/** The tensors of the first case, a net of one direction, some of them changed. */
function tensors(changes: Record<string, NumericArray | undefined> = {}): Map<string, NumericArray> {
  const all = new Map(readSafetensors(fromBase64(cases[0]!.file)).tensors);
  for (const [name, change] of Object.entries(changes)) {
    if (change === undefined) all.delete(name);
    else all.set(name, change);
  }
  return all;
}

Deno.test("loadTorchModel() takes tensors by name, labels, and names of layers", async () => {
  const { ids, scores } = cases[0]!;
  const options = { labels: ["w", "x", "y", "z"], lstm: "lstm", embedding: "embedding", output: "linear" };
  const model = await loadTorchModel(tensors(), options);
  assertEquals(model.labels, options.labels);
  checkParity(model, [{ input: { ids }, scores }], { tolerance: 5e-7 });
});

Deno.test("loadTorchModel() loads a net without embeddings, whose LSTM has no name", async () => {
  const unnamed = new Map(
    Array.from(
      tensors({ "embedding.weight": undefined }),
      ([name, array]) => [name.replace("lstm.", ""), array],
    ),
  );
  const model = await loadTorchModel(unnamed);
  const table = tensors().get("embedding.weight")!;
  const values = tensor(cases[0]!.ids.map((id) => [0, 1, 2].map((k) => table.get(id, k))));
  checkParity(model, [{ input: { values }, scores: cases[0]!.scores }], { tolerance: 5e-7 });
});

Deno.test("loadTorchModel() reads vocabulary.json and labels.json beside a file, unless it is given others", async () => {
  const folder = await Deno.makeTempDir();
  const file = `${folder}/model.safetensors`;
  await Deno.writeFile(file, fromBase64(cases[0]!.file));
  assertEquals((await loadTorchModel(file)).table.vocabulary, undefined);
  await Deno.writeTextFile(`${folder}/vocabulary.json`, JSON.stringify(words));
  await Deno.writeTextFile(`${folder}/labels.json`, '["w", "x", "y", "z"]');
  await Deno.writeTextFile(`${folder}/other.txt`, words.toReversed().join("\n"));
  const model = await loadTorchModel(new URL(`file://${file}`), { vocabulary: undefined });
  assertEquals([model.table.vocabulary, model.labels], [words, ["w", "x", "y", "z"]]);
  const other = await loadTorchModel(file, {
    vocabulary: `${folder}/other.txt`,
    labels: ["0", "1", "2", "3"],
  });
  assertEquals([other.table.vocabulary, other.labels], [words.toReversed(), ["0", "1", "2", "3"]]);
  await Deno.remove(folder, { recursive: true });
});

const e = (rows: number): NumericArray => zeros([rows, 3]);
const failures: [what: string, Map<string, NumericArray>, TorchModelOptions, ErrorClass, string][] = [
  [
    "no LSTM",
    new Map([["linear.weight", e(2)]]),
    {},
    FormatError,
    "Cannot read PyTorch model: one nn.LSTM must be found, or option lstm must name it, got none",
  ],
  [
    "two LSTMs",
    tensors({ "decoder.weight_ih_l0": e(8) }),
    {},
    FormatError,
    'Cannot read PyTorch model: one nn.LSTM must be found, or option lstm must name it, got "lstm", "decoder"',
  ],
  [
    "a name that is no LSTM",
    tensors(),
    { lstm: "rnn" },
    FormatError,
    'Cannot read PyTorch model: option lstm must name an nn.LSTM, got "rnn"',
  ],
  [
    "a missing weight",
    tensors({ "lstm.weight_hh_l0": undefined }),
    {},
    FormatError,
    "Cannot read PyTorch model: weight_hh_l0 must be there beside weight_ih_l0",
  ],
  [
    "a GRU",
    tensors({ "lstm.weight_hh_l0": zeros([6, 2]) }),
    {},
    UnsupportedLayerError,
    'Cannot load layer "lstm": it must be an LSTM, got a GRU',
  ],
  [
    "a plain RNN",
    tensors({ "lstm.weight_hh_l0": zeros([2, 2]) }),
    {},
    UnsupportedLayerError,
    'Cannot load layer "lstm": it must be an LSTM, got a plain recurrent layer',
  ],
  [
    "projections",
    tensors({ "lstm.weight_hr_l0": zeros([1, 2]) }),
    {},
    UnsupportedLayerError,
    'Cannot load layer "lstm": it must be an LSTM without projections (proj_size 0), got one with them',
  ],
  [
    "a layer too many",
    tensors({ "hidden.weight": e(5), "hidden.bias": zeros([5]) }),
    {},
    FormatError,
    'Cannot read PyTorch model: every layer must be the embedding, an LSTM or the output layer, got "hidden"',
  ],
  [
    "a tensor of another kind",
    tensors({ "norm.running_mean": e(1) }),
    {},
    FormatError,
    'Cannot read PyTorch model: every tensor must belong to the embedding, the LSTM or the output layer, got "norm.running_mean"',
  ],
  [
    "a bias without weight",
    tensors({ "norm.bias": e(1) }),
    {},
    FormatError,
    'Cannot read PyTorch model: every tensor must belong to the embedding, the LSTM or the output layer, got "norm.bias"',
  ],
  [
    "no output layer",
    tensors({ "linear.weight": undefined, "linear.bias": undefined }),
    {},
    FormatError,
    'Cannot read PyTorch model: an output layer that reads 2 hidden units must be found, got "embedding"',
  ],
  [
    "two output layers",
    tensors({ "head.weight": zeros([4, 2]) }),
    {},
    FormatError,
    'Cannot read PyTorch model: one layer must fit as output, or option output must name it, got "linear", "head"',
  ],
  [
    "two embeddings",
    tensors({ "other.weight": e(6) }),
    {},
    FormatError,
    'Cannot read PyTorch model: one layer must fit as embedding, or option embedding must name it, got "embedding", "other"',
  ],
  [
    "a name that is no layer",
    tensors(),
    { output: "head" },
    FormatError,
    'Cannot read PyTorch model: option output must name one of the layers "embedding", "linear", got "head"',
  ],
  [
    "an output of another size",
    tensors({ "linear.bias": zeros([5]) }),
    {},
    ShapeError,
    "Cannot build a recurrent classifier: output bias must have shape [4], got [5]",
  ],
  [
    "a vocabulary of another size",
    tensors(),
    { vocabulary: ["a"] },
    RangeError,
    "Cannot build a recurrent classifier: the vocabulary must have one word per row of the embeddings (6), got 1",
  ],
  [
    "labels of another number",
    tensors(),
    { labels: ["a"] },
    RangeError,
    "Cannot build a recurrent classifier: labels must be one per class (4), got 1",
  ],
];
for (const [what, source, options, type, message] of failures) {
  Deno.test(`loadTorchModel() refuses ${what}`, async () => {
    assertEquals((await assertRejects(() => loadTorchModel(source, options), type)).message, message);
  });
}

Deno.test("loadTorchModel() refuses a file that is cut", async () => {
  const bytes = writeSafetensors(Object.fromEntries(tensors()));
  const error = await assertRejects(() => loadTorchModel(bytes.slice(0, -1)), FormatError);
  assertEquals(
    error.message,
    "Cannot read safetensors: the tensors must fill the data of 343 bytes, got 344",
  );
});
