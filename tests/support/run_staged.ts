import { type StagedGraph, type StagedNode, type StagedValue, writtenValue } from "../../lib/ops/mod.ts";
import { REFERENCE_OPERATORS } from "../../lib/runtime/reference_operators.ts";
import { type Tensor, tensor } from "../../lib/tensor/mod.ts";

/** Runs a staged graph in float64, operator by operator: what an engine would compute without rounding to float32. */
export function runStaged(
  graph: StagedGraph,
  inputs: Readonly<Record<string, Tensor>>,
  outputs: readonly StagedValue[],
): { values: Tensor[]; nodes: readonly StagedNode[] } {
  const written = outputs.map((value) => writtenValue(graph, value));
  const { nodes, constants } = graph.neededFor(written);
  const values = new Map<string, Tensor>(Object.entries(inputs));
  for (const [name, constant] of constants) {
    values.set(
      name,
      constant.type === "float"
        ? constant.value
        : tensor(Float64Array.from(constant.values), constant.scalar ? [] : [constant.values.length]),
    );
  }
  for (const { operator, inputs, outputs, attributes } of nodes) {
    const results = REFERENCE_OPERATORS[operator]!(inputs.map((name) => values.get(name)!), attributes);
    const list: readonly Tensor[] = Array.isArray(results) ? results : [results as Tensor];
    list.forEach((result, i) => values.set(outputs[i] ?? "", result));
  }
  return { values: written.map(({ name }) => values.get(name)!), nodes };
}
