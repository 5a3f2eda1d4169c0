import type { OnnxModel, OnnxTensor } from "../io/mod.ts";
import { knownTensor } from "../io/onnx/import/import_value.ts";
import { failure } from "../io/failure.ts";
import { contiguous, type NumericArray, type Tensor, tensor } from "../tensor/mod.ts";
import { UnsupportedLayerError } from "../errors.ts";
import type { EngineSession } from "./engine.ts";
import { REFERENCE_OPERATORS, type Settings } from "./reference_operators.ts";

/** A compiled model on the reference engine: every operator in float64, one after the other. */
export function referenceSession(model: OnnxModel): EngineSession {
  const fail = failure("ONNX", undefined);
  const constant = (value: OnnxTensor): Tensor => {
    const { data, shape } = knownTensor(value, fail);
    return tensor(Float64Array.from(data as ArrayLike<number>), shape);
  };
  const { nodes, initializers, outputs } = model.graph;
  const steps = nodes.map((node) => {
    const operator = node.domain === "" ? REFERENCE_OPERATORS[node.operator] : undefined;
    if (operator === undefined) {
      throw new UnsupportedLayerError(
        `Cannot run node ${
          JSON.stringify(node.name)
        } (${node.operator}) on the reference engine: the operator must be one that compiled models are written in`,
        { layer: node.name },
      );
    }
    const settings: Record<string, Settings[string]> = {};
    for (const [name, attribute] of node.attributes) {
      if (attribute.kind === "integer" || attribute.kind === "float" || attribute.kind === "integers") {
        settings[name] = attribute.value;
      }
    }
    return { ...node, operator, settings };
  });
  const constants = [...initializers].map(([name, value]) => [name, constant(value)] as const);
  return {
    info: { name: "reference", version: "", threads: 1, precision: "float64" },
    run: (inputs) => {
      const values = new Map<string, Tensor>(constants);
      for (const [name, array] of Object.entries(inputs)) {
        values.set(name, tensor(contiguous(array), array.shape));
      }
      for (const step of steps) {
        const results = step.operator(step.inputs.map((name) => values.get(name)!), step.settings);
        const list: readonly Tensor[] = Array.isArray(results) ? results : [results as Tensor];
        list.forEach((result, i) => values.set(step.outputs[i] ?? "", result));
      }
      return Promise.resolve(
        Object.fromEntries(outputs.map(({ name }) => [name, values.get(name)! as NumericArray])),
      );
    },
    release: () => Promise.resolve(),
  };
}
