/**
 * relprop: layer-wise relevance propagation for Deno notebooks.
 *
 * @module
 */
export * from "./lib/errors.ts";
export * from "./lib/tensor/mod.ts";
