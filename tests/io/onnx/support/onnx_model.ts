import type { OnnxAttribute, OnnxModel, OnnxNode } from "../../../../lib/io/onnx/mod.ts";

/** A node, with `value` as the numbers of a constant. */
export function onnxNode(
  operator: string,
  inputs: readonly string[],
  outputs: readonly string[],
  { name = "", domain = "", value, integers = {} }: {
    name?: string;
    domain?: string;
    value?: readonly number[];
    integers?: Readonly<Record<string, number | readonly number[]>>;
  } = {},
): OnnxNode {
  const attributes = new Map<string, OnnxAttribute>();
  if (value) {
    const bytes = new Uint8Array(Float32Array.from(value).buffer);
    attributes.set("value", {
      kind: "tensor",
      value: { name: "", shape: [value.length], elementType: 1, bytes },
    });
  }
  for (const [key, given] of Object.entries(integers)) {
    attributes.set(
      key,
      typeof given === "number" ? { kind: "integer", value: given } : { kind: "integers", value: given },
    );
  }
  return { operator, domain, name, inputs, outputs, attributes };
}

/** A model from `x` `[N, 2]` to `y`, or to other outputs. */
export function onnxModel(
  nodes: readonly OnnxNode[],
  { operatorSet = 17, outputs = ["y"] }: { operatorSet?: number; outputs?: readonly string[] } = {},
): OnnxModel {
  return {
    formatVersion: 8,
    producer: "test",
    operatorSets: new Map([["", operatorSet]]),
    metadata: new Map(),
    functions: [],
    graph: {
      name: "g",
      nodes,
      initializers: new Map(),
      inputs: [{ name: "x", elementType: 1, shape: ["N", 2] }],
      outputs: outputs.map((name) => ({ name, elementType: 1, shape: undefined })),
      values: [],
    },
  };
}
