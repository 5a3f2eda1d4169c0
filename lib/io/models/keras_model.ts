import type { RecurrentClassifier } from "../../recurrent/mod.ts";
import { readHdf5 } from "../arrays/hdf5.ts";
import { failure } from "../failure.ts";
import { readBytes, type Source } from "../source.ts";
import { assemble } from "./assemble.ts";
import { requireSupportedConfig } from "./keras_config.ts";
import { kerasLayers } from "./keras_layers.ts";
import { type ModelOptions, resolveOptions } from "./model_options.ts";

/** How {@linkcode loadKerasModel} finds the parts of a model; each is found by itself where only one layer fits. */
export interface KerasModelOptions extends ModelOptions {
  /** The name of the `Embedding` layer. */
  readonly embedding?: string | undefined;
  /** The name of the `Dense` layer on top. */
  readonly output?: string | undefined;
}

/**
 * Loads an LSTM classifier of Keras from an HDF5 file: `model.save("….h5")`, or `model.save_weights` of Keras 2 (`….h5`)
 * or Keras 3 (`….weights.h5`). Embedding, `LSTM` or `Bidirectional(LSTM)`, stacked or not, and a dense layer.
 *
 * Scores are those before a softmax. A saved model says what its layers compute, and is refused where that is something
 * else; a file of weights cannot say so, {@linkcode checkParity} can. Where a path or an address is given,
 * `vocabulary.json` and `labels.json` beside it are read, unless the options give others.
 *
 * HDF5 is read by `npm:h5wasm`, which is loaded when this function is first called.
 *
 * @param source The file, or its bytes.
 * @throws {FormatError} If the file is no sound HDF5, a layer is missing, or several fit.
 * @throws {UnsupportedLayerError} If a layer computes something else.
 * @throws {ShapeError} If weights do not fit together.
 *
 * @example
 * ```ts
 * import { loadKerasModel } from "@relprop/lrp/io";
 * import { assertRejects } from "@std/assert";
 *
 * await assertRejects(
 *   () => loadKerasModel(new TextEncoder().encode("no HDF5")),
 *   SyntaxError,
 *   "Cannot read Keras model: the file must be sound HDF5",
 * );
 * ```
 */
export async function loadKerasModel(
  source: Source | Uint8Array,
  options: KerasModelOptions = {},
): Promise<RecurrentClassifier> {
  const file = source instanceof Uint8Array ? undefined : source;
  const fail = failure("Keras model", file === undefined ? undefined : String(file));
  const content = await readHdf5(source instanceof Uint8Array ? source : await readBytes(source), fail);
  const config = content.texts.get("")?.get("model_config");
  if (typeof config === "string") requireSupportedConfig(config, fail);
  const layers = kerasLayers(content, fail);
  const resolved = await resolveOptions(options, file);
  return assemble(layers, { gateOrder: "ifco", names: options, options: resolved, fail });
}
