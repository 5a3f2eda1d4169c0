import type { OnnxAttribute, OnnxNode } from "../model.ts";
import type { GraphIndex } from "./graph_index.ts";
import { axisOf, isAbout, madeBy, otherInput } from "./pattern_parts.ts";

/** A node that stands for several. */
function standIn(
  last: OnnxNode,
  operator: string,
  inputs: readonly string[],
  attributes: Record<string, OnnxAttribute> = {},
): OnnxNode {
  return { ...last, operator, domain: "", inputs, attributes: new Map(Object.entries(attributes)) };
}

/** `(x - mean x) / √(mean (x - mean x)² + ε)`, perhaps `· weights + bias`, as layer normalization. */
function layerNormAt(graph: GraphIndex, quotient: OnnxNode): OnnxNode | undefined {
  if (quotient.operator !== "Div") return undefined;
  const difference = madeBy(graph, quotient.inputs[0], "Sub");
  const mean = madeBy(graph, difference?.inputs[1], "ReduceMean");
  const x = difference?.inputs[0];
  if (!difference || !mean || mean.inputs[0] !== x || x === undefined) return undefined;
  const root = rootMeanSquare(graph, quotient.inputs[1]);
  const inner = root && madeBy(graph, root.of, "Sub");
  if (!root || !inner || inner.inputs[0] !== x) return undefined;
  if (madeBy(graph, inner.inputs[1], "ReduceMean")?.inputs[0] !== x) return undefined;
  const axis = axisOf(graph, mean);
  if (axis === undefined || axis !== root.axis) return undefined;
  const { last, weights, bias } = affine(graph, quotient);
  const inputs = [x, ...bias ? [weights!, bias] : weights ? [weights] : []];
  return standIn(last, "LayerNormalization", inputs, attributes(axis, root.epsilon));
}

/** `x / √(mean x² + ε) · weights`, or the same with a reciprocal, as root-mean-square normalization. */
function rmsNormAt(graph: GraphIndex, node: OnnxNode): OnnxNode | undefined {
  let [x, divisor]: (string | undefined)[] = [];
  if (node.operator === "Div") [x, divisor] = node.inputs;
  else if (node.operator === "Mul") {
    const at = node.inputs.findIndex((name) => graph.makerOf(name)?.operator === "Reciprocal");
    if (at < 0) return undefined;
    divisor = graph.makerOf(node.inputs[at]!)!.inputs[0];
    x = node.inputs[1 - at];
  }
  const root = divisor === undefined ? undefined : rootMeanSquare(graph, divisor);
  if (!root || x === undefined || root.of !== x) return undefined;
  const scaling = graph.onlyReaderOf(node.outputs[0]!);
  const weights = scaling?.operator === "Mul" ? otherInput(scaling, node.outputs[0]!) : undefined;
  const found = weights !== undefined && graph.isConstant(weights);
  return standIn(
    found ? scaling! : node,
    "RMSNormalization",
    found ? [x, weights] : [x],
    attributes(root.axis, root.epsilon),
  );
}

function attributes(axis: number, epsilon: number): Record<string, OnnxAttribute> {
  return { axis: { kind: "integer", value: axis }, epsilon: { kind: "float", value: epsilon } };
}

/** `√(mean v² + ε)`: what v is, over which axis, and ε. */
function rootMeanSquare(
  graph: GraphIndex,
  name: string | undefined,
): { of: string; axis: number; epsilon: number } | undefined {
  const sum = madeBy(graph, madeBy(graph, name, "Sqrt")?.inputs[0], "Add");
  const at = sum?.inputs.findIndex((input) => graph.scalar(input) !== undefined) ?? -1;
  if (!sum || at < 0) return undefined;
  const mean = madeBy(graph, sum.inputs[1 - at], "ReduceMean");
  const axis = mean && axisOf(graph, mean);
  const square = mean && graph.makerOf(mean.inputs[0]!);
  if (!square || axis === undefined) return undefined;
  const [base, exponent] = square.inputs;
  const isSquare = square.operator === "Pow" && graph.scalar(exponent) === 2 ||
    square.operator === "Mul" && base === exponent;
  return isSquare ? { of: base!, axis, epsilon: graph.scalar(sum.inputs[at])! } : undefined;
}

/** The multiplication with and addition of constants that follow a node. */
function affine(graph: GraphIndex, node: OnnxNode): { last: OnnxNode; weights?: string; bias?: string } {
  const scaling = graph.onlyReaderOf(node.outputs[0]!);
  const weights = scaling?.operator === "Mul" ? otherInput(scaling, node.outputs[0]!) : undefined;
  if (!scaling || weights === undefined || !graph.isConstant(weights)) return { last: node };
  const shift = graph.onlyReaderOf(scaling.outputs[0]!);
  const bias = shift?.operator === "Add" ? otherInput(shift, scaling.outputs[0]!) : undefined;
  if (!shift || bias === undefined || !graph.isConstant(bias)) return { last: scaling, weights };
  return { last: shift, weights, bias };
}

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

/** The nodes with those that exporters take apart put together again: normalizations, GELU, SiLU. */
export function withPatterns(graph: GraphIndex): OnnxNode[] {
  const replaced = new Map<string, OnnxNode>();
  for (const node of graph.nodes) {
    for (const find of [layerNormAt, rmsNormAt, geluAt, siluAt, softplusAt]) {
      const found = find(graph, node);
      if (found) {
        replaced.set(found.outputs[0]!, found);
        break;
      }
    }
  }
  return graph.nodes.map((node) => replaced.get(node.outputs[0]!) ?? node);
}
