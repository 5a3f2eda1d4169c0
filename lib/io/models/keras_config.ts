import type { Failure } from "../failure.ts";
import { isRecord, parseJson } from "../json.ts";
import { unsupportedLayer } from "./unsupported_layer.ts";

/** Layers that have no weights and change nothing when the network is only asked. */
const NEUTRAL = ["InputLayer", "Dropout", "SpatialDropout1D", "Masking", "Softmax"];
/** What may stand after the output layer; scores are those before it. */
const OUTPUT_ACTIVATIONS = ["linear", "softmax", "sigmoid"];

/**
 * Checks that a model is what its weights alone cannot say: plain LSTMs, the last of which hands up its last state, and
 * a dense layer on top.
 *
 * @param text The configuration that Keras saves with a whole model, in JSON.
 * @throws {UnsupportedLayerError} At the first layer that computes something else.
 */
export function requireSupportedConfig(text: string, fail: Failure): void {
  const layers = layersOf(parseJson(new TextEncoder().encode(text), "the configuration", fail));
  const isRecurrent = ({ type }: Layer): boolean => type === "LSTM" || type === "Bidirectional";
  const last = layers.findLastIndex(isRecurrent);
  layers.forEach((layer, index) => {
    const { type, name } = layer;
    if (isRecurrent(layer)) requireLstm(layer, index === last);
    else if (type === "Dense" || type === "Activation") requireActivation(layer);
    else if (type !== "Embedding" && !NEUTRAL.includes(type)) {
      throw unsupportedLayer(name, `it must be an embedding, an LSTM or a dense layer, got ${type}`);
    }
  });
}

interface Layer {
  readonly type: string;
  readonly name: string;
  readonly config: Record<string, unknown>;
}

function layersOf(model: unknown): Layer[] {
  const config = isRecord(model) ? model["config"] : undefined;
  const list = isRecord(config) ? config["layers"] : config;
  return (Array.isArray(list) ? list : []).map(toLayer);
}

function toLayer(value: unknown): Layer {
  const { class_name: type, config } = isRecord(value) ? value : {};
  const own = isRecord(config) ? config : {};
  return { type: String(type), name: String(own["name"] ?? type), config: own };
}

function requireActivation({ name, config }: Layer): void {
  const activation = config["activation"] ?? "linear";
  if (typeof activation !== "string" || !OUTPUT_ACTIVATIONS.includes(activation)) {
    const got = typeof activation === "string" ? activation : "another one";
    throw unsupportedLayer(
      name,
      `its activation must be one of ${OUTPUT_ACTIVATIONS.join(", ")}, got ${got}`,
    );
  }
}

function requireLstm({ type, name, config }: Layer, isLast: boolean): void {
  const inner = type === "Bidirectional" ? toLayer(config["layer"]) : { type, config };
  const settings: [what: string, wanted: unknown, got: unknown][] = [
    ["merge_mode", "concat", type === "Bidirectional" ? config["merge_mode"] : undefined],
    ["layer", "LSTM", inner.type],
    ["activation", "tanh", inner.config["activation"]],
    ["recurrent_activation", "sigmoid", inner.config["recurrent_activation"]],
    ["go_backwards", false, inner.config["go_backwards"]],
    ["return_sequences", !isLast, inner.config["return_sequences"]],
  ];
  for (const [what, wanted, got] of settings) {
    if (got !== undefined && got !== wanted) {
      throw unsupportedLayer(name, `its ${what} must be ${wanted}, got ${JSON.stringify(got)}`);
    }
  }
}
