import { assert, assertEquals, assertRejects } from "@std/assert";
import { explain, lrp } from "../../../lib/attribution/mod.ts";
import { FormatError, NumericalError, ShapeError } from "../../../lib/errors.ts";
import { checkParity, loadArrasModel, readNpz } from "../../../lib/io/mod.ts";
import { contiguous } from "../../../lib/tensor/mod.ts";
import index from "../../fixtures/loader_variants/index.json" with { type: "json" };
import { assertClose } from "../../support/assert_close.ts";
import type { ErrorClass } from "../../support/assert_message.ts";
import { sharedTest } from "../../support/shared.ts";

const variants = new URL("../../fixtures/loader_variants/", import.meta.url);

for (const variant of index.variants) {
  Deno.test(`loadArrasModel() reads ${variant.dir}: ${variant.note}`, async () => {
    const model = await loadArrasModel(new URL(variant.dir, variants));
    const words = model.table.vocabulary!;
    assertEquals([words.length, Math.max(...words.map((word) => [...word].length))], [
      variant.vocab_len,
      variant.vocab_longest,
    ]);
    const { ids, scores } = variant;
    // The same float64 operations in another order.
    checkParity(model, [{ input: { ids }, scores }], { tolerance: 1e-14 });
    const method = lrp({ epsilon: variant.eps, biasFactor: variant.bias_factor });
    const attribution = explain(model, { ids }, { method, target: variant.class });
    const largest = Math.max(...variant.R_words.map(Math.abs));
    assertClose(attribution.tokenRelevance, variant.R_words, { absolute: 1e-10 * largest });
    assertClose(attribution.rest, variant.R_rest, { absolute: 1e-10 * largest });
  });
}

Deno.test("loadArrasModel() keeps float32 word vectors as float32", async () => {
  const { table } = await loadArrasModel(new URL("p5", variants));
  assertEquals(table.embeddings!.dtype, "float32");
});

Deno.test("loadArrasModel() takes labels, a word for unknown ones, and another file of word vectors", async () => {
  const model = await loadArrasModel(new URL("p4_v2", variants), {
    embeddings: new URL("f4/embeddings.npy", variants),
    labels: ["bad", "so-so", "good"],
    unknownToken: ".",
    tokenize: (text) => text.split("-"),
  });
  assertEquals(model.table.embeddings!.dtype, "float64");
  assertEquals(model.labels, ["bad", "so-so", "good"]);
  assertEquals(model.forward("n't-nobody-knows").scores, model.forward(["n't", ".", "."]).scores);
});

sharedTest(
  "loadArrasModel() reads the published model, and its published scores",
  ["models/arras_sst"],
  async ([folder]) => {
    const model = await loadArrasModel(folder!, { embeddings: `${folder}/embeddings_relearned.npy` });
    assertEquals(model.table.vocabulary!.length, 19538);
    const published = await readNpz(await Deno.readFile(`${folder}/published/sentence_291.npz`));
    const input = { ids: contiguous(published.get("ids")!) };
    const largest = checkParity(model, [{ input, scores: contiguous(published.get("scores")!) }], {
      tolerance: 1e-12,
    });
    assert(largest < 1e-14);
  },
);

/** A copy of a variant with some files changed. */
async function changed(files: Record<string, Uint8Array | string | undefined>): Promise<string> {
  const folder = await Deno.makeTempDir();
  for (const name of ["model", "vocab", "embeddings.npy"]) {
    const own = files[name];
    if (name in files && own === undefined) continue;
    const bytes = own ?? await Deno.readFile(new URL(`p4_v2/${name}`, variants));
    await Deno.writeFile(
      `${folder}/${name}`,
      typeof bytes === "string" ? new TextEncoder().encode(bytes) : bytes,
    );
  }
  return folder;
}

/** The pickled weights with names put in place of others of the same length. */
async function renamed(names: Record<string, string>): Promise<Uint8Array> {
  const bytes = await Deno.readFile(new URL("p4_v2/model", variants));
  const text = Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
  const pattern = new RegExp(Object.keys(names).join("|"), "g");
  return Uint8Array.from(text.replace(pattern, (name) => names[name]!), (letter) => letter.charCodeAt(0));
}

/** The pickled weights with NaN as the first number of the first array. */
async function withNaN(): Promise<Uint8Array> {
  const bytes = await Deno.readFile(new URL("p4_v2/model", variants));
  const BINBYTES = "B".charCodeAt(0);
  const start = bytes.findIndex((byte, i) => byte === BINBYTES && bytes[i + 1] === 96 && bytes[i + 2] === 4);
  bytes.set(new Uint8Array(Float64Array.of(NaN).buffer), start + 5);
  return bytes;
}

const failures: [
  what: string,
  files: () => Promise<Record<string, Uint8Array | string | undefined>>,
  ErrorClass,
  string,
][] = [
  [
    "a model that is a list",
    () => Promise.resolve({ model: "]." }),
    FormatError,
    'Cannot read model "FOLDER/model": the file must hold a dict of weights',
  ],
  [
    "no weights",
    () => Promise.resolve({ model: "}." }),
    FormatError,
    'Cannot read model "FOLDER/model": Wxh_Left must be an array, got nothing',
  ],
  [
    "a weight that is a number",
    () => Promise.resolve({ model: "(dVWxh_Left\nI1\ns." }),
    FormatError,
    'Cannot read model "FOLDER/model": Wxh_Left must be an array, got another value',
  ],
  [
    "a call of os.system",
    () => Promise.resolve({ vocab: "cos\nsystem\n(Vid\ntR." }),
    FormatError,
    'Cannot read pickle "FOLDER/vocab": only dicts, lists, tuples, strings, bytes, numbers and NumPy arrays are allowed, got os.system',
  ],
  [
    "a vocabulary of another size",
    () => Promise.resolve({ vocab: "(lVone\naVtwo\na." }),
    RangeError,
    "Cannot build a recurrent classifier: the vocabulary must have one word per row of the embeddings (40), got 2",
  ],
  [
    "word vectors that are cut",
    async () => ({
      "embeddings.npy": (await Deno.readFile(new URL("p4_v2/embeddings.npy", variants))).slice(0, -1),
    }),
    FormatError,
    'Cannot read npy "FOLDER/embeddings.npy": shape [40, 7] of 4 bytes each requires 1120 bytes, got 1119',
  ],
  [
    "weights of another shape",
    async () => ({ model: await renamed({ Whh_Left: "bxh_Left", bxh_Left: "Whh_Left" }) }),
    ShapeError,
    "Cannot build an LSTM: recurrentWeights of LSTM layer 0 (forward) must have shape [any, any], got [20]",
  ],
  [
    "output weights that are a vector",
    async () => ({ model: await renamed({ Why_Left: "bxh_Left", bxh_Left: "Why_Left" }) }),
    ShapeError,
    "Cannot build a recurrent classifier: Why_Left must have shape [any, any], got [20]",
  ],
  [
    "output weights of other classes",
    async () => ({ model: await renamed({ Why_Right: "Whh_Right", Whh_Right: "Why_Right" }) }),
    ShapeError,
    "Cannot build a recurrent classifier: Why_Right must have shape [3, any], got [20, 5]",
  ],
  [
    "NaN in the weights",
    async () => ({ model: await withNaN() }),
    NumericalError,
    "Cannot build an LSTM: inputWeights of LSTM layer 0 (forward) must be finite, got NaN at [0, 0]",
  ],
];
for (const [what, files, type, message] of failures) {
  Deno.test(`loadArrasModel() refuses ${what}`, async () => {
    const folder = await changed(await files());
    const error = await assertRejects(() => loadArrasModel(folder), type);
    assertEquals(error.message.replaceAll(folder, "FOLDER"), message);
    await Deno.remove(folder, { recursive: true });
  });
}

Deno.test("loadArrasModel() says which file is missing", async () => {
  const folder = await changed({ "embeddings.npy": undefined });
  const error = await assertRejects(() => loadArrasModel(folder), Deno.errors.NotFound);
  assert(error.message.includes(`${folder}/embeddings.npy`), error.message);
  await Deno.remove(folder, { recursive: true });
});
