import type { Failure } from "../failure.ts";
import { decodeTensor } from "./decode_tensor.ts";
import type { MessageReader } from "./message_reader.ts";
import type { OnnxAttribute, OnnxGraph, OnnxNode, OnnxTensor, OnnxValue } from "./model.ts";

/** Reads a graph. */
export function decodeGraph(message: MessageReader, fail: Failure): OnnxGraph {
  const nodes: OnnxNode[] = [];
  const initializers = new Map<string, OnnxTensor>();
  const inputs: OnnxValue[] = [];
  const outputs: OnnxValue[] = [];
  const values: OnnxValue[] = [];
  let name = "";
  while (message.next()) {
    switch (message.field) {
      case 1:
        nodes.push(decodeNode(message.message(), fail));
        break;
      case 2:
        name = message.text();
        break;
      case 5: {
        const tensor = decodeTensor(message.message(), fail);
        initializers.set(tensor.name, tensor);
        break;
      }
      case 11:
        inputs.push(decodeValue(message.message()));
        break;
      case 12:
        outputs.push(decodeValue(message.message()));
        break;
      case 13:
        values.push(decodeValue(message.message()));
        break;
      case 15:
        throw fail(`graph ${JSON.stringify(name)} must hold no sparse constants`);
      default:
        message.skip();
    }
  }
  return { name, nodes, initializers, inputs, outputs, values };
}

function decodeNode(message: MessageReader, fail: Failure): OnnxNode {
  const inputs: string[] = [];
  const outputs: string[] = [];
  const attributes = new Map<string, OnnxAttribute>();
  let [operator, domain, name] = ["", "", ""];
  while (message.next()) {
    switch (message.field) {
      case 1:
        inputs.push(message.text());
        break;
      case 2:
        outputs.push(message.text());
        break;
      case 3:
        name = message.text();
        break;
      case 4:
        operator = message.text();
        break;
      case 5: {
        const [key, value] = decodeAttribute(message.message(), fail);
        attributes.set(key, value);
        break;
      }
      case 7:
        domain = message.text();
        break;
      default:
        message.skip();
    }
  }
  return { operator, domain, name, inputs, outputs, attributes };
}

/** The kinds of an attribute by the number that stands for them. */
const KINDS: Readonly<Record<number, OnnxAttribute["kind"]>> = {
  1: "float",
  2: "integer",
  3: "text",
  4: "tensor",
  5: "graph",
  6: "floats",
  7: "integers",
  8: "texts",
};

function decodeAttribute(message: MessageReader, fail: Failure): [string, OnnxAttribute] {
  let [name, type] = ["", 0];
  let [float, integer] = [0, 0];
  let text: Uint8Array = new Uint8Array(0);
  let tensor: OnnxTensor | undefined;
  let graph: OnnxGraph | undefined;
  const floats: number[] = [];
  const integers: number[] = [];
  const texts: Uint8Array[] = [];
  while (message.next()) {
    switch (message.field) {
      case 1:
        name = message.text();
        break;
      case 2:
        float = message.float();
        break;
      case 3:
        integer = message.integer();
        break;
      case 4:
        text = message.bytes();
        break;
      case 5:
        tensor = decodeTensor(message.message(), fail);
        break;
      case 6:
        graph = decodeGraph(message.message(), fail);
        break;
      case 7:
        message.floats(floats);
        break;
      case 8:
        message.integers(integers);
        break;
      case 9:
        texts.push(message.bytes());
        break;
      case 20:
        type = message.integer();
        break;
      default:
        message.skip();
    }
  }
  const values = { float, integer, text, tensor, graph, floats, integers, texts };
  const kind = KINDS[type];
  if (kind === undefined || kind === "other") return [name, { kind: "other", value: type }];
  const value = values[kind];
  if (value === undefined) throw fail(`attribute ${JSON.stringify(name)} must hold a ${kind}`);
  return [name, { kind, value } as OnnxAttribute];
}

/** Reads what a file says about a value: `ValueInfo { name, Type { Tensor { element type, Shape { sizes } } } }`. */
function decodeValue(message: MessageReader): OnnxValue {
  let name = "";
  let elementType: number | undefined;
  let shape: (number | string)[] | undefined;
  while (message.next()) {
    if (message.field === 1) name = message.text();
    else if (message.field === 2) {
      within(message.message(), 1, (tensor) => {
        if (tensor.field === 1) elementType = tensor.integer();
        else if (tensor.field === 2) shape = decodeShape(tensor.message());
        else tensor.skip();
      });
    } else message.skip();
  }
  return { name, elementType, shape };
}

function decodeShape(message: MessageReader): (number | string)[] {
  const shape: (number | string)[] = [];
  while (message.next()) {
    if (message.field !== 1) {
      message.skip();
      continue;
    }
    const size = message.message();
    let value: number | string = "";
    while (size.next()) {
      if (size.field === 1) value = size.integer();
      else if (size.field === 2) value = size.text();
      else size.skip();
    }
    shape.push(value);
  }
  return shape;
}

/** Visits the fields of the messages in one field. */
function within(message: MessageReader, field: number, visit: (inner: MessageReader) => void): void {
  while (message.next()) {
    if (message.field !== field) {
      message.skip();
      continue;
    }
    const inner = message.message();
    while (inner.next()) visit(inner);
  }
}
