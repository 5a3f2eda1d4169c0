/**
 * Networks as immutable graphs, composites that say which rule each layer gets, and the passes forward and back.
 *
 * @module
 */
export { Network, type NetworkNode, type NetworkParts } from "./network.ts";
export { type LayerSink, NetworkBuilder, networkBuilder, sequential } from "./builder.ts";
export { forwardPass, type NetworkInput, type NetworkRun, runNetwork } from "./forward_pass.ts";
export {
  assign,
  type AssignedRule,
  assignedRule,
  type Assignment,
  type Composite,
  composite,
} from "./composite.ts";
export {
  byFamily,
  byFunction,
  byKind,
  byName,
  connections,
  every,
  firstLayer,
  lastLayer,
  type LayerMatcher,
} from "./layer_matcher.ts";
export { describeRule, Plan, plan, type PlanRow } from "./plan.ts";
export { type LayerRelevance, relevancePass, type RelevancePassOptions } from "./relevance_pass.ts";
export {
  type NetworkRelevance,
  type NetworkRelevanceOptions,
  propagateRelevance,
  seedFor,
} from "./propagate_relevance.ts";
export {
  type BoxOptions,
  deepTaylor,
  epsilonAlpha2Beta1,
  epsilonAlpha2Beta1Flat,
  epsilonGammaBox,
  epsilonPlus,
  epsilonPlusFlat,
  type PresetOptions,
} from "./presets.ts";
export { deconvnet, excitationBackpropagation, gradient, guidedBackpropagation } from "./gradient_presets.ts";
export { attnLrp, cpLrp, lrpAll } from "./transformer_presets.ts";
export { dropSoftmax, mergeBatchNorm, splitLayerNorm } from "./canonizers.ts";
export {
  attention,
  type AttentionInputs,
  type AttentionOptions,
  gatedMlp,
  multiHeadAttention,
  type MultiHeadAttentionOptions,
  type Projection,
} from "./attention.ts";
export type { GruOptions, RecurrenceDirections, RecurrenceParameters } from "./recurrence_parameters.ts";
export { unrolledGru, unrolledLstm } from "./recurrence.ts";
export { gru, lstm, unrollRecurrence } from "./recurrent_layer.ts";
export { channelRelevance, conceptMask } from "./concept_mask.ts";
export {
  type ConceptEdge,
  type ConceptGraph,
  conceptGraph,
  type ConceptGraphOptions,
  type ConceptNode,
  type ReferenceOptions,
  type ReferenceSample,
  referenceSamples,
} from "./concepts.ts";
export { checkRule, type RuleFinding, RuleReport } from "./check_rule.ts";
