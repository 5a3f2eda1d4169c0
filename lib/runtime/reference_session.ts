import type { OnnxGraph, OnnxModel, OnnxNode, OnnxTensor } from "../io/mod.ts";
import { knownTensor } from "../io/onnx/import/import_value.ts";
import { failure } from "../io/failure.ts";
import { eagerOps } from "../ops/mod.ts";
import { contiguous, type NumericArray, type Tensor, tensor } from "../tensor/mod.ts";
import { formatShape, UnsupportedLayerError } from "../errors.ts";
import type { EngineSession } from "./engine.ts";
import { REFERENCE_OPERATORS, type Settings } from "./reference_operators.ts";

/** What one node makes of the values there are. */
type Step = (values: Map<string, Tensor>) => void;

/** A compiled model on the reference engine: every operator in float64, one after the other. */
export function referenceSession(model: OnnxModel): EngineSession {
  const run = graphRunner(model.graph, new Set());
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

/** The error of a node that cannot run. */
function refused(
  { name, operator }: OnnxNode,
  requirement: string,
  options?: ErrorOptions,
): UnsupportedLayerError {
  const message = `Cannot run node ${
    JSON.stringify(name)
  } (${operator}) on the reference engine: ${requirement}`;
  return Object.assign(new UnsupportedLayerError(message, { layer: name }), options);
}

/** Runs the nodes of a graph on given values; gives all values. Around a step there are values already. */
function graphRunner(
  { nodes, initializers, inputs, outputs }: OnnxGraph,
  around: ReadonlySet<string>,
): (given: Map<string, Tensor>) => Map<string, Tensor> {
  const constants = [...initializers].map(([name, value]) => [name, constantOf(value)] as const);
  const known = new Set([...around, ...initializers.keys(), ...inputs.map(({ name }) => name)]);
  const steps = nodes.map((node) => {
    const missing = node.inputs.find((name) => !known.has(name));
    if (missing !== undefined) {
      throw refused(node, `it must read values made before it, got ${JSON.stringify(missing)}`);
    }
    node.outputs.forEach((name) => known.add(name));
    return node.operator === "Scan" ? scanStep(node, known) : plainStep(node);
  });
  const open = outputs.find(({ name }) => !known.has(name));
  if (open) {
    throw failure("ONNX", undefined)(`a node must make the output ${JSON.stringify(open.name)}`);
  }
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

function plainStep(node: OnnxNode): Step {
  const { operator: name, domain, inputs, outputs, attributes } = node;
  const operator = domain === "" ? REFERENCE_OPERATORS[name] : undefined;
  if (operator === undefined) {
    throw refused(node, "the operator must be one that compiled models are written in");
  }
  const settings: Record<string, Settings[string]> = {};
  for (const [key, attribute] of attributes) {
    if (attribute.kind === "integer" || attribute.kind === "float" || attribute.kind === "integers") {
      settings[key] = attribute.value;
    }
  }
  return (values) => {
    const given = inputs.map((input) => values.get(input)!);
    let results: ReturnType<typeof operator>;
    try {
      results = operator(given, settings);
    } catch (cause) {
      // What the engine itself says about sizes is clear; the rest comes of a node that no compiler writes.
      if (cause instanceof RangeError && cause.message.startsWith("Cannot")) throw cause;
      const shapes = given.map((value) => formatShape(value.shape)).join(", ");
      throw refused(node, `its settings must fit the shapes that it reads, got ${shapes}`, { cause });
    }
    const list: readonly Tensor[] = Array.isArray(results) ? results : [results as Tensor];
    list.forEach((result, i) => values.set(outputs[i] ?? "", result));
  };
}

/** A step over the first axis of values, as compiled models have it: all inputs and outputs in one direction. */
function scanStep(node: OnnxNode, around: ReadonlySet<string>): Step {
  const { inputs, outputs } = node;
  const [body, count, directions] = ["body", "num_scan_inputs", "scan_input_directions"].map((name) =>
    node.attributes.get(name)
  );
  const read = count?.kind === "integer" ? count.value : 0;
  const states = inputs.length - read;
  const fits = body?.kind === "graph" && read >= 1 && states >= 0 &&
    body.value.inputs.length === inputs.length && body.value.outputs.length === outputs.length &&
    directions?.kind === "integers";
  if (!fits) throw refused(node, "its step must be one that compiled models are written with");
  const { value: step } = body;
  const backwards = directions.value[0] === 1;
  const run = graphRunner(step, around);
  return (values) => {
    const given = inputs.map((name) => values.get(name)!);
    const result = eagerOps.scan(
      { inputs: given.slice(states), states: given.slice(0, states), backwards },
      (rows, before) => {
        const here = new Map(values);
        [...before, ...rows].forEach((value, i) => here.set(step.inputs[i]!.name, value));
        const done = run(here);
        const all = step.outputs.map(({ name }) => done.get(name)!);
        return { states: all.slice(0, states), outputs: all.slice(states) };
      },
    );
    [...result.states, ...result.outputs].forEach((value, i) => values.set(outputs[i]!, value));
  };
}
