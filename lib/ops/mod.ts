/**
 * The operations that layers and rules are written in, and the reference engine that runs them in float64.
 *
 * @module
 */
export type { ConvolutionGeometry, Operand, Ops, PoolingGeometry } from "./ops.ts";
export { eagerOps } from "./eager.ts";
