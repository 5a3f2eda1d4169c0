import type { RecurrentClassifier } from "../recurrent/mod.ts";
import type { ExplainCommandOptions } from "./explain_options.ts";
import { UsageError } from "./usage_error.ts";

/** Loads what `--model` names: a folder in the layout of the reference code, or a safetensors file. */
export async function loadModel(options: ExplainCommandOptions): Promise<RecurrentClassifier> {
  const { model, vocabulary, embeddings, unknownToken } = options;
  const isFile = model?.endsWith(".safetensors");
  const given = model === undefined ? "the shipped model" : isFile ? "a .safetensors file" : "a folder";
  const wanted = (option: string, value: string | undefined, kinds: readonly string[]): void => {
    if (value === undefined || kinds.includes(given)) return;
    throw new UsageError(
      `Cannot explain: --${option} must come with ${kinds.join(" or ")} as --model, got ${given}`,
    );
  };
  wanted("vocabulary", vocabulary, ["a .safetensors file"]);
  wanted("embeddings", embeddings, ["a folder"]);
  wanted("unknown-token", unknownToken, ["a folder", "a .safetensors file"]);
  // A first answer should not wait for what reads other models.
  if (model === undefined) {
    const { intentClassifier } = await import("../io/models/intent_classifier.ts");
    return await intentClassifier();
  }
  try {
    if (isFile) {
      const { loadTorchModel } = await import("../io/models/torch_model.ts");
      return await loadTorchModel(model, { vocabulary, unknownToken });
    }
    const { loadArrasModel } = await import("../io/models/arras_model.ts");
    return await loadArrasModel(model, { embeddings, unknownToken });
  } catch (error) {
    if (!Object.values(Deno.errors).some((type) => error instanceof type)) throw error;
    const { message } = error as Error;
    throw new UsageError(`Cannot explain: the files of --model must be readable, got ${message}`, {
      cause: error,
    });
  }
}
