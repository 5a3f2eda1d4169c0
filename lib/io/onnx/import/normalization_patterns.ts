import type { OnnxAttribute, OnnxNode } from "../model.ts";
import type { GraphIndex } from "./graph_index.ts";
import { axisOf, madeBy, otherInput, standIn } from "./pattern_parts.ts";

/** `(x - mean x) / √(mean (x - mean x)² + ε)`, perhaps `· weights + bias`, as layer normalization. */
export function layerNormAt(graph: GraphIndex, quotient: OnnxNode): OnnxNode | undefined {
  if (quotient.operator !== "Div") return undefined;
  const difference = madeBy(graph, quotient.inputs[0], "Sub");
  const mean = meanAt(graph, difference?.inputs[1]);
  const x = difference?.inputs[0];
  if (!difference || !mean || mean.of !== x || x === undefined) return undefined;
  const root = rootMeanSquare(graph, quotient.inputs[1]);
  const inner = root && madeBy(graph, root.of, "Sub");
  if (!root || !inner || inner.inputs[0] !== x) return undefined;
  if (meanAt(graph, inner.inputs[1])?.of !== x) return undefined;
  const { axis } = mean;
  if (axis !== root.axis) return undefined;
  const { last, weights, bias } = affine(graph, quotient);
  const inputs = [x, ...bias ? [weights!, bias] : weights ? [weights] : []];
  return standIn(last, "LayerNormalization", inputs, attributes(axis, root.epsilon));
}

/** `x k + (bias - mean x · k)` with `k = weights / √(mean (x - mean x)² + ε)`, as TensorFlow has it. */
export function shiftedLayerNormAt(graph: GraphIndex, sum: OnnxNode): OnnxNode | undefined {
  if (sum.operator !== "Add") return undefined;
  for (const [scaled, shift] of [sum.inputs, sum.inputs.toReversed()]) {
    const product = madeBy(graph, scaled, "Mul");
    for (const [x, factor] of product ? [product.inputs, product.inputs.toReversed()] : []) {
      const found = factorOf(graph, x!, factor);
      const bias = found && biasBehind(graph, shift, [found.mean, factor!]);
      if (!found || bias === undefined) continue;
      const inputs = [x!, found.weights, bias];
      return standIn(sum, "LayerNormalization", inputs, attributes(found.axis, found.epsilon));
    }
  }
}

/** `weights / √(mean (x - mean x)² + ε)`. */
function factorOf(
  graph: GraphIndex,
  x: string,
  name: string | undefined,
): { weights: string; mean: string; axis: number; epsilon: number } | undefined {
  const product = madeBy(graph, name, "Mul");
  const inverse = product?.inputs.find((input) => madeBy(graph, input, "Reciprocal"));
  const root = inverse && rootMeanSquare(graph, madeBy(graph, inverse, "Reciprocal")!.inputs[0]);
  const difference = root && madeBy(graph, root.of, "Sub");
  if (!difference || difference.inputs[0] !== x) return undefined;
  const mean = difference.inputs[1]!;
  const weights = otherInput(product!, inverse!)!;
  if (meanAt(graph, mean)?.of !== x || !graph.isConstant(weights)) return undefined;
  return { weights, mean, axis: root.axis, epsilon: root.epsilon };
}

/** The constant in `bias + (-mean) · factor`. */
function biasBehind(
  graph: GraphIndex,
  name: string | undefined,
  [mean, factor]: readonly [string, string],
): string | undefined {
  const sum = madeBy(graph, name, "Add");
  const at = sum?.inputs.findIndex((input) => madeBy(graph, input, "Mul")) ?? -1;
  const product = at < 0 ? undefined : madeBy(graph, sum!.inputs[at], "Mul")!;
  if (!product?.inputs.includes(factor)) return undefined;
  const negative = madeBy(graph, otherInput(product, factor), "Neg");
  const bias = sum!.inputs[1 - at]!;
  return negative?.inputs[0] === mean && graph.isConstant(bias) ? bias : undefined;
}

/** `x / √(mean x² + ε) · weights`, or the same with a reciprocal, as root-mean-square normalization. */
export function rmsNormAt(graph: GraphIndex, node: OnnxNode): OnnxNode | undefined {
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

/** A mean over one axis, or over all from the third on. */
function meanAt(graph: GraphIndex, name: string | undefined): { of: string; axis: number } | undefined {
  const mean = madeBy(graph, name, "ReduceMean");
  const axis = mean ? axisOf(graph, mean) : 2;
  const node = mean ?? madeBy(graph, name, "GlobalAveragePool");
  return node && axis !== undefined ? { of: node.inputs[0]!, axis } : undefined;
}

/** `√(mean v² + ε)`: what v is, over which axis, and ε. */
function rootMeanSquare(
  graph: GraphIndex,
  name: string | undefined,
): { of: string; axis: number; epsilon: number } | undefined {
  const sum = madeBy(graph, madeBy(graph, name, "Sqrt")?.inputs[0], "Add");
  const at = sum?.inputs.findIndex((input) => graph.scalar(input) !== undefined) ?? -1;
  if (!sum || at < 0) return undefined;
  const mean = meanAt(graph, sum.inputs[1 - at]);
  const square = mean && graph.makerOf(mean.of);
  if (!square) return undefined;
  const [base, exponent] = square.inputs;
  const isSquare = square.operator === "Pow" && graph.scalar(exponent) === 2 ||
    square.operator === "Mul" && base === exponent;
  return isSquare ? { of: base!, axis: mean.axis, epsilon: graph.scalar(sum.inputs[at])! } : undefined;
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
