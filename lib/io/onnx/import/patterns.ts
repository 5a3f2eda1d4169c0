import type { OnnxNode } from "../model.ts";
import type { GraphIndex } from "./graph_index.ts";
import { layerNormAt, rmsNormAt, shiftedLayerNormAt } from "./normalization_patterns.ts";
import { isAbout, madeBy, otherInput, standIn, textOf } from "./pattern_parts.ts";

/** What stands inside the error function or the tanh of a GELU, and which of both it is. */
function geluInside(graph: GraphIndex, node: OnnxNode): { x: string; approximate: string } | undefined {
  const inner = graph.makerOf(node.inputs[0]!);
  if (!inner) return undefined;
  if (node.operator === "Erf") {
    const at = inner.inputs.findIndex((name) => graph.scalar(name) !== undefined);
    const number = graph.scalar(inner.inputs[at]);
    const right = inner.operator === "Div" && at === 1 && isAbout(number, Math.SQRT2) ||
      inner.operator === "Mul" && isAbout(number, Math.SQRT1_2);
    return right ? { x: inner.inputs[1 - at]!, approximate: "none" } : undefined;
  }
  const at = inner.inputs.findIndex((name) => isAbout(graph.scalar(name), Math.sqrt(2 / Math.PI)));
  const sum = inner.operator === "Mul" && at >= 0 ? madeBy(graph, inner.inputs[1 - at], "Add") : undefined;
  const cubic =
    sum?.inputs.findIndex((name) =>
      madeBy(graph, name, "Mul")?.inputs.some((input) => isAbout(graph.scalar(input), 0.044715))
    ) ?? -1;
  if (!sum || cubic < 0) return undefined;
  const x = sum.inputs[1 - cubic]!;
  const cubes = graph.makerOf(sum.inputs[cubic]!)!.inputs;
  return cubes.some((name) => isCube(graph, name, x)) ? { x, approximate: "tanh" } : undefined;
}

function isCube(graph: GraphIndex, name: string, x: string): boolean {
  const power = madeBy(graph, name, "Pow");
  if (power) return power.inputs[0] === x && graph.scalar(power.inputs[1]) === 3;
  const product = madeBy(graph, name, "Mul");
  const square = product?.inputs.includes(x) ? madeBy(graph, otherInput(product, x), "Mul") : undefined;
  return square !== undefined && square.inputs.every((input) => input === x);
}

/** `x · (1 + erf(x / √2)) · 0.5`, in whatever order, as GELU. */
function geluAt(graph: GraphIndex, node: OnnxNode): OnnxNode | undefined {
  if (node.operator !== "Erf" && node.operator !== "Tanh") return undefined;
  const inside = geluInside(graph, node);
  const sum = graph.onlyReaderOf(node.outputs[0]!);
  if (!inside || sum?.operator !== "Add" || graph.scalar(otherInput(sum, node.outputs[0]!)) !== 1) {
    return undefined;
  }
  const { x, approximate } = inside;
  const half = (name: string | undefined): boolean => graph.scalar(name) === 0.5;
  const first = graph.onlyReaderOf(sum.outputs[0]!);
  if (first?.operator !== "Mul") return undefined;
  const other = otherInput(first, sum.outputs[0]!);
  const halved = madeBy(graph, other, "Mul");
  let last: OnnxNode | undefined;
  if (halved && halved.inputs.includes(x) && half(otherInput(halved, x))) last = first;
  else {
    const second = graph.onlyReaderOf(first.outputs[0]!);
    const rest = second?.operator === "Mul" ? otherInput(second, first.outputs[0]!) : undefined;
    if (other === x && half(rest) || half(other) && rest === x) last = second;
  }
  if (!last) return undefined;
  const value = new TextEncoder().encode(approximate);
  return standIn(last, "Gelu", [x], { approximate: { kind: "text", value } });
}

/** `x · σ(x)` as SiLU. */
function siluAt(graph: GraphIndex, node: OnnxNode): OnnxNode | undefined {
  if (node.operator !== "Sigmoid") return undefined;
  const product = graph.onlyReaderOf(node.outputs[0]!);
  if (product?.operator !== "Mul" || otherInput(product, node.outputs[0]!) !== node.inputs[0]) {
    return undefined;
  }
  return standIn(product, "Silu", [node.inputs[0]!]);
}

/** Above this number softplus is its input, but for less than float32 tells apart. */
const SOFTPLUS_IS_IDENTITY = 20;

/** `softplus(x)` with x itself above a threshold, as softplus. */
function softplusAt(graph: GraphIndex, node: OnnxNode): OnnxNode | undefined {
  if (node.operator !== "Where") return undefined;
  const [test, x, other] = node.inputs;
  const [greater, softplus] = [madeBy(graph, test, "Greater"), madeBy(graph, other, "Softplus")];
  const threshold = graph.scalar(greater?.inputs[1]);
  if (greater?.inputs[0] !== x || softplus?.inputs[0] !== x || threshold === undefined) return undefined;
  return threshold >= SOFTPLUS_IS_IDENTITY ? standIn(node, "Softplus", [x!]) : undefined;
}

/** Whether a value is `x < 0`, of x itself or of x as another type. */
function isNegativeTest(graph: GraphIndex, name: string | undefined, x: string): boolean {
  const less = madeBy(graph, name, "Less");
  const left = madeBy(graph, less?.inputs[0], "Cast")?.inputs[0] ?? less?.inputs[0];
  return left === x && graph.scalar(less?.inputs[1]) === 0;
}

/** `x` where it is no number below 0, which counts from the end: in a lookup of tokens there are none. */
function unwrapped(graph: GraphIndex, name: string | undefined): string | undefined {
  const choice = madeBy(graph, name, "Where");
  if (choice && isNegativeTest(graph, choice.inputs[0], choice.inputs[2]!)) return choice.inputs[2];
  const products = madeBy(graph, name, "Add")?.inputs.map((input) => madeBy(graph, input, "Mul"));
  for (const product of products ?? []) {
    const gate = product?.inputs.findIndex((input) => madeBy(graph, input, "Cast")) ?? -1;
    const test = gate < 0
      ? undefined
      : madeBy(graph, madeBy(graph, product!.inputs[gate], "Cast")!.inputs[0], "Not");
    const x = gate < 0 ? undefined : product!.inputs[1 - gate];
    if (test && x !== undefined && isNegativeTest(graph, test.inputs[0], x)) return x;
  }
}

/** A lookup by numbers that TensorFlow wraps around the table. */
function lookupAt(graph: GraphIndex, node: OnnxNode): OnnxNode | undefined {
  const rows = node.operator === "Gather" ? unwrapped(graph, node.inputs[1]) : undefined;
  return rows === undefined ? undefined : { ...node, inputs: [node.inputs[0]!, rows] };
}

/** Probabilities that add up to 1 already, divided by their sum. */
function normalizerAt(graph: GraphIndex, node: OnnxNode): OnnxNode | undefined {
  if (node.operator !== "Normalizer" || textOf(node, "norm") !== "L1") return undefined;
  const maker = graph.makerOf(node.inputs[0]!);
  const sums = maker?.operator === "Softmax" ||
    maker?.operator === "LinearClassifier" && textOf(maker, "post_transform") === "SOFTMAX";
  return sums ? standIn(node, "Identity", node.inputs) : undefined;
}

/** The nodes with those that exporters take apart put together again: normalizations, GELU, SiLU. */
export function withPatterns(graph: GraphIndex): OnnxNode[] {
  const replaced = new Map<string, OnnxNode>();
  for (const node of graph.nodes) {
    for (
      const find of [
        layerNormAt,
        shiftedLayerNormAt,
        rmsNormAt,
        geluAt,
        siluAt,
        softplusAt,
        lookupAt,
        normalizerAt,
      ]
    ) {
      const found = find(graph, node);
      if (found) {
        replaced.set(found.outputs[0]!, found);
        break;
      }
    }
  }
  return graph.nodes.map((node) => replaced.get(node.outputs[0]!) ?? node);
}
