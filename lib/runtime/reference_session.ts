import type { OnnxGraph, OnnxModel, OnnxNode, OnnxTensor } from "../io/mod.ts";
import { knownTensor } from "../io/onnx/import/import_value.ts";
import { failure } from "../io/failure.ts";
import { eagerOps } from "../ops/mod.ts";
import { contiguous, type NumericArray, type Tensor, tensor } from "../tensor/mod.ts";
import { UnsupportedLayerError } from "../errors.ts";
import type { EngineSession } from "./engine.ts";
import { REFERENCE_OPERATORS, type Settings } from "./reference_operators.ts";

/** What one node makes of the values there are. */
type Step = (values: Map<string, Tensor>) => void;

/** A compiled model on the reference engine: every operator in float64, one after the other. */
export function referenceSession(model: OnnxModel): EngineSession {
  const run = graphRunner(model.graph);
  return {
    info: { name: "reference", version: "", threads: 1, precision: "float64" },
    run: (inputs) => {
      const given = Object.entries(inputs).map(([name, array]) =>
        [name, tensor(contiguous(array), array.shape)] as const
      );
      const values = run(new Map(given));
      return Promise.resolve(
        Object.fromEntries(model.graph.outputs.map(({ name }) => [name, values.get(name)! as NumericArray])),
      );
    },
    release: () => Promise.resolve(),
  };
}

/** Runs the nodes of a graph on given values; gives all values. */
function graphRunner(
  { nodes, initializers }: OnnxGraph,
): (given: Map<string, Tensor>) => Map<string, Tensor> {
  const constants = [...initializers].map(([name, value]) => [name, constantOf(value)] as const);
  const steps = nodes.map((node) => node.operator === "Scan" ? scanStep(node) : plainStep(node));
  return (given) => {
    const values = new Map([...given, ...constants]);
    for (const step of steps) step(values);
    return values;
  };
}

function constantOf(value: OnnxTensor): Tensor {
  const { data, shape } = knownTensor(value, failure("ONNX", undefined));
  return tensor(Float64Array.from(data as ArrayLike<number>), shape);
}

function plainStep({ operator: name, domain, inputs, outputs, attributes, ...node }: OnnxNode): Step {
  const operator = domain === "" ? REFERENCE_OPERATORS[name] : undefined;
  if (operator === undefined) {
    throw new UnsupportedLayerError(
      `Cannot run node ${
        JSON.stringify(node.name)
      } (${name}) on the reference engine: the operator must be one that compiled models are written in`,
      { layer: node.name },
    );
  }
  const settings: Record<string, Settings[string]> = {};
  for (const [key, attribute] of attributes) {
    if (attribute.kind === "integer" || attribute.kind === "float" || attribute.kind === "integers") {
      settings[key] = attribute.value;
    }
  }
  return (values) => {
    const results = operator(inputs.map((input) => values.get(input)!), settings);
    const list: readonly Tensor[] = Array.isArray(results) ? results : [results as Tensor];
    list.forEach((result, i) => values.set(outputs[i] ?? "", result));
  };
}

/** A step over the first axis of values, as compiled models have it: all inputs and outputs in one direction. */
function scanStep({ inputs, outputs, attributes }: OnnxNode): Step {
  const { value: body } = attributes.get("body") as { value: OnnxGraph };
  const { value: count } = attributes.get("num_scan_inputs") as { value: number };
  const { value: directions } = attributes.get("scan_input_directions") as { value: readonly number[] };
  const states = inputs.length - count;
  const run = graphRunner(body);
  return (values) => {
    const given = inputs.map((name) => values.get(name)!);
    const result = eagerOps.scan(
      { inputs: given.slice(states), states: given.slice(0, states), backwards: directions[0] === 1 },
      (rows, before) => {
        const here = new Map(values);
        [...before, ...rows].forEach((value, i) => here.set(body.inputs[i]!.name, value));
        const done = run(here);
        const all = body.outputs.map(({ name }) => done.get(name)!);
        return { states: all.slice(0, states), outputs: all.slice(states) };
      },
    );
    [...result.states, ...result.outputs].forEach((value, i) => values.set(outputs[i]!, value));
  };
}
