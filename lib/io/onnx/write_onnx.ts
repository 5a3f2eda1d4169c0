import { described } from "../../described.ts";
import { MessageWriter } from "./message_writer.ts";
import type { OnnxAttribute, OnnxGraph, OnnxModel, OnnxNode, OnnxTensor, OnnxValue } from "./model.ts";

/**
 * Writes an ONNX model.
 *
 * @throws {TypeError} If this is no model.
 * @throws {RangeError} If the model has functions of its own, which are read by name only.
 *
 * @example
 * ```ts
 * import { readOnnx, writeOnnx } from "@relprop/lrp/io";
 * import { assertEquals } from "@std/assert";
 *
 * const graph = { name: "g", nodes: [], initializers: new Map(), inputs: [], outputs: [], values: [] };
 * const bytes = writeOnnx({
 *   formatVersion: 8, producer: "hand", operatorSets: new Map([["", 17]]), graph, metadata: new Map(), functions: [],
 * });
 * assertEquals(readOnnx(bytes).operatorSets.get(""), 17);
 * ```
 */
export function writeOnnx(model: OnnxModel): Uint8Array {
  const { size, pieces } = encodeModel(model);
  const bytes = new Uint8Array(size);
  let at = 0;
  for (const piece of pieces) {
    bytes.set(piece, at);
    at += piece.length;
  }
  return bytes;
}

/** A model file in pieces, in which the bytes of large tensors are not copied. */
export function encodeModel(model: OnnxModel): { size: number; pieces: readonly Uint8Array[] } {
  if (!Array.isArray(model?.graph?.nodes)) {
    throw new TypeError(
      `Cannot write ONNX: it must be a model, such as the model of what compile() gives, got ${
        described(model)
      }`,
    );
  }
  if (model.functions.length > 0) {
    throw new RangeError(
      `Cannot write ONNX: the model must have no functions of its own, got ${model.functions.length}`,
    );
  }
  const message = new MessageWriter();
  message.integer(1, model.formatVersion);
  if (model.producer !== "") message.text(2, model.producer);
  message.message(7, (inner) => writeGraph(inner, model.graph));
  for (const [domain, version] of model.operatorSets) {
    message.message(8, (inner) => {
      if (domain !== "") inner.text(1, domain);
      inner.integer(2, version);
    });
  }
  for (const [key, value] of model.metadata) writeEntry(message, 14, key, value);
  return { pieces: message.pieces(), size: message.size };
}

function writeEntry(message: MessageWriter, field: number, key: string, value: string): void {
  message.message(field, (inner) => {
    inner.text(1, key);
    inner.text(2, value);
  });
}

function writeGraph(message: MessageWriter, graph: OnnxGraph): void {
  for (const node of graph.nodes) message.message(1, (inner) => writeNode(inner, node));
  message.text(2, graph.name);
  for (const [name, tensor] of graph.initializers) {
    message.message(5, (inner) => writeTensor(inner, { ...tensor, name }));
  }
  for (const value of graph.inputs) message.message(11, (inner) => writeValue(inner, value));
  for (const value of graph.outputs) message.message(12, (inner) => writeValue(inner, value));
  for (const value of graph.values) message.message(13, (inner) => writeValue(inner, value));
}

function writeNode(message: MessageWriter, node: OnnxNode): void {
  for (const name of node.inputs) message.text(1, name);
  for (const name of node.outputs) message.text(2, name);
  if (node.name !== "") message.text(3, node.name);
  message.text(4, node.operator);
  for (const [name, attribute] of node.attributes) {
    message.message(5, (inner) => writeAttribute(inner, name, attribute));
  }
  if (node.domain !== "") message.text(7, node.domain);
}

function writeTensor(message: MessageWriter, tensor: OnnxTensor): void {
  // One by one, as the format's own schema (proto2) writes repeated numbers; readers accept both.
  for (const size of tensor.shape) message.integer(1, size);
  message.integer(2, tensor.elementType);
  for (const text of tensor.texts ?? []) message.bytes(6, text);
  if (tensor.name !== "") message.text(8, tensor.name);
  if (tensor.external !== undefined) {
    const { location, offset, length } = tensor.external;
    writeEntry(message, 13, "location", location);
    writeEntry(message, 13, "offset", String(offset));
    if (length !== undefined) writeEntry(message, 13, "length", String(length));
    message.integer(14, 1);
  } else if (tensor.texts === undefined) message.bytes(9, tensor.bytes);
}

function writeAttribute(message: MessageWriter, name: string, attribute: OnnxAttribute): void {
  message.text(1, name);
  switch (attribute.kind) {
    case "float":
      message.float(2, attribute.value);
      message.integer(20, 1);
      break;
    case "integer":
      message.integer(3, attribute.value);
      message.integer(20, 2);
      break;
    case "text":
      message.bytes(4, attribute.value);
      message.integer(20, 3);
      break;
    case "tensor":
      message.message(5, (inner) => writeTensor(inner, attribute.value));
      message.integer(20, 4);
      break;
    case "graph":
      message.message(6, (inner) => writeGraph(inner, attribute.value));
      message.integer(20, 5);
      break;
    case "floats":
      for (const value of attribute.value) message.float(7, value);
      message.integer(20, 6);
      break;
    case "integers":
      for (const value of attribute.value) message.integer(8, value);
      message.integer(20, 7);
      break;
    case "texts":
      for (const value of attribute.value) message.bytes(9, value);
      message.integer(20, 8);
      break;
    case "other":
      throw new RangeError(
        `Cannot write ONNX: attribute ${JSON.stringify(name)} must be a number, text, tensor or graph, ` +
          `got type ${attribute.value}`,
      );
  }
}

function writeValue(message: MessageWriter, { name, elementType, shape }: OnnxValue): void {
  message.text(1, name);
  if (elementType === undefined) return;
  message.message(2, (type) =>
    type.message(1, (tensor) => {
      tensor.integer(1, elementType);
      if (shape === undefined) return;
      tensor.message(2, (sizes) => {
        for (const size of shape) {
          sizes.message(1, (inner) => {
            if (typeof size === "number") inner.integer(1, size);
            else if (size !== "") inner.text(2, size);
          });
        }
      });
    }));
}
