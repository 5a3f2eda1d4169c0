import { add, dense, embedding, layerNorm, positions, take } from "../../layers/mod.ts";
import { type Network, networkBuilder } from "../../networks/mod.ts";
import { readSafetensors } from "../arrays/safetensors.ts";
import { readBytes } from "../source.ts";
import { layerParameters, tensorNamed } from "./layer_parameters.ts";
import { encoderBlock } from "./transformer_block.ts";

const MODEL = new URL("../../models/snips_minibert/model.safetensors", import.meta.url);
const LABELS = new URL("../../models/snips_bilstm/labels.json", import.meta.url);

/**
 * Loads the small transformer that ships with the package: what does a user want from a voice assistant?
 *
 * An encoder like BERT's: word and position vectors, two blocks of 4 heads and 48 units, a score per class from the first
 * token, `<cls>`: 264 487 parameters. A teaching model; its card lies beside its weights.
 *
 * **Shapes** input `[N, T]` numbers of words in the vocabulary of {@linkcode intentClassifier}, the first of them 2
 * (`<cls>`) and at most 64 -> scores `[N, 7]`.
 *
 * @example
 * ```ts
 * import { intentTransformer } from "@relprop/lrp/io";
 * import { runNetwork } from "@relprop/lrp/networks";
 * import { tensor } from "@relprop/lrp/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * const network = await intentTransformer();
 * const { output } = runNetwork(network, tensor([[2, 3, 4, 5, 6, 7, 11]])); // <cls> add another song to the playlist
 * const scores = Array.from({ length: 7 }, (_, k) => output.get(0, k));
 * assertEquals(network.labels[scores.indexOf(Math.max(...scores))], "AddToPlaylist");
 * ```
 */
export async function intentTransformer(): Promise<Network> {
  const { tensors } = readSafetensors(await readBytes(MODEL));
  const labels = JSON.parse(new TextDecoder().decode(await readBytes(LABELS))) as string[];
  const builder = networkBuilder();
  const ids = builder.input("ids");
  const words = builder.add("E", embedding({ weights: tensorNamed(tensors, "E.weight") }), ids);
  const places = builder.add("P", positions({ weights: tensorNamed(tensors, "P.weight") }), ids);
  const sum = builder.add("sum", add(), words, places);
  const normed = builder.add("N", layerNorm(layerParameters(tensors, "N")), sum);
  const encoded = [0, 1].reduce(
    (value, block) => encoderBlock(builder, tensors, `B.${block}`, value, 4),
    normed,
  );
  const first = builder.add("class", take({ axis: 1, index: 0 }), encoded);
  return builder.build(builder.add("O", dense(layerParameters(tensors, "O")), first), { labels });
}
