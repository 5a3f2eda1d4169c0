import { assert, assertEquals, assertRejects } from "@std/assert";
import { FormatError, UnsupportedLayerError } from "../../../lib/errors.ts";
import { checkParity, loadKerasModel } from "../../../lib/io/mod.ts";
import { type NumericArray, zeros } from "../../../lib/tensor/mod.ts";
import expected from "../../fixtures/keras/scores.json" with { type: "json" };
import type { ErrorClass } from "../../support/assert_message.ts";
import { type Hdf5Draft, writeHdf5 } from "../support/hdf5.ts";

const fixtures = new URL("../../fixtures/keras/", import.meta.url);
const files = { "keras2_layout.h5": "plain", "stacked.weights.h5": "stacked", "named.h5": "named" } as const;

for (const [file, kind] of Object.entries(files)) {
  Deno.test(`loadKerasModel() gives the scores of Keras: ${file}`, async () => {
    const { ids, scores } = expected[kind];
    const model = await loadKerasModel(new URL(file, fixtures));
    checkParity(model, [{ input: { ids }, scores }], { tolerance: 5e-7 });
  });
}

Deno.test("loadKerasModel() takes bytes, words, labels and names of layers", async () => {
  const { ids, scores } = expected.named;
  const words = ["a", "b", "c", "d", "e", "f"];
  const model = await loadKerasModel(await Deno.readFile(new URL("named.h5", fixtures)), {
    vocabulary: words,
    labels: ["w", "x", "y", "z"],
    embedding: "words",
    output: "scores",
  });
  assertEquals(model.labels, ["w", "x", "y", "z"]);
  checkParity(model, [{ input: ids.map((id) => words[id]!), scores }], { tolerance: 5e-7 });
});

Deno.test("loadKerasModel() refuses a file that is cut, anywhere", async () => {
  const bytes = await Deno.readFile(new URL("keras2_layout.h5", fixtures));
  for (let length = 0; length < bytes.length; length += 257) {
    const error = await assertRejects(() => loadKerasModel(bytes.slice(0, length)), FormatError);
    assertEquals(error.message, "Cannot read Keras model: the file must be sound HDF5", `cut to ${length}`);
  }
});

Deno.test("loadKerasModel() survives turned bits", async () => {
  const bytes = await Deno.readFile(new URL("keras2_layout.h5", fixtures));
  let refused = 0;
  for (let bit = 0; bit < bytes.length * 8; bit += 997) {
    const changed = bytes.slice();
    changed[bit >> 3]! ^= 1 << (bit & 7);
    const error = await loadKerasModel(changed).then(() => undefined, (error) => error);
    const known = error === undefined || error instanceof FormatError ||
      error instanceof UnsupportedLayerError ||
      ["ShapeError", "NumericalError"].includes(error.name);
    assert(known, `bit ${bit}: ${error}`);
    if (error) refused++;
  }
  assert(refused > 5, `${refused} refused`);
});

const cell = (path: string, e: number, d: number, gates = 4): Record<string, NumericArray> => ({
  [`${path}/cell/vars/0`]: zeros([e, gates * d]),
  [`${path}/cell/vars/1`]: zeros([d, gates * d]),
  [`${path}/cell/vars/2`]: zeros([gates * d]),
});
/** The layers of a file of weights of Keras 3, each with the group that Keras gives it. */
const numbered = (arrays: Record<string, NumericArray>): Hdf5Draft => ({
  arrays,
  texts: Object.fromEntries(
    Object.keys(arrays).map((path) => [`layers/${path.split("/")[1]}/vars`, { name: path.split("/")[1]! }]),
  ),
});
const dense = { "layers/dense/vars/0": zeros([2, 4]), "layers/dense/vars/1": zeros([4]) };
const config = (...layers: { class_name: string; config: Record<string, unknown> }[]): Hdf5Draft => ({
  texts: { "": { model_config: JSON.stringify({ class_name: "Sequential", config: { layers } }) } },
});
const lstm = (
  settings: Record<string, unknown>,
): { class_name: string; config: Record<string, unknown> } => ({
  class_name: "LSTM",
  config: { name: "lstm", ...settings },
});
const READ = "Cannot read Keras model: ";
const failures: [what: string, draft: Hdf5Draft, ErrorClass, message: string][] = [
  ["no weights", {}, FormatError, `${READ}the file must hold weights as Keras 2 or Keras 3 saves them`],
  ["no LSTM", numbered(dense), FormatError, `${READ}an LSTM layer must be found, got none`],
  [
    "no output layer",
    numbered(cell("layers/lstm", 3, 2)),
    FormatError,
    `${READ}an output layer that reads 2 hidden units must be found, got none`,
  ],
  [
    "a GRU",
    numbered({ ...cell("layers/gru", 3, 2, 3), ...dense }),
    UnsupportedLayerError,
    'Cannot load layer "gru": it must be an LSTM, got a GRU',
  ],
  [
    "a plain RNN",
    numbered({ ...cell("layers/simple_rnn", 3, 2, 1), ...dense }),
    UnsupportedLayerError,
    'Cannot load layer "simple_rnn": it must be an LSTM, got a plain recurrent layer',
  ],
  [
    "LSTMs of two kinds",
    numbered({
      ...cell("layers/lstm", 4, 2),
      ...cell("layers/bidirectional/forward_layer", 3, 2),
      ...cell("layers/bidirectional/backward_layer", 3, 2),
      ...dense,
    }),
    FormatError,
    `${READ}recurrent layers must be of one kind, as their order is not in the file, got "bidirectional", "lstm"`,
  ],
  [
    "a layer of another kind",
    numbered({ ...cell("layers/lstm", 3, 2), ...dense, "layers/layer_normalization/vars/0": zeros([2]) }),
    FormatError,
    `${READ}layer "layer_normalization" must be an embedding, an LSTM or a dense layer`,
  ],
  [
    "a dense layer too many",
    numbered({ ...cell("layers/lstm", 3, 2), ...dense, "layers/dense_1/vars/0": zeros([4, 5]) }),
    FormatError,
    `${READ}every layer must be the embedding, an LSTM or the output layer, got "dense_1"`,
  ],
  [
    "an LSTM without kernel",
    numbered({ "layers/lstm/cell/vars/1": zeros([2, 8]), ...dense }),
    FormatError,
    `${READ}layer "lstm" must have a kernel beside its recurrent_kernel`,
  ],
  [
    "an unknown weight of an LSTM",
    numbered({ ...cell("layers/lstm", 3, 2), "layers/lstm/cell/vars/3": zeros([2]), ...dense }),
    FormatError,
    `${READ}layer "lstm" must have known weights only, got "cell/vars/3"`,
  ],
  [
    "two cells without direction",
    numbered({ ...cell("layers/lstm/a", 3, 2), ...cell("layers/lstm/b", 3, 2), ...dense }),
    FormatError,
    `${READ}layer "lstm" must have one cell, or one forward and one backward, got 2`,
  ],
  [
    "a configuration that is no JSON",
    { texts: { "": { model_config: "{" } } },
    FormatError,
    `${READ}the configuration must be JSON`,
  ],
  [
    "another activation",
    config(lstm({ activation: "relu" })),
    UnsupportedLayerError,
    'Cannot load layer "lstm": its activation must be tanh, got "relu"',
  ],
  [
    "another gate activation",
    config(lstm({ recurrent_activation: "hard_sigmoid" })),
    UnsupportedLayerError,
    'Cannot load layer "lstm": its recurrent_activation must be sigmoid, got "hard_sigmoid"',
  ],
  [
    "an LSTM that reads back",
    config(lstm({ go_backwards: true })),
    UnsupportedLayerError,
    'Cannot load layer "lstm": its go_backwards must be false, got true',
  ],
  [
    "a last LSTM that gives all its states",
    config(lstm({ return_sequences: true })),
    UnsupportedLayerError,
    'Cannot load layer "lstm": its return_sequences must be false, got true',
  ],
  [
    "directions that are added",
    config({ class_name: "Bidirectional", config: { name: "both", merge_mode: "sum", layer: lstm({}) } }),
    UnsupportedLayerError,
    'Cannot load layer "both": its merge_mode must be concat, got "sum"',
  ],
  [
    "a GRU in two directions",
    config({
      class_name: "Bidirectional",
      config: { name: "both", layer: { class_name: "GRU", config: {} } },
    }),
    UnsupportedLayerError,
    'Cannot load layer "both": its layer must be LSTM, got "GRU"',
  ],
  [
    "pooling over the states",
    config(lstm({}), { class_name: "GlobalMaxPooling1D", config: { name: "pool" } }),
    UnsupportedLayerError,
    'Cannot load layer "pool": it must be an embedding, an LSTM or a dense layer, got GlobalMaxPooling1D',
  ],
  [
    "a hidden layer with relu",
    config(lstm({}), { class_name: "Dense", config: { name: "hidden", activation: "relu" } }),
    UnsupportedLayerError,
    'Cannot load layer "hidden": its activation must be one of linear, softmax, sigmoid, got relu',
  ],
];
for (const [what, draft, type, message] of failures) {
  Deno.test(`loadKerasModel() refuses ${what}`, async () => {
    const bytes = await writeHdf5(draft);
    assertEquals((await assertRejects(() => loadKerasModel(bytes), type)).message, message);
  });
}

Deno.test("loadKerasModel() refuses an array that is declared much larger than the file", async () => {
  const { File, ready } = await import("h5wasm");
  const { FS } = await ready;
  const file = new File("sparse.h5", "w");
  // Chunks that were never written take no room in the file.
  file.create_dataset({ name: "a", data: new Float32Array(4), shape: [4], maxshape: [null], chunks: [4] })
    .resize([1e9]);
  file.close();
  const bytes = FS.readFile("sparse.h5", { encoding: "binary" });
  FS.unlink("sparse.h5");
  assert(bytes.length < 1e5);
  assertEquals(
    (await assertRejects(() => loadKerasModel(bytes), FormatError)).message,
    `${READ}the arrays must hold at most 32 times the bytes of the file, or 256 MiB`,
  );
});
