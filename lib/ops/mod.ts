/**
 * The operations that layers and rules are written in, and the reference engine that runs them in float64.
 *
 * @module
 */
export type { ConvolutionGeometry, Operand, Ops, PoolingGeometry, ScanOptions, ScanResult } from "./ops.ts";
export { eagerOps } from "./eager.ts";
export type { Size } from "./staged/size.ts";
export { StagedGraph, type StagedResult } from "./staged/staged_graph.ts";
export { UnknownNumbersError } from "./staged/make_value.ts";
export { stagedOps, writtenValue } from "./staged/staged_ops.ts";
export type {
  Choice,
  Facts,
  Sign,
  StagedAttribute,
  StagedBody,
  StagedConstant,
  StagedNode,
  StagedType,
  StagedValue,
} from "./staged/staged_value.ts";
