/**
 * relprop: layer-wise relevance propagation for Deno notebooks.
 *
 * What a first notebook needs, in the order in which it needs it. Everything else has an entry point of
 * its own: `@relprop/lrp/layers`, `/ops`, `/rules`, `/networks`, `/recurrent`, `/attribution`,
 * `/evaluation`, `/training`, `/plot`, `/explore`, `/io`, `/compiler`, `/runtime`, `/tensor`, `/statistics`.
 *
 * @module
 */

// A model: shipped, loaded, or built.
export {
  checkParity,
  fashionCnn,
  fashionSamples,
  fashionVit,
  intentClassifier,
  intentTransformer,
  loadArrasModel,
  loadKerasModel,
  loadTorchModel,
  networkFromOnnx,
  readNpy,
  readNpz,
  readSafetensors,
} from "./lib/io/mod.ts";
export { gruClassifier, lstmClassifier, type RecurrentClassifier } from "./lib/recurrent/mod.ts";
export { Network, networkBuilder, runNetwork, sequential } from "./lib/networks/mod.ts";
export { contiguous, type NumericArray, type Tensor, tensor } from "./lib/tensor/mod.ts";

// Its explanation.
export {
  argmax,
  Attribution,
  contextualDecomposition,
  deepLift,
  explain,
  explainAll,
  type ExplainAllOptions,
  type ExplainOptions,
  explainTargets,
  gradCam,
  gradientTimesInput,
  integratedGradients,
  lrp,
  type LrpOptions,
  type Method,
  networkModel,
  occlusion,
  randomAttribution,
  sensitivity,
  smoothGradient,
  type Target,
  windowOcclusion,
} from "./lib/attribution/mod.ts";

// Rules, and which layer gets which.
export {
  alphaBetaRule,
  customRule,
  dialect,
  epsilonRule,
  flatRule,
  gammaRule,
  Ledger,
  lrpLinear,
  normRule,
  passRule,
  productRule,
  type Rule,
  uniformRule,
  wSquareRule,
  zBoxRule,
  zeroRule,
  zPlusRule,
} from "./lib/rules/mod.ts";
export {
  assign,
  attnLrp,
  byFamily,
  byKind,
  byName,
  checkRule,
  type Composite,
  composite,
  cpLrp,
  deepTaylor,
  dropSoftmax,
  epsilonAlpha2Beta1,
  epsilonAlpha2Beta1Flat,
  epsilonGammaBox,
  epsilonPlus,
  epsilonPlusFlat,
  firstLayer,
  lastLayer,
  lrpAll,
  mergeBatchNorm,
  plan,
  splitLayerNorm,
} from "./lib/networks/mod.ts";

// Pictures.
export {
  attentionMap,
  barChart,
  comparisonTable,
  curveChart,
  distributionChart,
  Figure,
  flush,
  fresh,
  imageGrid,
  imageHeatmap,
  initNotebook,
  ledgerWaterfall,
  positionChart,
  progress,
  relevanceFlow,
  timeUnitMap,
  topWords,
  wordHeatmap,
  wordMatrix,
} from "./lib/plot/mod.ts";
export { explore } from "./lib/explore/mod.ts";

// Experiments, and the way out of the notebook.
export { compare, pixelFlipping, wordDeletion } from "./lib/evaluation/mod.ts";
export { compile } from "./lib/compiler/mod.ts";
export { loadRelevanceModel } from "./lib/runtime/mod.ts";

export { exactSum } from "./lib/statistics.ts";
export { type LongWorkOptions, mapWithProgress } from "./lib/map_with_progress.ts";
export { RandomGenerator, randomGenerator } from "./lib/random.ts";
export {
  FormatError,
  NumericalError,
  ShapeError,
  UnknownTokenError,
  UnsupportedLayerError,
} from "./lib/errors.ts";
