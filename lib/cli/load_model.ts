import { intentClassifier, loadArrasModel, loadTorchModel } from "../io/mod.ts";
import type { RecurrentClassifier } from "../recurrent/mod.ts";

/** Loads what `--model` names: a folder in the layout of the reference code, or a safetensors file. */
export async function loadModel(
  { model, vocabulary }: { model: string | undefined; vocabulary: string | undefined },
): Promise<RecurrentClassifier> {
  if (model === undefined) return await intentClassifier();
  if (model.endsWith(".safetensors")) return await loadTorchModel(model, { vocabulary });
  return await loadArrasModel(model);
}
