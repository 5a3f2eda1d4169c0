/**
 * ONNX model files: read and written without a copy of their numbers, and turned into networks.
 *
 * @module
 */
export { ONNX_ELEMENT } from "./element_type.ts";
export type {
  OnnxAttribute,
  OnnxElementType,
  OnnxExternalData,
  OnnxGraph,
  OnnxModel,
  OnnxNode,
  OnnxTensor,
  OnnxValue,
} from "./model.ts";
export { networkFromOnnx, type OnnxImportOptions, type OnnxNetwork } from "./import/network_from_onnx.ts";
export { readOnnxFile, writeOnnxFile } from "./onnx_file.ts";
export { readOnnx } from "./read_onnx.ts";
export { writeOnnx } from "./write_onnx.ts";
