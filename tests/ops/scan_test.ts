import { assertEquals } from "@std/assert";
import { ShapeError } from "../../lib/errors.ts";
import { eagerOps, type Ops, type Size, StagedGraph, type StagedNode, stagedOps } from "../../lib/ops/mod.ts";
import { randomGenerator } from "../../lib/random.ts";
import { contiguous, tensor } from "../../lib/tensor/mod.ts";
import { assertClose } from "../support/assert_close.ts";
import { assertMessage } from "../support/assert_message.ts";
import { randomTensor } from "../support/layer_cases.ts";
import { runStaged } from "../support/run_staged.ts";

/** Sums up to each step, and each step less the sum before it. */
function sums<T>(ops: Ops<T>, x: T, start: T, backwards: boolean): readonly T[] {
  const { states, outputs } = ops.scan({ inputs: [x], states: [start], backwards }, ([row], [before]) => {
    const sum = ops.add(before!, row!);
    return { states: [sum], outputs: [sum, ops.subtract(row!, before!)] };
  });
  return [...states, ...outputs];
}

Deno.test("scan() goes over steps from either end, by hand", () => {
  const [x, start] = [tensor([[1], [2], [4]]), tensor([10])];
  const forward = sums(eagerOps, x, start, false).map((part) => [...contiguous(part)]);
  assertEquals(forward, [[17], [11, 13, 17], [-9, -9, -9]]); // 1 - 10, 2 - 11, 4 - 13
  const backward = sums(eagerOps, x, start, true).map((part) => [...contiguous(part)]);
  assertEquals(backward, [[17], [17, 16, 14], [-15, -12, -6]]); // 4 - 10, 2 - 14, 1 - 16
});

/** A step that reads values around it, gives what is the same in every step, and exchanges its states. */
function winding<T>(ops: Ops<T>, x: T, weights: T, backwards: boolean): readonly T[] {
  const start = ops.matmul(
    ops.reshape(ops.slice(x, 0, 0, 1), ops.shape(x).slice(1)),
    ops.constant(tensor([[0, 0], [0, 0], [0, 0]])),
  );
  const { states, outputs } = ops.scan(
    { inputs: [x, ops.exp(x)], states: [start, ops.add(start, 1)], backwards },
    ([row, positive], [a, b]) => {
      const outside = ops.tanh(weights);
      const next = ops.tanh(ops.add(ops.matmul(row!, outside), a!));
      const gate = ops.greater(next, b!);
      return {
        states: [b!, next],
        outputs: [
          next,
          a!,
          next,
          ops.maximum(positive!, 0),
          outside,
          ops.multiply(next, 0),
          ops.multiply(gate, next),
          gate,
        ],
      };
    },
  );
  return [...states, ...outputs];
}

Deno.test("a staged scan is what the reference engine does, from either end, whether nodes are saved or not", () => {
  const random = randomGenerator(4);
  for (const steps of [1, 2, 5]) {
    for (const backwards of [false, true]) {
      const [x, weights] = [randomTensor(random, [steps, 4, 3]), randomTensor(random, [3, 2])];
      const expected = winding(eagerOps, x, weights, backwards);
      for (const optimize of [true, false]) {
        for (const size of [["T", "N", 3], [steps, 4, 3]] as Size[][]) {
          const graph = new StagedGraph({ optimize });
          const staged = [graph.input("x", size), graph.input("w", [3, 2])] as const;
          const results = winding(stagedOps(graph), ...staged, backwards);
          const { values } = runStaged(graph, { x, w: weights }, results);
          values.forEach((value, i) => assertClose(value, expected[i]!, { absolute: 1e-15 }));
        }
      }
    }
  }
});

const body = (nodes: readonly StagedNode[]): StagedNode => nodes.find(({ body }) => body)!;

Deno.test("a step holds what is read of it, once, and nothing that does not depend on it", () => {
  const graph = new StagedGraph();
  const ops = stagedOps(graph);
  const [x, weights] = [graph.input("x", ["T", "N", 3]), graph.input("w", [3, 2])];
  const first = winding(ops, x, weights, false);
  const second = winding(ops, x, weights, false);
  assertEquals(first.map(({ name }) => name), second.map(({ name }) => name));
  const { nodes } = graph.neededFor([first[2]!]);
  const scans = nodes.filter(({ operator }) => operator === "Scan");
  assertEquals(scans.length, 1);
  // Two states and one result are left; the exponential is not read, tanh(w) is computed once around the steps.
  assertEquals([scans[0]!.inputs.length, scans[0]!.outputs.length], [3, 3]);
  assertEquals(scans[0]!.body!.nodes.map(({ operator }) => operator), [
    "MatMul",
    "Add",
    "Tanh",
    "Identity",
    "Identity",
  ]);
  assertEquals(nodes.filter(({ operator }) => operator === "Tanh" || operator === "Exp").length, 1);
  const back = winding(ops, x, weights, true);
  assertEquals(
    graph.neededFor([first[2]!, back[2]!]).nodes.filter(({ operator }) => operator === "Scan").length,
    2,
  );
});

Deno.test("a scan reads at least one value step by step, also where its step reads none", () => {
  const graph = new StagedGraph();
  const ops = stagedOps(graph);
  const x = graph.input("x", ["T", 2]);
  const count = ops.scan(
    { inputs: [x], states: [ops.constant(tensor([0, 0]))], backwards: false },
    (_, [before]) => ({ states: [ops.add(before!, 1)], outputs: [] }),
  );
  const { values, nodes } = runStaged(graph, { x: tensor([[1, 1], [1, 1], [1, 1]]) }, count.states);
  assertEquals([...contiguous(values[0]!)], [3, 3]);
  assertEquals(body(nodes).inputs.length, 2);
});

Deno.test("a scan within a scan", () => {
  const double = <T>(ops: Ops<T>, x: T, like: T): T =>
    ops.scan({ inputs: [x], states: [like], backwards: false }, ([row], [before]) => {
      const inner = ops.scan({ inputs: [row!], states: [before!], backwards: true }, ([cell], [sum]) => {
        const next = ops.add(ops.multiply(sum!, 0.5), ops.add(cell!, before!));
        return { states: [next], outputs: [] };
      });
      return { states: inner.states, outputs: inner.states };
    }).outputs[0]!;
  const [x, start] = [randomTensor(randomGenerator(2), [3, 2, 4]), tensor([1, 2, 3, 4])];
  const expected = double(eagerOps, x, start);
  for (const optimize of [true, false]) {
    const graph = new StagedGraph({ optimize });
    const staged = double(stagedOps(graph), graph.input("x", ["T", "S", 4]), graph.input("s", [4]));
    assertClose(runStaged(graph, { x, s: start }, [staged]).values[0]!, expected, { absolute: 1e-15 });
  }
});

Deno.test("a scan says what does not fit", () => {
  const graph = new StagedGraph();
  const ops = stagedOps(graph);
  const [x, y] = [graph.input("x", ["T", 2]), graph.input("y", ["S", 2])];
  assertMessage(
    () =>
      ops.scan(
        { inputs: [x, y], states: [], backwards: false },
        ([row]) => ({ states: [], outputs: [row!] }),
      ),
    ShapeError,
    "Cannot scan: all values must have equally many steps, got [T, 2] and [S, 2]",
  );
  const start = ops.constant(tensor([0]));
  assertMessage(
    () =>
      ops.scan({ inputs: [x], states: [start], backwards: false }, ([row], [before]) => ({
        states: [ops.add(row!, before!)],
        outputs: [],
      })),
    ShapeError,
    "Cannot scan: a state must keep its shape [1], got [2]",
  );
  const [a, b] = [tensor([[1], [2]]), tensor([[1]])];
  assertMessage(
    () =>
      eagerOps.scan(
        { inputs: [a, b], states: [], backwards: false },
        ([row]) => ({ states: [], outputs: [row!] }),
      ),
    ShapeError,
    "Cannot scan: all values must have equally many steps, got [2, 1] and [1, 1]",
  );
});

Deno.test("on an axis of open size places may be counted from its end, and zeros be put before them", () => {
  const x = tensor([[1, 2], [3, 4], [5, 6]]);
  for (const [start, end] of [[-1, 0], [-2, -1], [-3, 0]] as const) {
    const graph = new StagedGraph();
    const ops = stagedOps(graph);
    const staged = graph.input("x", ["T", 2]);
    const part = ops.slice(staged, 0, start, end);
    const back = ops.pad(part, 0, start, staged);
    const { values } = runStaged(graph, { x }, [part, back]);
    const expected = eagerOps.slice(x, 0, 3 + start, 3 + end);
    assertEquals(values[0], expected);
    assertEquals(values[1], eagerOps.pad(expected, 0, 3 + start, x));
  }
});
