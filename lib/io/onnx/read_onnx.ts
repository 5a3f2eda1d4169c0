import { described } from "../../described.ts";
import { type Failure, failure, type ReadOptions } from "../failure.ts";
import { decodeGraph } from "./decode_graph.ts";
import { decodeEntry } from "./decode_tensor.ts";
import { MessageReader } from "./message_reader.ts";
import type { OnnxGraph, OnnxModel } from "./model.ts";

/**
 * Reads an ONNX model: what the file says, and nothing about what it means.
 *
 * Large tensors stay views of `bytes`, so that a model is held once, whatever its size. Numbers in other files stay
 * there; {@linkcode readOnnxFile} fetches them.
 *
 * @throws {FormatError} If the bytes are no such file, or are cut short or changed in a way that shows.
 *
 * @example What is in a model
 * ```ts
 * import { readOnnx, writeOnnx } from "@relprop/lrp/io";
 * import { assertEquals } from "@std/assert";
 *
 * const node = { operator: "Relu", domain: "", name: "", inputs: ["x"], outputs: ["y"], attributes: new Map() };
 * const value = (name: string) => ({ name, elementType: 1, shape: ["N", 2] });
 * const graph = {
 *   name: "g", nodes: [node], initializers: new Map(), inputs: [value("x")], outputs: [value("y")], values: [],
 * };
 * const bytes = writeOnnx({
 *   formatVersion: 8, producer: "hand", operatorSets: new Map([["", 17]]), graph, metadata: new Map(), functions: [],
 * });
 * assertEquals(readOnnx(bytes).graph.nodes[0].operator, "Relu");
 * ```
 *
 * @see https://github.com/onnx/onnx/blob/main/onnx/onnx.proto
 */
export function readOnnx(bytes: Uint8Array, { path }: ReadOptions = {}): OnnxModel {
  if (!(bytes instanceof Uint8Array)) {
    throw new TypeError(`Cannot read ONNX: it must be given as a Uint8Array, got ${described(bytes)}`);
  }
  return decodeModel(bytes, failure("ONNX", path));
}

/** Reads a model with the errors of one file. */
export function decodeModel(bytes: Uint8Array, fail: Failure): OnnxModel {
  const message = new MessageReader(bytes, fail);
  const operatorSets = new Map<string, number>();
  const metadata = new Map<string, string>();
  const functions: string[] = [];
  let [formatVersion, producer] = [0, ""];
  let graph: OnnxGraph | undefined;
  while (message.next()) {
    switch (message.field) {
      case 1:
        formatVersion = message.integer();
        break;
      case 2:
        producer = message.text();
        break;
      case 7:
        graph = decodeGraph(message.message(), fail);
        break;
      case 8: {
        const [domain, version] = decodeOperatorSet(message.message());
        operatorSets.set(domain === "ai.onnx" ? "" : domain, version);
        break;
      }
      case 14: {
        const [key, value] = decodeEntry(message.message());
        metadata.set(key, value);
        break;
      }
      case 25:
        functions.push(decodeFunctionName(message.message()));
        break;
      default:
        message.skip();
    }
  }
  if (graph === undefined || formatVersion < 1) throw fail("the file must hold a version and a graph");
  if (operatorSets.size === 0) throw fail("the file must name the version of its operators");
  return { formatVersion, producer, operatorSets, graph, metadata, functions };
}

function decodeOperatorSet(message: MessageReader): [string, number] {
  let [domain, version] = ["", 0];
  while (message.next()) {
    if (message.field === 1) domain = message.text();
    else if (message.field === 2) version = message.integer();
    else message.skip();
  }
  return [domain, version];
}

function decodeFunctionName(message: MessageReader): string {
  let [name, domain] = ["", ""];
  while (message.next()) {
    if (message.field === 1) name = message.text();
    else if (message.field === 10) domain = message.text();
    else message.skip();
  }
  return `${domain}:${name}`;
}
