import { eagerOps } from "../eager.ts";
import { filled, floats, foldable } from "./lazy.ts";
import { stagedValue } from "./make_value.ts";
import { sameShape, type Size } from "./size.ts";
import type { StagedGraph } from "./staged_graph.ts";
import { type Facts, signOf, type StagedValue, uniformNumber } from "./staged_value.ts";

/** The same numbers under other sizes, which are known to fit. */
export function reshaped(graph: StagedGraph, x: StagedValue, shape: readonly Size[]): StagedValue {
  const { facts } = x;
  if (!graph.optimize) return emitted(graph, floats(graph, x), shape, { sign: signOf(x) });
  if (sameShape(x.shape, shape)) return x;
  const number = uniformNumber(x);
  if (number !== undefined) return filled(graph, number, shape);
  if (facts.reshapeOf) return reshaped(graph, facts.reshapeOf, shape);
  if (foldable([x])) return graph.constant(eagerOps.reshape(facts.data!, shape as number[]));
  if (facts.choice) {
    const condition = emitted(graph, facts.choice.condition, shape, {});
    const choice = { ...facts.choice, condition };
    return stagedValue({ name: "", shape, type: "float", facts: { choice, reshapeOf: x } });
  }
  return emitted(graph, floats(graph, x), shape, { sign: signOf(x), reshapeOf: x });
}

function emitted(graph: StagedGraph, x: StagedValue, shape: readonly Size[], facts: Facts): StagedValue {
  // 0 keeps a size, one -1 takes what is left; only a second open size has to be looked up.
  let open = false;
  const codes = shape.map((size, axis) => {
    if (typeof size === "number") return size;
    if (x.shape[axis] === size) return 0;
    if (open) return undefined;
    open = true;
    return -1;
  });
  const sizes = codes.every((code) => code !== undefined) ? graph.integers(codes) : graph.shapeValue(shape);
  return graph.emit("Reshape", [x, sizes], { shape, type: x.type, facts });
}
