import { stagedValue } from "./make_value.ts";
import { sameShape, type Size } from "./size.ts";
import { scalarConstant, type StagedGraph } from "./staged_graph.ts";
import { type Choice, signOf, type StagedValue } from "./staged_value.ts";

/** The number of an element type in ONNX. */
export const ELEMENT = { float: 1, integer: 7, boolean: 9 } as const;

/** A value under the shape of a larger one to which it broadcasts; no node is written before one is needed. */
export function stretched(graph: StagedGraph, value: StagedValue, shape: readonly Size[]): StagedValue {
  if (sameShape(value.shape, shape)) return value;
  if (!graph.optimize) return expanded(graph, value, shape);
  return stagedValue({ name: "", shape, type: value.type, facts: { core: value.facts.core ?? value } });
}

/** The same number everywhere. */
export function filled(graph: StagedGraph, value: number, shape: readonly Size[]): StagedValue {
  return stretched(graph, scalarConstant(graph, value), shape);
}

/** One of two numbers for each element. */
export function chosen(graph: StagedGraph, choice: Choice): StagedValue {
  const { condition, yes, no } = choice;
  const value = stagedValue({ name: "", shape: condition.shape, type: "float", facts: { choice } });
  if (graph.optimize) return yes === no ? filled(graph, yes, condition.shape) : value;
  return written(graph, value);
}

/** Values of size 1 on the last axis, one after the other. */
export function stacked(graph: StagedGraph, parts: readonly StagedValue[]): StagedValue {
  const shape = [...parts[0]!.shape.slice(0, -1), parts.length];
  const value = stagedValue({ name: "", shape, type: "float", facts: { parts } });
  return graph.optimize ? value : written(graph, value);
}

/** The value as the output of a node, a constant or an input. */
export function written(graph: StagedGraph, value: StagedValue): StagedValue {
  const { choice, core, parts } = value.facts;
  if (value.name !== "") return value;
  if (choice) {
    const { condition, yes, no } = choice;
    if (yes === 1 && no === 0) return cast(graph, condition, "float");
    const numbers = [yes, no].map((number) => scalarConstant(graph, number));
    return graph.emit("Where", [condition, ...numbers], {
      shape: value.shape,
      facts: { sign: signOf(value) },
    });
  }
  if (parts) {
    const inputs = parts.map((part) => written(graph, part));
    return graph.emit("Concat", inputs, { shape: value.shape, facts: { sign: signOf(value) } }, { axis: -1 });
  }
  return expanded(graph, written(graph, core!), value.shape);
}

function expanded(graph: StagedGraph, value: StagedValue, shape: readonly Size[]): StagedValue {
  return graph.emit("Expand", [written(graph, value), graph.shapeValue(shape)], {
    shape,
    type: value.type,
    facts: { sign: signOf(value) },
  });
}

/** A value as another element type. */
export function cast(graph: StagedGraph, value: StagedValue, type: StagedValue["type"]): StagedValue {
  if (value.type === type) return value;
  return graph.emit("Cast", [value], { shape: value.shape, type, facts: { sign: signOf(value) } }, {
    to: ELEMENT[type],
  });
}

/** A value as floats, written. */
export function floats(graph: StagedGraph, value: StagedValue): StagedValue {
  return cast(graph, written(graph, value), "float");
}

/** A float64 tensor of a staged constant's own numbers, when it is small enough to compute with at once. */
export function foldable(values: readonly StagedValue[]): boolean {
  return values.every(({ facts: { data } }) => data !== undefined && data.size <= 4096);
}
