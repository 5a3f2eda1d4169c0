import { formatShape, ShapeError } from "../../errors.ts";
import { filled, floats, stretched, written } from "./lazy.ts";
import { broadcastSizes, type Size } from "./size.ts";
import type { StagedGraph } from "./staged_graph.ts";
import { signOf, signOfProduct, type StagedValue, uniformNumber } from "./staged_value.ts";

/** The matrix product of the last two axes. */
export function matmul(graph: StagedGraph, a: StagedValue, b: StagedValue): StagedValue {
  const outer = broadcastSizes(a.shape.slice(0, -2), b.shape.slice(0, -2));
  if (a.shape.length < 2 || b.shape.length < 2 || a.shape.at(-1) !== b.shape.at(-2) || !outer) {
    const [expected, actual] = [a, b].map(({ shape }) => shape.map((size) => graph.codeOf(size)));
    throw new ShapeError(
      `Cannot multiply matrices: inner sizes must be equal, got ${formatShape(a.shape as number[])} and ${
        formatShape(b.shape as number[])
      }`,
      { where: "operands", expected: expected!, actual: actual! },
    );
  }
  const shape = [...outer, a.shape.at(-2)!, b.shape.at(-1)!];
  if (!graph.optimize) return product(graph, a, b, shape);
  if (uniformNumber(a) === 0 || uniformNumber(b) === 0) return filled(graph, 0, shape);
  // Rows that are all the same give results that are all the same.
  const row = b.shape.length === 2 ? withoutBatch(graph, a) : undefined;
  if (row) return stretched(graph, product(graph, row, b, [1, ...shape.slice(1)]), shape);
  return product(graph, a, b, shape);
}

function product(graph: StagedGraph, a: StagedValue, b: StagedValue, shape: readonly Size[]): StagedValue {
  const facts = graph.optimize ? { sign: signOfProduct(signOf(a), signOf(b)) } : {};
  const turned = graph.optimize ? b.facts.transposeOf : undefined;
  if (turned && a.shape.length === 2) {
    // The transposed weights are not kept a second time.
    return graph.emit("Gemm", [floats(graph, a), written(graph, turned)], { shape, facts }, { transB: 1 });
  }
  return graph.emit("MatMul", [floats(graph, a), floats(graph, b)], { shape, facts });
}

/** A value of which every example is the same, as one example; undefined where they may differ. */
export function withoutBatch(graph: StagedGraph, x: StagedValue): StagedValue | undefined {
  const { core } = x.facts;
  if (!core || x.shape[0] === 1) return undefined;
  const sameEverywhere = core.shape.length < x.shape.length || core.shape[0] === 1;
  return sameEverywhere ? written(graph, stretched(graph, core, [1, ...x.shape.slice(1)])) : undefined;
}
