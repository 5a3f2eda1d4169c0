import type { CellWeights, NetworkWeights, ProductRule } from "../kernels/mod.ts";
import type { RecurrentCell } from "./cell.ts";
import type { RecurrentClassifier, RecurrentLayer } from "./recurrent_classifier.ts";

/**
 * The weights of a whole classifier as the block kernels take them; nothing where a layer is of a kind they lack. Product
 * rules other than `all` they have for LSTMs.
 */
export function networkWeights(
  model: RecurrentClassifier,
  { productRule = "all" }: { readonly productRule?: ProductRule } = {},
): NetworkWeights | undefined {
  const layers = model.layers.map((layer) => layerWeights(layer, productRule === "all"));
  if (!layers.every((layer) => layer !== undefined)) return undefined;
  return { layers, outputWeights: model.outputWeights, outputBias: model.outputBias };
}

function layerWeights(
  { forward, reverse }: RecurrentLayer,
  gru: boolean,
): NetworkWeights["layers"][number] | undefined {
  const cellWeights = ({ lstmWeights, gruWeights }: RecurrentCell): CellWeights | undefined =>
    lstmWeights ?? (gru ? gruWeights : undefined);
  const own = cellWeights(forward), other = reverse && cellWeights(reverse);
  if (own === undefined || reverse && other === undefined) return undefined;
  return other ? { forward: own, reverse: other } : { forward: own };
}
