import { lstmClassifier } from "../recurrent/lstm_classifier.ts";
import type { LstmParameters, RecurrentClassifier } from "../recurrent/mod.ts";
import { type Tensor, tensor } from "../tensor/mod.ts";
import { type PackedArray, type PackedCell, type PackedModel, unpackArray } from "./payload.ts";

/** The network of a payload. Words are looked up as they are written, then in lower case. */
export function unpackModel(packed: PackedModel): RecurrentClassifier {
  const { embeddings, vocabulary, unknownToken } = packed;
  const known = new Set(vocabulary);
  const tokenize = (text: string): string[] =>
    text.split(/\s+/).filter((word) => word !== "").map((word) =>
      known.has(word) ? word : word.toLowerCase()
    );
  return lstmClassifier({
    layers: packed.layers.map(({ forward, reverse }) => ({
      forward: unpackCell(forward),
      ...reverse && { reverse: unpackCell(reverse) },
    })),
    output: { weights: unpackTensor(packed.outputWeights), bias: unpackTensor(packed.outputBias) },
    labels: packed.labels,
    ...embeddings && { embeddings: unpackTensor(embeddings) },
    ...vocabulary && { vocabulary, tokenize },
    ...unknownToken !== undefined && { unknownToken },
  });
}

/** An array of a payload with its shape. */
export function unpackTensor(packed: PackedArray): Tensor {
  return tensor(unpackArray(packed), packed.shape);
}

function unpackCell({ inputWeights, recurrentWeights, bias }: PackedCell): LstmParameters {
  return {
    inputWeights: unpackTensor(inputWeights),
    recurrentWeights: unpackTensor(recurrentWeights),
    inputBias: unpackTensor(bias),
  };
}
