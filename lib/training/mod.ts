/**
 * A small trainer for the nets that experiments need: LSTM, GRU and dense nets with exact gradients, seeded.
 *
 * @module
 */
export {
  type ArithmeticMeasures,
  arithmeticMeasures,
  type ArithmeticSequence,
  arithmeticTask,
} from "./arithmetic_task.ts";
export type { LossName } from "./loss.ts";
export type {
  DenseDescription,
  EncoderDecoderDescription,
  Example,
  NetworkDescription,
  ParameterEntry,
  RecurrentDescription,
} from "./network_description.ts";
export type { OptimizerOptions } from "./optimizer.ts";
export {
  type EpochReport,
  train,
  type TrainCallOptions,
  type TrainingData,
  type TrainOptions,
  type TrainResult,
} from "./train.ts";
export { type TrainedNetwork, type TrainingJob, trainMany, type TrainManyOptions } from "./train_many.ts";
export { networkFromBytes, networkToBytes } from "./network_file.ts";
export { encoderDecoderOf } from "./encoder_decoder_of.ts";
export { recurrentClassifierOf } from "./recurrent_classifier_of.ts";
export { createNetwork, namedParameters, predict, type TrainableNetwork } from "./trainable_network.ts";
