import type { OnnxAttribute, OnnxModel, OnnxNode, OnnxTensor, OnnxValue } from "../io/mod.ts";
import {
  type StagedAttribute,
  type StagedBody,
  type StagedConstant,
  type StagedGraph,
  type StagedNode,
  type StagedValue,
  writtenValue,
} from "../ops/mod.ts";

/** The version of the operators that staged graphs are written in, and of the file format that goes with it. */
const OPERATOR_SET = 18;
const FORMAT = 8;
const ELEMENT = { float: 1, integer: 7, boolean: 9 } as const;
const encoder = new TextEncoder();

/** A staged graph as an ONNX model with the given outputs. */
export function onnxModel(
  graph: StagedGraph,
  inputs: readonly StagedValue[],
  outputs: ReadonlyMap<string, StagedValue>,
  metadata: Readonly<Record<string, string>>,
): OnnxModel {
  const results = [...outputs].map(([name, value]) => ({ name, value: writtenValue(graph, value) }));
  const { nodes, constants } = graph.neededFor(results.map(({ value }) => value));
  const named = results.map(({ name, value }): StagedNode => ({
    operator: "Identity",
    inputs: [value.name],
    outputs: [name],
    attributes: {},
  }));
  return {
    formatVersion: FORMAT,
    producer: "relprop",
    operatorSets: new Map([["", OPERATOR_SET]]),
    metadata: new Map(Object.entries(metadata)),
    functions: [],
    graph: {
      name: "relevance",
      nodes: [...nodes, ...named].map(onnxNode),
      initializers: new Map([...constants].map(([name, constant]) => [name, onnxTensor(name, constant)])),
      inputs: inputs.map((value) => onnxValue(value.name, value)),
      outputs: results.map(({ name, value }) => onnxValue(name, value)),
      values: [],
    },
  };
}

function onnxValue(name: string, { type, shape }: StagedValue): OnnxValue {
  // Products and sums of sizes are no names.
  const sizes = shape.map((size) => typeof size === "number" || /^[\w.]+$/.test(size) ? size : "");
  return { name, elementType: ELEMENT[type], shape: sizes };
}

function onnxNode({ operator, inputs, outputs, attributes, body }: StagedNode): OnnxNode {
  return {
    operator,
    domain: "",
    name: outputs.find((name) => name !== "") ?? "",
    inputs,
    outputs,
    attributes: body
      ? scanAttributes(body, attributes.backwards as number)
      : new Map(Object.entries(attributes).map(([name, value]) => [name, onnxAttribute(value)])),
  };
}

function scanAttributes(
  { inputs, outputs, nodes, states }: StagedBody,
  direction: number,
): Map<string, OnnxAttribute> {
  const directions = (values: readonly StagedValue[]): OnnxAttribute => ({
    kind: "integers",
    value: values.slice(states).map(() => direction),
  });
  const graph = {
    name: "step",
    nodes: nodes.map(onnxNode),
    initializers: new Map(),
    inputs: inputs.map((value) => onnxValue(value.name, value)),
    outputs: outputs.map((value) => onnxValue(value.name, value)),
    values: [],
  };
  return new Map<string, OnnxAttribute>([
    ["body", { kind: "graph", value: graph }],
    ["num_scan_inputs", { kind: "integer", value: inputs.length - states }],
    ["scan_input_directions", directions(inputs)],
    ["scan_output_directions", directions(outputs)],
  ]);
}

function onnxAttribute(value: StagedAttribute): OnnxAttribute {
  if (typeof value === "number") return { kind: "integer", value };
  return typeof value === "string"
    ? { kind: "text", value: encoder.encode(value) }
    : { kind: "integers", value };
}

function onnxTensor(name: string, constant: StagedConstant): OnnxTensor {
  if (constant.type === "integer") {
    const { values, scalar } = constant;
    const bytes = new Uint8Array(BigInt64Array.from(values, BigInt).buffer);
    return { name, shape: scalar ? [] : [values.length], elementType: ELEMENT.integer, bytes };
  }
  const { data, shape } = constant.value;
  return { name, shape, elementType: ELEMENT.float, bytes: new Uint8Array(Float32Array.from(data).buffer) };
}
