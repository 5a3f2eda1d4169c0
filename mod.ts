/**
 * relprop: layer-wise relevance propagation for Deno notebooks.
 *
 * @module
 */
export {
  FormatError,
  NumericalError,
  ShapeError,
  UnknownTokenError,
  UnsupportedLayerError,
} from "./lib/errors.ts";
export * from "./lib/map_with_progress.ts";
export * from "./lib/options.ts";
export * from "./lib/random.ts";
export * from "./lib/statistics.ts";
export * from "./lib/tensor/mod.ts";
export * from "./lib/rules/mod.ts";
export * from "./lib/recurrent/mod.ts";
export * from "./lib/io/mod.ts";
export * from "./lib/attribution/mod.ts";
export * from "./lib/plot/mod.ts";
export * from "./lib/ops/mod.ts";
export * from "./lib/layers/mod.ts";
export * from "./lib/networks/mod.ts";
export * from "./lib/evaluation/mod.ts";
export * from "./lib/training/mod.ts";
export * from "./lib/explore/mod.ts";
export * from "./lib/compiler/mod.ts";
export * from "./lib/runtime/mod.ts";
