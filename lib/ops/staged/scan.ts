import { formatShape, ShapeError } from "../../errors.ts";
import type { ScanOptions, ScanResult } from "../ops.ts";
import { filled, floats, stretched } from "./lazy.ts";
import { sameShape } from "./size.ts";
import type { StagedGraph, StagedResult } from "./staged_graph.ts";
import { signOf, type StagedValue, uniformNumber } from "./staged_value.ts";

/** One step after the other over the first axis of values: the step is written once. */
export function scan(
  graph: StagedGraph,
  { inputs, states, backwards }: ScanOptions<StagedValue>,
  step: (inputs: readonly StagedValue[], states: readonly StagedValue[]) => ScanResult<StagedValue>,
): ScanResult<StagedValue> {
  const length = inputs[0]!.shape[0]!;
  const wrong = inputs.find(({ shape }) => shape[0] !== length);
  if (wrong) {
    throw new ShapeError(
      `Cannot scan: all values must have equally many steps, got ${
        formatShape(inputs[0]!.shape as number[])
      } and ${formatShape(wrong.shape as number[])}`,
      { where: "inputs", expected: [graph.codeOf(length)], actual: [graph.codeOf(wrong.shape[0]!)] },
    );
  }
  const starts = states.map((state) => floats(graph, state));
  const read = inputs.map((input) => floats(graph, input));
  const placeholders = graph.openBody([
    ...starts.map(({ shape }): StagedResult => ({ shape })),
    ...read.map((input): StagedResult => ({
      shape: input.shape.slice(1),
      facts: { sign: signOf(input) },
    })),
  ]);
  const [before, rows] = [placeholders.slice(0, states.length), placeholders.slice(states.length)];
  const given = closedOnError(graph, () => step(rows, before));
  given.states.forEach(({ shape }, i) => requireSame(graph, starts[i]!, shape));
  // Each result has a name of its own.
  const taken = new Set<string>();
  const written = (value: StagedValue): StagedValue => {
    const made = graph.inBody(floats(graph, value), taken);
    taken.add(made.name);
    return made;
  };
  const next = given.states.map(written);
  // What is the same in every step need not be written in each.
  const wholes = given.outputs.map((output): StagedValue | undefined => {
    const shape = [length, ...output.shape];
    const number = graph.optimize ? uniformNumber(output) : undefined;
    if (number !== undefined) return filled(graph, number, shape);
    const value = floats(graph, output);
    return graph.isInBody(value) ? undefined : stretched(graph, value, shape);
  });
  const results = given.outputs.filter((_, i) => !wholes[i]).map(written);
  const body = {
    inputs: placeholders,
    outputs: [...next, ...results],
    nodes: graph.closeBody(),
    states: states.length,
  };
  const values = graph.emitScan(
    [...starts, ...read],
    [
      ...next.map(({ shape }): StagedResult => ({ shape })),
      ...results.map((value): StagedResult => ({
        shape: [length, ...value.shape],
        facts: { sign: signOf(value) },
      })),
    ],
    { backwards: backwards ? 1 : 0 },
    body,
  );
  const outputs = values.slice(states.length).values();
  return {
    states: values.slice(0, states.length),
    outputs: wholes.map((whole) => whole ?? outputs.next().value!),
  };
}

/** A step that cannot be written leaves nothing open. */
function closedOnError<R>(graph: StagedGraph, write: () => R): R {
  try {
    return write();
  } catch (error) {
    graph.closeBody();
    throw error;
  }
}

function requireSame(graph: StagedGraph, start: StagedValue, shape: StagedValue["shape"]): void {
  if (sameShape(start.shape, shape)) return;
  throw new ShapeError(
    `Cannot scan: a state must keep its shape ${formatShape(start.shape as number[])}, got ${
      formatShape(shape as number[])
    }`,
    {
      where: "states",
      expected: start.shape.map((size) => graph.codeOf(size)),
      actual: shape.map((size) => graph.codeOf(size)),
    },
  );
}
