/**
 * Methods of explanation with one call shape: `explain(model, input, { method, target })`.
 *
 * @module
 */
export { Attribution, type AttributionParts } from "./attribution.ts";
export { contextualDecomposition } from "./contextual_decomposition.ts";
export { expectedGradients, type ExpectedGradientsOptions } from "./expected_gradients.ts";
export { explain, type ExplainOptions, explainTargets, type ExplainTargetsOptions } from "./explain.ts";
export { explainAll, type ExplainAllOptions } from "./explain_all.ts";
export type { Explained } from "./explain_one.ts";
export { gradientTimesInput } from "./gradient_times_input.ts";
export { integratedGradients, type IntegratedGradientsOptions } from "./integrated_gradients.ts";
export { lrp } from "./lrp.ts";
export type {
  BatchContext,
  BatchPass,
  BatchSteps,
  EncodedInput,
  Explainable,
  ExplainablePass,
  GraphRun,
  InputRelevance,
  InputSignal,
  KernelRequest,
  LrpOptions,
  LrpSettings,
  Method,
  MethodContext,
  MethodResult,
  Point,
} from "./method.ts";
export { type NetworkExample, networkModel, type NetworkTextOptions } from "./network_model.ts";
export { occlusion, type OcclusionOptions } from "./occlusion.ts";
export { randomAttribution } from "./random_attribution.ts";
export { sensitivity } from "./sensitivity.ts";
export { argmax, type ResolvedTarget, resolveTarget, type Target } from "./target.ts";
export { deepLift } from "./deep_lift.ts";
export { gradCam, type GradCamOptions } from "./grad_cam.ts";
export { modifiedGradient } from "./modified_gradient.ts";
export { gradientVariance, type NoiseOptions, smoothGradient } from "./noise_gradients.ts";
export { WorkerPool } from "../recurrent/worker_pool.ts";
export { windowOcclusion, type WindowOcclusionOptions } from "./window_occlusion.ts";
