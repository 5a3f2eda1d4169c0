/**
 * Networks and their explanations as one ONNX model, to be run anywhere.
 *
 * @module
 */
export { compile, type CompiledNetwork, type CompileOptions } from "./compile.ts";
export type { Cut } from "./cuts.ts";
export type { CompiledSegment } from "./segments.ts";
