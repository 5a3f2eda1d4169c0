import { lstmClassifier } from "../../recurrent/lstm_classifier.ts";
import type { LstmParameters, RecurrentClassifier } from "../../recurrent/mod.ts";
import { contiguous, type NumericArray, requireShape, tensor } from "../../tensor/mod.ts";
import { readNpy } from "../arrays/npy.ts";
import { type Failure, failure } from "../failure.ts";
import { readPickle } from "../pickle/pickle.ts";
import { readBytes, type Source, within } from "../source.ts";
import { readVocabulary } from "../vocabulary.ts";
import type { ModelOptions } from "./model_options.ts";

/** What the folder of {@linkcode loadArrasModel} does not say. */
export interface ArrasModelOptions extends Omit<ModelOptions, "vocabulary"> {
  /** The file of the word vectors; `embeddings.npy` in the folder if left out. */
  readonly embeddings?: Source | undefined;
}

/**
 * Loads a bidirectional LSTM classifier from a folder in the layout of the reference code of Arras et al.: `model`
 * (pickled dict of weights, gates stacked i, g, f, o), `vocab` (pickled list of words) and `embeddings.npy`.
 *
 * The weights are `Wxh`, `bxh`, `Whh`, `bhh` and `Why`, each with `_Left` (reads forward) and `_Right` (reads back).
 *
 * @param folder A path or an address.
 * @throws {FormatError} If a file is not what it says, or a weight is missing.
 * @throws {ShapeError} If weights do not fit together.
 * @throws {RangeError} If the vocabulary has not one word per row of the embeddings.
 *
 * @example
 * ```ts
 * import { loadArrasModel } from "@relprop/lrp/io";
 * import { assertRejects } from "@std/assert";
 *
 * await assertRejects(() => loadArrasModel("no/such/folder"), Deno.errors.NotFound);
 * ```
 *
 * @see Arras et al., Explaining Recurrent Neural Network Predictions in Sentiment Analysis (2017)
 */
export async function loadArrasModel(
  folder: Source,
  { embeddings: embeddingsFile, labels, unknownToken, tokenize }: ArrasModelOptions = {},
): Promise<RecurrentClassifier> {
  const [model, vocab] = [within(folder, "model"), within(folder, "vocab")];
  const table = embeddingsFile ?? within(folder, "embeddings.npy");
  const vocabulary = readVocabulary(await readBytes(vocab), { path: String(vocab), format: "pickle" });
  const embeddings = readNpy(await readBytes(table), { path: String(table) });
  const read = weightReader(await readBytes(model), String(model));
  const direction = (side: string): LstmParameters => ({
    inputWeights: read(`Wxh_${side}`),
    recurrentWeights: read(`Whh_${side}`),
    inputBias: read(`bxh_${side}`),
    recurrentBias: read(`bhh_${side}`),
  });
  return lstmClassifier({
    layers: [{ forward: direction("Left"), reverse: direction("Right") }],
    gateOrder: "igfo",
    output: { weights: sideBySide(read("Why_Left"), read("Why_Right")) },
    embeddings,
    vocabulary,
    ...(labels && { labels }),
    ...(unknownToken !== undefined && { unknownToken }),
    ...(tokenize && { tokenize }),
  });
}

function weightReader(bytes: Uint8Array, path: string): (name: string) => NumericArray {
  const fail: Failure = failure("model", path);
  const weights = readPickle(bytes, { path });
  if (!(weights instanceof Map)) throw fail("the file must hold a dict of weights");
  return (name) => {
    const value = weights.get(name);
    if (typeof value !== "object" || value === null || !("stride" in value)) {
      throw fail(`${name} must be an array, got ${value === undefined ? "nothing" : "another value"}`);
    }
    return value;
  };
}

/** `[K, d]` and `[K, e]` -> `[K, d + e]`. */
function sideBySide(left: NumericArray, right: NumericArray): NumericArray {
  const where = { action: "build a recurrent classifier" };
  requireShape(left.shape, [-1, -1], { ...where, where: "Why_Left" });
  requireShape(right.shape, [left.shape[0]!, -1], { ...where, where: "Why_Right" });
  const [rows, d] = left.shape as [number, number];
  const width = d + right.shape[1]!;
  const [from, and] = [contiguous(left), contiguous(right)];
  const result = new Float64Array(rows * width);
  for (let row = 0; row < rows; row++) {
    result.set(from.subarray(row * d, (row + 1) * d), row * width);
    result.set(and.subarray(row * (width - d), (row + 1) * (width - d)), row * width + d);
  }
  return tensor(result, [rows, width]);
}
