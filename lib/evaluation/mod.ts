/**
 * How good are explanations? Metrics that state their direction and source, comparisons of methods with intervals and
 * tests, and the deletion experiments of the papers.
 *
 * @module
 */
export { type BootstrapInterval, bootstrapMean, pairedTest } from "./bootstrap.ts";
export { type Claim, Claims } from "./claims.ts";
export { compare, Comparison, type ComparisonData, type ComparisonResult } from "./compare.ts";
export type { Metric, MetricCategory, MetricContext } from "./metric.ts";
export { comprehensiveness, type EvidenceOptions, sufficiency } from "./metrics/comprehensiveness.ts";
export { effectiveComplexity, entropy, gini } from "./metrics/complexity.ts";
export { conservationGap } from "./metrics/conservation_gap.ts";
export { deletionArea, insertionArea } from "./metrics/deletion_insertion.ts";
export { knownCorrelation, pointingGame, relevanceMass } from "./metrics/localisation.ts";
export { maxSensitivity } from "./metrics/max_sensitivity.ts";
export { areaBetweenCurves, type FlippingOptions, pixelFlipping } from "./metrics/pixel_flipping.ts";
export { parameterRandomization, randomLogit } from "./metrics/randomization.ts";
export {
  faithfulnessCorrelation,
  infidelity,
  sensitivityN,
  type SubsetOptions,
} from "./metrics/subset_correlation.ts";
export { tokenAuprc, tokenF1 } from "./metrics/token_agreement.ts";
export type { Fill, PerturbationOptions } from "./perturb.ts";
export { type EvaluationExample, metricContext, type Probe, type Reading } from "./probe.ts";
export { type RandomizeOptions, randomizeParameters } from "./randomize_parameters.ts";
export { Table, type TableParts } from "./table.ts";
export {
  type DeletionGroup,
  type LabelledExample,
  WordDeletion,
  wordDeletion,
  type WordDeletionOptions,
} from "./word_deletion.ts";
export { automatonNetwork } from "./white_box/automaton_network.ts";
export { bracketNetwork } from "./white_box/bracket_network.ts";
export { counterNetwork, type WhiteBoxOptions } from "./white_box/counter_network.ts";
export { hasForbiddenSubsequence, subsequenceNetwork } from "./white_box/subsequence_network.ts";
