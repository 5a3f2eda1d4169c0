import { formatList } from "../../errors.ts";
import type { RecurrentClassifier } from "../../recurrent/mod.ts";
import type { NumericArray } from "../../tensor/mod.ts";
import { readSafetensors } from "../arrays/safetensors.ts";
import { type Failure, failure } from "../failure.ts";
import { readBytes, type Source } from "../source.ts";
import { assemble, type MatrixLayer } from "./assemble.ts";
import { type ModelOptions, resolveOptions } from "./model_options.ts";
import { findLstm } from "./torch_lstm.ts";

/** How {@linkcode loadTorchModel} finds the parts of a model; each is found by itself where only one tensor fits. */
export interface TorchModelOptions extends ModelOptions {
  /** The name of the `nn.LSTM` in the model, such as `encoder.lstm`. */
  readonly lstm?: string | undefined;
  /** The name of the `nn.Embedding`. */
  readonly embedding?: string | undefined;
  /** The name of the `nn.Linear` on top. */
  readonly output?: string | undefined;
}

/**
 * Loads an LSTM classifier of PyTorch from the safetensors file of its state: embedding, `nn.LSTM` in one or two
 * directions, stacked or not, with or without biases, and a linear layer over the last hidden states.
 *
 * The linear layer must read the last hidden state of each direction (`h_n`), forward first; the file cannot say so,
 * {@linkcode checkParity} can. Where a path or an address is given, `vocabulary.json` and `labels.json` beside it are
 * read, unless the options give others. Without embeddings the model reads `{ values }`.
 *
 * @param source The file, its bytes, or the tensors by name.
 * @throws {FormatError} If a part is missing, several tensors fit one, or a tensor belongs to none.
 * @throws {UnsupportedLayerError} If the recurrent layer is no LSTM, or one with projections.
 * @throws {ShapeError} If weights do not fit together.
 *
 * @example One unit that reads one number per step
 * ```ts
 * import { loadTorchModel, writeSafetensors } from "@relprop/lrp/io";
 * import { tensor, zeros } from "@relprop/lrp/tensor";
 * import { assertAlmostEquals } from "@std/assert";
 *
 * const file = writeSafetensors({
 *   "embedding.weight": tensor([[0], [2]]),
 *   "lstm.weight_ih_l0": tensor([[0], [0], [1], [0]]),
 *   "lstm.weight_hh_l0": zeros([4, 1]),
 *   "linear.weight": tensor([[1], [-1]]),
 *   "linear.bias": zeros([2]),
 * });
 * const model = await loadTorchModel(file, { vocabulary: ["so", "good"] });
 * // gates are sigmoid(0) = 1/2: c = tanh(2)/2, h = tanh(c)/2
 * assertAlmostEquals(model.forward("good").scores[0]!, 0.5 * Math.tanh(0.5 * Math.tanh(2)));
 * ```
 */
export async function loadTorchModel(
  source: Source | Uint8Array | ReadonlyMap<string, NumericArray>,
  options: TorchModelOptions = {},
): Promise<RecurrentClassifier> {
  const file = typeof source === "string" || source instanceof URL ? source : undefined;
  const path = file === undefined ? undefined : String(file);
  const tensors = source instanceof Map
    ? source as ReadonlyMap<string, NumericArray>
    : readSafetensors(source instanceof Uint8Array ? source : await readBytes(file!), { path }).tensors;
  const fail = failure("PyTorch model", path);
  const { layers, names } = findLstm(tensors, { name: options.lstm, fail });
  const matrices = matrixLayers([...tensors].filter(([name]) => !names.has(name)), fail);
  const resolved = await resolveOptions(options, file);
  return assemble({ lstm: layers, matrices }, { gateOrder: "ifgo", names: options, options: resolved, fail });
}

/** Groups tensors by the layer they belong to. */
function matrixLayers(tensors: readonly [string, NumericArray][], fail: Failure): Map<string, MatrixLayer> {
  const layers = new Map<string, MatrixLayer>();
  const biases = new Map<string, NumericArray>();
  const rest: string[] = [];
  for (const [name, tensor] of tensors) {
    const [, layer = "", kind] = /^(?:(.+)\.)?(weight|bias)$/.exec(name) ?? [];
    if (kind === "weight") layers.set(layer, { weight: tensor });
    else if (kind === "bias") biases.set(layer, tensor);
    else rest.push(name);
  }
  for (const [layer, bias] of biases) {
    const weights = layers.get(layer);
    if (weights) layers.set(layer, { ...weights, bias });
    else rest.push(`${layer}.bias`);
  }
  if (rest.length > 0) {
    throw fail(
      `every tensor must belong to the embedding, the LSTM or the output layer, got ${formatList(rest)}`,
    );
  }
  return layers;
}
