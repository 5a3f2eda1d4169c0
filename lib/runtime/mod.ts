/**
 * Running compiled models: on ONNX Runtime where it can be loaded, on the reference engine anywhere.
 *
 * @module
 */
export type { EngineInfo, EngineName, EngineSession } from "./engine.ts";
export type { RuntimeModule, RuntimeSession, RuntimeTensor } from "./onnxruntime_session.ts";
export type { EngineOptions } from "./open_session.ts";
export {
  loadRelevanceModel,
  RelevanceModel,
  type RelevanceModelOptions,
  type RelevanceResult,
  type Verification,
} from "./relevance_model.ts";
