import { gruClassifier } from "../recurrent/gru_classifier.ts";
import { lstmClassifier } from "../recurrent/lstm_classifier.ts";
import type { RecurrentClassifier } from "../recurrent/mod.ts";
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
  const build = packed.kind === "gru" ? gruClassifier : lstmClassifier;
  return build({
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

/** The builder checks that there are the parameters that it needs. */
// deno-lint-ignore no-explicit-any
function unpackCell(cell: PackedCell): any {
  return Object.fromEntries(Object.entries(cell).map(([name, array]) => [name, unpackTensor(array)]));
}
