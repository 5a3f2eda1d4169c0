/**
 * Propagation rules: how one layer shares the relevance of its output among its inputs.
 *
 * @module
 */
export { lrpLinear, type LrpLinearOptions } from "./linear.ts";
