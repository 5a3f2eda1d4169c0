import {
  add,
  batchNorm,
  concatenate,
  convolution,
  dense,
  flatten,
  maxPooling,
  relu,
  reshape,
  take,
  transpose,
} from "../../layers/mod.ts";
import { type Network, networkBuilder, sequential } from "../../networks/mod.ts";
import { contiguous, type NumericArray, type Tensor, tensor } from "../../tensor/mod.ts";
import { readNpz } from "../arrays/npz.ts";
import { readSafetensors } from "../arrays/safetensors.ts";
import { readBytes } from "../source.ts";
import { batchNormParameters, layerParameters, tensorNamed } from "./layer_parameters.ts";
import { encoderBlock } from "./transformer_block.ts";

const MODELS = new URL("../../models/", import.meta.url);

/** The classes of Fashion-MNIST. */
const LABELS: readonly string[] = [
  "T-shirt",
  "trouser",
  "pullover",
  "dress",
  "coat",
  "sandal",
  "shirt",
  "sneaker",
  "bag",
  "ankle boot",
];

async function weightsOf(model: string): Promise<ReadonlyMap<string, NumericArray>> {
  return readSafetensors(await readBytes(new URL(`${model}/model.safetensors`, MODELS))).tensors;
}

/**
 * Loads the convolutional net that ships with the package: ten kinds of clothes on 28 × 28 gray pixels.
 *
 * Two convolutions with max pooling, the second with a batch normalization, and two dense layers: 114 378 parameters.
 * A teaching model; its card lies beside its weights.
 *
 * **Shapes** input `[N, 1, 28, 28]` from 0 to 1 -> scores `[N, 10]`.
 *
 * @example
 * ```ts
 * import { fashionCnn, fashionSamples } from "@relprop/lrp/io";
 * import { runNetwork } from "@relprop/lrp/networks";
 * import { assertEquals } from "@std/assert";
 *
 * const network = await fashionCnn();
 * const { output } = runNetwork(network, await fashionSamples());
 * const scores = Array.from({ length: 10 }, (_, k) => output.get(0, k));
 * assertEquals(network.labels[scores.indexOf(Math.max(...scores))], "ankle boot");
 * ```
 */
export async function fashionCnn(): Promise<Network> {
  const tensors = await weightsOf("fashion_cnn");
  return sequential({
    c1: convolution({ ...layerParameters(tensors, "c1"), padding: 2 }),
    relu1: relu(),
    pool1: maxPooling({ kernel: [2, 2] }),
    c2: convolution({ ...layerParameters(tensors, "c2"), padding: 2 }),
    b: batchNorm(batchNormParameters(tensors, "b")),
    relu2: relu(),
    pool2: maxPooling({ kernel: [2, 2] }),
    flatten: flatten(),
    f1: dense(layerParameters(tensors, "f1")),
    relu3: relu(),
    f2: dense(layerParameters(tensors, "f2")),
  }, { labels: LABELS });
}

/**
 * Loads the vision transformer that ships with the package: ten kinds of clothes on 28 × 28 gray pixels.
 *
 * 16 patches of 7 × 7 pixels and a class token, three encoder blocks of 4 heads and 48 units: 60 634 parameters.
 * A teaching model; its card lies beside its weights.
 *
 * **Shapes** input `[N, 1, 28, 28]` from 0 to 1 -> scores `[N, 10]`.
 *
 * @example
 * ```ts
 * import { argmax } from "@relprop/lrp/attribution";
 * import { fashionSamples, fashionVit } from "@relprop/lrp/io";
 * import { runNetwork } from "@relprop/lrp/networks";
 * import { assertEquals } from "@std/assert";
 *
 * const network = await fashionVit();
 * const { output } = runNetwork(network, await fashionSamples());
 * const scores = Array.from({ length: 10 }, (_, k) => output.get(0, k));
 * assertEquals(network.labels[argmax(scores)], "ankle boot");
 * ```
 */
export async function fashionVit(): Promise<Network> {
  const tensors = await weightsOf("fashion_vit");
  const builder = networkBuilder();
  const image = builder.input("image");
  const patches = builder.add("p", convolution({ ...layerParameters(tensors, "p"), stride: 7 }), image);
  const listed = builder.add("patches", reshape({ sizes: [0, 0, -1] }), patches);
  const tokens = builder.add("tokens", transpose({ order: [0, 2, 1] }), listed);
  const classToken = builder.constant("class token", tensorNamed(tensors, "c"));
  const all = builder.add("sequence", concatenate({ axis: 1 }), classToken, tokens);
  const positions = builder.constant("positions", tensorNamed(tensors, "P"));
  const placed = builder.add("placed", add(), all, positions);
  const encoded = [0, 1, 2].reduce(
    (value, block) => encoderBlock(builder, tensors, `B.${block}`, value, 4),
    placed,
  );
  const first = builder.add("class", take({ axis: 1, index: 0 }), encoded);
  return builder.build(builder.add("O", dense(layerParameters(tensors, "O")), first), { labels: LABELS });
}

/**
 * Sixteen test images of Fashion-MNIST (MIT licence), for the networks that ship with the package.
 *
 * **Shapes** `[16, 1, 28, 28]`, from 0 to 1.
 *
 * @example
 * ```ts
 * import { fashionSamples } from "@relprop/lrp/io";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals((await fashionSamples()).shape, [16, 1, 28, 28]);
 * ```
 */
export async function fashionSamples(): Promise<Tensor> {
  const arrays = await readNpz(await readBytes(new URL("fashion_cnn/samples.npz", MODELS)));
  const pixels = tensorNamed(arrays, "pixels");
  // The networks were trained on float32 quotients.
  return tensor(contiguous(pixels).map((value) => Math.fround(value / 255)), pixels.shape);
}
