/**
 * Recurrent nets: LSTM classifiers in one or two directions, stacked, with their relevance and gradients.
 *
 * @module
 */
export type {
  GruWeights,
  InputParts,
  LstmWeights,
  Precision,
  ProductRelevanceOptions,
  ProductRule,
  RecurrentRelevance,
  RelevanceOptions,
} from "../kernels/mod.ts";
export type { CellTrace, RecurrentCell } from "./cell.ts";
export {
  type EncoderDecoder,
  type EncoderDecoderOptions,
  type EncoderDecoderPass,
  type EncoderDecoderRelevance,
  gruEncoderDecoder,
} from "./encoder_decoder.ts";
export type { GateOrder } from "./gate_order.ts";
export { gruClassifier, type GruClassifierOptions } from "./gru_classifier.ts";
export type { GruParameters } from "./gru_cell.ts";
export { lstmClassifier, type LstmClassifierOptions, type LstmLayerParameters } from "./lstm_classifier.ts";
export type { LstmParameters } from "./lstm_cell.ts";
export {
  type OutputLayer,
  RecurrentClassifier,
  type RecurrentClassifierOptions,
  type RecurrentLayer,
} from "./recurrent_classifier.ts";
export { RecurrentBatch } from "./recurrent_batch.ts";
export { RecurrentPass, type SequenceRelevance, type SequenceSignal } from "./recurrent_pass.ts";
export { deleteTokens, type Sequence, type SequenceInput, type TokenTable } from "./sequence.ts";
