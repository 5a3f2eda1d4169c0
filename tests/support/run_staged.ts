import {
  eagerOps,
  type StagedGraph,
  type StagedNode,
  type StagedValue,
  writtenValue,
} from "../../lib/ops/mod.ts";
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
  runNodes(nodes, values);
  return { values: written.map(({ name }) => values.get(name)!), nodes };
}

function runNodes(nodes: readonly StagedNode[], values: Map<string, Tensor>): void {
  for (const node of nodes) {
    const { operator, inputs, outputs, attributes } = node;
    const given = inputs.map((name) => values.get(name)!);
    const results = node.body
      ? scanned(node, given, values)
      : REFERENCE_OPERATORS[operator]!(given, attributes);
    const list: readonly Tensor[] = Array.isArray(results) ? results : [results as Tensor];
    list.forEach((result, i) => values.set(outputs[i] ?? "", result));
  }
}

function scanned(
  { body, attributes }: StagedNode,
  given: readonly Tensor[],
  around: ReadonlyMap<string, Tensor>,
): readonly Tensor[] {
  const { states, inputs, outputs, nodes } = body!;
  const result = eagerOps.scan(
    {
      inputs: given.slice(states),
      states: given.slice(0, states),
      backwards: attributes.backwards === 1,
    },
    (row, before) => {
      const here = new Map(around);
      [...before, ...row].forEach((value, i) => here.set(inputs[i]!.name, value));
      runNodes(nodes, here);
      const all = outputs.map(({ name }) => here.get(name)!);
      return { states: all.slice(0, states), outputs: all.slice(states) };
    },
  );
  return [...result.states, ...result.outputs];
}
