/**
 * Propagation rules: how one layer shares the relevance of its output among its inputs.
 *
 * @module
 */
export { Ledger, type LedgerEntry, type LedgerTotals } from "./ledger.ts";
export { lrpLinear, type LrpLinearOptions } from "./linear.ts";
export { stabilize, type Stabilizer, stabilizer, type StabilizerOptions, stableRatio } from "./stabilizer.ts";
export { type Dialect, dialect, type DialectName } from "./dialect.ts";
export {
  customRule,
  defineRule,
  type Origin,
  requireDefined,
  type Rule,
  type RuleContext,
  type Shares,
} from "./rule.ts";
export { type ContextParts, ruleContext } from "./context.ts";
export { shareByGroups, type Term, type TermGroup } from "./groups.ts";
export { propagate, type PropagateOptions } from "./propagate.ts";
export {
  type BiasHandling,
  type EpsilonOptions,
  epsilonRule,
  type LinearRuleOptions,
  normRule,
  type SharingOptions,
  zeroRule,
} from "./epsilon.ts";
export { type GammaOptions, gammaRule } from "./gamma.ts";
export { type AlphaBetaOptions, alphaBetaRule, zPlusRule } from "./alpha_beta.ts";
export { flatRule, wSquareRule } from "./flat.ts";
export { type ZBoxOptions, zBoxRule } from "./z_box.ts";
export { passRule, stopRule } from "./pass.ts";
export { deconvnetRule, gradientRule, guidedRule } from "./gradient.ts";
export { sharedTiesRule, winnerTakeAllRule } from "./max_pooling.ts";
export { productRule, type ProductShare, uniformRule } from "./product.ts";
export { matmulRule, normalizationRule, softmaxRule } from "./attention.ts";
