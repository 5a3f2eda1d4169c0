import { assertEquals } from "@std/assert";
import { type Ops, StagedGraph, stagedOps, type StagedValue } from "../../lib/ops/mod.ts";

/** The operators that a computation needs. */
function operators(
  compute: (ops: Ops<StagedValue>, x: StagedValue, y: StagedValue) => StagedValue,
): string[] {
  const graph = new StagedGraph();
  const [x, y] = ["x", "y"].map((name) => graph.input(name, ["N", 4, 6]));
  const { nodes } = graph.neededFor([compute(stagedOps(graph), x!, y!)]);
  return nodes.map(({ operator }) => operator);
}

const under = (ops: Ops<StagedValue>, ...values: StagedValue[]): StagedValue[] =>
  values.map((value) => ops.reshape(value, [0, 4, 2, 3]));

Deno.test("functions of values that all got the same other sizes are computed under the old ones", () => {
  const back = (ops: Ops<StagedValue>, value: StagedValue): StagedValue => ops.reshape(value, [0, 4, 6]);
  assertEquals(
    operators((ops, x, y) => {
      const [a, b] = under(ops, x, y);
      const sum = ops.add(ops.multiply(a!, 2), ops.exp(b!));
      return back(ops, ops.divide(a!, ops.where(ops.greater(sum, 0), sum, -1)));
    }),
    ["Mul", "Exp", "Add", "Greater", "Where", "Div"],
  );
});

Deno.test("the new sizes come where they are asked for, once", () => {
  assertEquals(
    operators((ops, x, y) => {
      const [a, b] = under(ops, x, y);
      return ops.sum(ops.add(a!, b!), [3]);
    }),
    ["Add", "Reshape", "ReduceSum"],
  );
});

Deno.test("values that got other sizes in different ways are computed under the new ones", () => {
  assertEquals(
    operators((ops, x, y) => ops.add(ops.reshape(x, [-1]), ops.reshape(ops.transpose(y, [1, 0, 2]), [-1])))
      .sort(),
    ["Add", "Reshape", "Reshape", "Transpose"],
  );
});
