import type { LstmWeights, NetworkWeights } from "../kernels/mod.ts";
import type { RecurrentClassifier, RecurrentLayer } from "./recurrent_classifier.ts";

/** The weights of a whole classifier as the block kernels take them; nothing where a layer is of a kind they lack. */
export function networkWeights(model: RecurrentClassifier): NetworkWeights | undefined {
  const layers = model.layers.map(layerWeights);
  if (!layers.every((layer) => layer !== undefined)) return undefined;
  return { layers, outputWeights: model.outputWeights, outputBias: model.outputBias };
}

function layerWeights(
  { forward, reverse }: RecurrentLayer,
): { forward: LstmWeights; reverse?: LstmWeights } | undefined {
  if (forward.lstmWeights === undefined) return undefined;
  if (reverse === undefined) return { forward: forward.lstmWeights };
  return reverse.lstmWeights && { forward: forward.lstmWeights, reverse: reverse.lstmWeights };
}
