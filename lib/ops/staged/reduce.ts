import { stagedValue } from "./make_value.ts";
import { eagerOps } from "../eager.ts";
import { axisFromFront } from "../shapes.ts";
import { ADD, MULTIPLY } from "./arithmetic.ts";
import { binary } from "./elementwise.ts";
import { filled, floats, foldable } from "./lazy.ts";
import { reshaped } from "./reshaped.ts";
import { countOf } from "./size.ts";
import type { StagedGraph } from "./staged_graph.ts";
import { signOf, type StagedValue, uniformNumber } from "./staged_value.ts";

/** Which fold over axes. */
export type Reduction = "sum" | "mean" | "max";

const OPERATORS: Readonly<Record<Reduction, string>> = {
  sum: "ReduceSum",
  mean: "ReduceMean",
  max: "ReduceMax",
};

/** Folds over axes, which stay with size 1. */
export function reduced(
  graph: StagedGraph,
  kind: Reduction,
  x: StagedValue,
  given: readonly number[],
): StagedValue {
  const axes = given.map((axis) => axisFromFront(axis, x.shape.length, "reduce")).sort((a, b) => a - b);
  const shape = x.shape.map((size, axis) => axes.includes(axis) ? 1 : size);
  if (graph.optimize) {
    const open = axes.filter((axis) => x.shape[axis] !== 1);
    if (open.length === 0) return x;
    const number = uniformNumber(x);
    const count = countOf(open.map((axis) => x.shape[axis]!));
    if (number !== undefined && (kind !== "sum" || count !== undefined)) {
      return filled(graph, kind === "sum" ? number * count! : number, shape);
    }
    const { parts, core } = x.facts;
    if (parts && kind === "sum" && open.length === 1 && open[0] === x.shape.length - 1) {
      return parts.reduce((sum, part) => binary(graph, ADD, sum, part));
    }
    // What was stretched along the axes is the same everywhere on them.
    const padded = core
      ? [...new Array<number>(x.shape.length - core.shape.length).fill(1), ...core.shape]
      : [];
    if (core && count !== undefined && open.every((axis) => padded[axis] === 1)) {
      const value = stagedValue({ ...x, shape, facts: { core } });
      return kind === "sum" ? binary(graph, MULTIPLY, value, count) : value;
    }
    if (foldable([x])) return graph.constant(eagerOps[kind](x.facts.data!, axes));
  }
  const from = floats(graph, x);
  return graph.emit(OPERATORS[kind], [from, graph.integers(axes)], {
    shape,
    facts: { sign: signOf(x), ...kind === "max" ? { maximumOf: from } : {} },
  });
}

/** Sums over what broadcasting would stretch from the shape of `like`. */
export function sumLike(graph: StagedGraph, x: StagedValue, like: StagedValue): StagedValue {
  const lead = x.shape.length - like.shape.length;
  const axes = x.shape.flatMap((size, axis) =>
    axis < lead || like.shape[axis - lead] === 1 && size !== 1 ? [axis] : []
  );
  return reshaped(graph, axes.length === 0 ? x : reduced(graph, "sum", x, axes), like.shape);
}
