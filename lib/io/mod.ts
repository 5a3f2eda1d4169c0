/**
 * Reading and writing what people have: arrays, pickles, weights, vocabularies, trained models.
 *
 * @module
 */
export type { ReadOptions } from "./failure.ts";
export { readBytes, type Source } from "./source.ts";
export {
  loadVocabulary,
  readVocabulary,
  type VocabularyFormat,
  type VocabularyOptions,
} from "./vocabulary.ts";
export { readNpy, writeNpy } from "./arrays/npy.ts";
export { readNpz, writeNpz } from "./arrays/npz.ts";
export { type PickleValue, readPickle } from "./pickle/pickle.ts";
export { readSafetensors, type Safetensors, writeSafetensors } from "./arrays/safetensors.ts";
export { type ArrasModelOptions, loadArrasModel } from "./models/arras_model.ts";
export { checkParity, type ParityCase, type Scorer } from "./models/check_parity.ts";
export { intentClassifier } from "./models/intent_classifier.ts";
export type { ModelOptions } from "./models/model_options.ts";
export { loadTorchModel, type TorchModelOptions } from "./models/torch_model.ts";
export {
  networkFromOnnx,
  ONNX_ELEMENT,
  type OnnxAttribute,
  type OnnxElementType,
  type OnnxExternalData,
  type OnnxGraph,
  type OnnxImportOptions,
  type OnnxModel,
  type OnnxNetwork,
  type OnnxNode,
  type OnnxTensor,
  type OnnxValue,
  readOnnx,
  readOnnxFile,
  writeOnnx,
  writeOnnxFile,
} from "./onnx/mod.ts";
export { fashionCnn, fashionSamples, fashionVit } from "./models/fashion.ts";
export { intentTransformer } from "./models/intent_transformer.ts";
export {
  type BatchNormParameters,
  batchNormParameters,
  type LayerParameters,
  layerParameters,
} from "./models/layer_parameters.ts";
export { type KerasModelOptions, loadKerasModel } from "./models/keras_model.ts";
