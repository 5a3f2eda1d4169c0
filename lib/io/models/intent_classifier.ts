import type { RecurrentClassifier } from "../../recurrent/mod.ts";
import { tokenizeUtterance } from "./tokenize_utterance.ts";
import { loadTorchModel } from "./torch_model.ts";

const MODEL = new URL("../../models/snips_bilstm/model.safetensors", import.meta.url);

/**
 * Loads the trained network that ships with the package: what does a user want from a voice assistant?
 *
 * A bidirectional LSTM (embedding 32, 32 + 32 units, no output bias) over 4647 words, seven classes: AddToPlaylist,
 * BookRestaurant, GetWeather, PlayMusic, RateBook, SearchCreativeWork, SearchScreeningEvent. It is a teaching model;
 * its card lies beside its weights. Text is cut into lower-case words; other words than it knows count as `<unk>`.
 *
 * @example
 * ```ts
 * import { intentClassifier } from "@relprop/lrp/io";
 * import { assertEquals } from "@std/assert";
 *
 * const model = await intentClassifier();
 * const { scores } = model.forward("play some jazz");
 * assertEquals(model.labels[scores.indexOf(Math.max(...scores))], "PlayMusic");
 * ```
 */
export async function intentClassifier(): Promise<RecurrentClassifier> {
  return await loadTorchModel(MODEL, { unknownToken: "<unk>", tokenize: tokenizeUtterance });
}
