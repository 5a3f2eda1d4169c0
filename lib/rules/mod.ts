/**
 * Propagation rules: how one layer shares the relevance of its output among its inputs.
 *
 * @module
 */
export { Ledger, type LedgerEntry, type LedgerTotals } from "./ledger.ts";
export { lrpLinear, type LrpLinearOptions } from "./linear.ts";
