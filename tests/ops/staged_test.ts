import { assert, assertEquals } from "@std/assert";
import { UnsupportedLayerError } from "../../lib/errors.ts";
import type { Layer } from "../../lib/layers/mod.ts";
import {
  eagerOps,
  type Ops,
  type Size,
  StagedGraph,
  stagedOps,
  type StagedValue,
  writtenValue,
} from "../../lib/ops/mod.ts";
import { type RandomGenerator, randomGenerator } from "../../lib/random.ts";
import {
  alphaBetaRule,
  epsilonRule,
  flatRule,
  gammaRule,
  gradientRule,
  matmulRule,
  normalizationRule,
  passRule,
  productRule,
  type Rule,
  ruleContext,
  sharedTiesRule,
  softmaxRule,
  uniformRule,
  winnerTakeAllRule,
  wSquareRule,
  zBoxRule,
  zPlusRule,
} from "../../lib/rules/mod.ts";
import { contiguous, type Tensor, tensor } from "../../lib/tensor/mod.ts";
import { largestError } from "../support/assert_close.ts";
import { layerCases } from "../support/layer_cases.ts";
import { runStaged } from "../support/run_staged.ts";

const RULES: readonly Rule[] = [
  gradientRule(),
  passRule(),
  epsilonRule({ epsilon: 0.01 }),
  epsilonRule({ epsilon: 0.01, biasFactor: 1 }),
  epsilonRule({ stabilizer: { epsilon: 0.1, sign: "minus", clip: true } }),
  epsilonRule({ stabilizer: { epsilon: 0.1, sign: "zero", atZero: "drop", scale: "rms" } }),
  epsilonRule({ dialect: "lxt" }),
  gammaRule(),
  gammaRule({ signs: "weights", raiseBias: true }),
  alphaBetaRule({ alpha: 2, beta: 1 }),
  zPlusRule(),
  wSquareRule(),
  flatRule(),
  zBoxRule({ low: -3, high: 3 }),
  normalizationRule(),
  winnerTakeAllRule(),
  sharedTiesRule(),
  softmaxRule(),
  matmulRule(),
  matmulRule({ share: "right" }),
  productRule({ share: "half" }),
  productRule({ share: "all", signal: 0 }),
  productRule({ share: "prop" }),
  productRule({ share: "abs" }),
  uniformRule(),
];

/** Numbers of any sign, or of one sign, among them zeros and equal ones. */
function numbers(random: RandomGenerator, shape: readonly number[], kind: string): Tensor {
  const number = (): number => {
    const value = random.normal();
    if (kind === "positive") return Math.abs(value);
    return kind === "coarse" ? Math.round(value) : value;
  };
  return tensor(Float64Array.from({ length: shape.reduce((a, b) => a * b, 1) }, number), shape);
}

/** A layer forward and back under a rule, in any engine. */
function explained<T>(
  ops: Ops<T>,
  layer: Layer,
  rule: Rule,
  inputs: readonly T[],
  relevance: T,
): readonly T[] {
  const output = layer.forward(ops, inputs);
  const context = ruleContext(ops, {
    name: "layer",
    definition: layer,
    rule: rule.name,
    inputs,
    output,
    relevance,
  });
  const { inputs: shares, bias, stabilizer, lost } = rule.propagate(context);
  return [output, ...shares, ...[bias, stabilizer, lost].flatMap((part) => part === undefined ? [] : [part])];
}

/** A batch that is named where the inputs have one in common. */
function sizesOf(shapes: readonly (readonly number[])[], named: boolean): Size[][] {
  const batch = named && shapes.every((shape) => shape[0] === shapes[0]![0]);
  return shapes.map((shape) => shape.map((size, axis) => batch && axis === 0 ? "N" : size));
}

for (const { name, layer, inputs: shapes } of layerCases()) {
  Deno.test(`${name}: staged, it computes what the reference engine computes, under every rule`, () => {
    for (const rule of RULES.filter(({ families }) => families.includes(layer.family))) {
      for (const kind of ["normal", "positive", "coarse"]) {
        for (const optimize of [true, false]) {
          compare(name, layer, rule, shapes, kind, optimize);
        }
      }
    }
  });
}

function compare(
  name: string,
  layer: Layer,
  rule: Rule,
  shapes: readonly (readonly number[])[],
  kind: string,
  optimize: boolean,
): void {
  const random = randomGenerator(5);
  const tensors = shapes.map((shape) => numbers(random, shape, kind));
  const outputShape = layer.forward(eagerOps, tensors).shape;
  const relevance = numbers(random, outputShape, "normal");
  let expected: readonly Tensor[];
  try {
    expected = explained(eagerOps, layer, rule, tensors, relevance);
  } catch (error) {
    if (error instanceof UnsupportedLayerError) return;
    throw error;
  }
  if (expected.some((part) => contiguous(part).some((value) => !Number.isFinite(value)))) return;
  const graph = new StagedGraph({ optimize });
  const sizes = sizesOf(shapes, true);
  const staged = sizes.map((shape, i) => graph.input(`x${i}`, shape));
  const seedSize = sizes[0]![0] === "N" ? ["N", ...outputShape.slice(1)] : outputShape;
  const seed = graph.input("seed", seedSize);
  const results = explained(stagedOps(graph), layer, rule, staged, seed);
  const given = { ...Object.fromEntries(tensors.map((value, i) => [`x${i}`, value])), seed: relevance };
  const { values } = runStaged(graph, given, results);
  values.forEach((value, i) => {
    const error = largestError(value, expected[i]!);
    const fits = error.absolute <= 1e-12 || error.scaled <= 1e-12;
    assert(
      fits,
      `${name}, ${rule.name} ${JSON.stringify(rule.options)}, ${kind}, optimize ${optimize}, part ${i}: ${
        JSON.stringify(error)
      }`,
    );
  });
}

const kinds = (graph: StagedGraph, ...values: readonly StagedValue[]): string[] =>
  graph.neededFor(values.map((value) => writtenValue(graph, value))).nodes.map(({ operator }) => operator);

Deno.test("equal nodes are written once, unless nothing is to be saved", () => {
  for (const optimize of [true, false]) {
    const graph = new StagedGraph({ optimize });
    const ops = stagedOps(graph);
    const x = graph.input("x", ["N", 2]);
    const sum = ops.add(ops.exp(x), ops.exp(x));
    assertEquals(kinds(graph, sum), optimize ? ["Exp", "Add"] : ["Exp", "Exp", "Add"]);
  }
});

Deno.test("zeros vanish", () => {
  const graph = new StagedGraph();
  const ops = stagedOps(graph);
  const x = graph.input("x", ["N", 2]);
  const zero = ops.multiply(x, 0);
  assertEquals(ops.add(x, zero), x);
  assertEquals(ops.subtract(x, zero), x);
  assertEquals(kinds(graph, ops.add(ops.multiply(zero, x), ops.divide(zero, x))), [
    "Shape",
    "Concat",
    "Expand",
  ]);
});

Deno.test("what cannot be negative needs no branch for it", () => {
  const graph = new StagedGraph();
  const ops = stagedOps(graph);
  const x = graph.input("x", ["N", 2]);
  const y = ops.sigmoid(x);
  assertEquals(ops.maximum(y, 0), y);
  assertEquals(kinds(graph, ops.add(y, ops.minimum(y, 0))), ["Sigmoid"]);
  // 1 - 2 [z < 0] is 1, so that the stabilized denominator is z + 1e-6.
  const sign = ops.subtract(1, ops.multiply(ops.greater(0, y), 2));
  assertEquals(kinds(graph, ops.add(y, ops.multiply(sign, 1e-6))), ["Sigmoid", "Add"]);
});

Deno.test("a stabilized denominator of any sign is two nodes", () => {
  const graph = new StagedGraph();
  const ops = stagedOps(graph);
  const z = graph.input("z", ["N", 2]);
  const sign = ops.subtract(1, ops.multiply(ops.greater(0, z), 2));
  assertEquals(kinds(graph, ops.add(z, ops.multiply(sign, 1e-6))), ["Greater", "Where", "Add"]);
});

Deno.test("a residual sum is never laid side by side", () => {
  const graph = new StagedGraph();
  const ops = stagedOps(graph);
  const [a, b, relevance] = ["a", "b", "r"].map((name) => graph.input(name, ["N", 2]));
  const { layer } = layerCases().find(({ name }) => name === "add")!;
  const parts = explained(ops, layer, epsilonRule({ epsilon: 0 }), [a!, b!], relevance!);
  assertEquals(kinds(graph, ...parts.slice(0, 3)).filter((kind) => !["Reshape"].includes(kind)), [
    "Add",
    "Div",
    "Mul",
    "Mul",
  ]);
});

Deno.test("what does not depend on the input is computed for one example only", () => {
  const graph = new StagedGraph();
  const ops = stagedOps(graph);
  const x = graph.input("x", ["N", 2, 8]);
  const relevance = graph.input("r", ["N", 3, 4]);
  const { layer } = layerCases().find(({ name }) => name === "convolution 1-d")!;
  explained(ops, layer, flatRule(), [x], relevance);
  const { nodes } = graph.neededFor([explained(ops, layer, flatRule(), [x], relevance)[1]!]);
  const needsInput = new Set(["x"]);
  for (const { inputs, outputs } of nodes) {
    if (inputs.some((name) => needsInput.has(name))) outputs.forEach((name) => needsInput.add(name));
  }
  // All weights are 1 and all inputs too: only the shape of the input matters.
  assertEquals(
    nodes.filter(({ operator, outputs }) => operator === "Conv" && needsInput.has(outputs[0]!)),
    [],
  );
});
