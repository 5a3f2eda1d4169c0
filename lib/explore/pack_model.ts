import { UnsupportedLayerError } from "../errors.ts";
import type { RecurrentCell, RecurrentClassifier } from "../recurrent/mod.ts";
import { contiguous } from "../tensor/mod.ts";
import { packArray, type PackedCell, type PackedModel } from "./payload.ts";

/**
 * Packs a classifier for a page.
 *
 * @param words The words that go along; all of the vocabulary if left out.
 */
export function packModel(model: RecurrentClassifier, words?: readonly string[]): PackedModel {
  const { layers, labels, outputWeights, outputBias, table } = model;
  return {
    kind: layers[0]!.forward.gruWeights ? "gru" : "lstm",
    layers: layers.map(({ forward, reverse }) => ({
      forward: packCell(forward),
      ...reverse && { reverse: packCell(reverse) },
    })),
    outputWeights: packArray(outputWeights, [labels.length, outputWeights.length / labels.length]),
    outputBias: packArray(outputBias, [labels.length]),
    labels,
    ...packTable(table, words),
  };
}

function packCell({ name, inputSize: e, hiddenSize: d, lstmWeights, gruWeights }: RecurrentCell): PackedCell {
  if (lstmWeights) {
    return {
      inputWeights: packArray(lstmWeights.inputWeights, [4 * d, e]),
      recurrentWeights: packArray(lstmWeights.recurrentWeights, [4 * d, d]),
      inputBias: packArray(lstmWeights.bias, [4 * d]),
    };
  }
  if (gruWeights) {
    return {
      inputWeights: packArray(gruWeights.inputWeights, [3 * d, e]),
      recurrentWeights: packArray(gruWeights.recurrentWeights, [3 * d, d]),
      inputBias: packArray(gruWeights.inputBias, [3 * d]),
      recurrentBias: packArray(gruWeights.recurrentBias, [3 * d]),
    };
  }
  throw new UnsupportedLayerError(`Cannot explore the model: its layers must be LSTMs or GRUs, got ${name}`, {
    layer: name,
  });
}

function packTable(
  { embeddings, vocabulary, unknownToken }: RecurrentClassifier["table"],
  words: readonly string[] | undefined,
): Pick<PackedModel, "embeddings" | "vocabulary" | "unknownToken"> {
  if (embeddings === undefined || vocabulary === undefined) return {};
  const size = embeddings.shape[1]!;
  const rows = new Map(vocabulary.map((word, row) => [word, row]));
  const wanted = words === undefined
    ? vocabulary
    : [...new Set([...words, ...unknownToken === undefined ? [] : [unknownToken]])].filter((word) =>
      rows.has(word)
    );
  const all = contiguous(embeddings);
  const kept = new Float64Array(wanted.length * size);
  wanted.forEach((word, i) => {
    const row = rows.get(word)!;
    kept.set(all.subarray(row * size, (row + 1) * size), i * size);
  });
  return {
    embeddings: packArray(kept, [wanted.length, size]),
    vocabulary: wanted,
    ...unknownToken !== undefined && { unknownToken },
  };
}
