import { add, matmul, multiply, scale, softmax } from "../../../layers/mod.ts";
import { contiguous, type NumericArray, tensor } from "../../../tensor/mod.ts";
import type { OnnxNode } from "../model.ts";
import type { ImportValue, Signal } from "./import_value.ts";
import type { NodeContext } from "./node_context.ts";
import { denseFrom, scaledBy, type Translation } from "./weighted_nodes.ts";

/** A sum of signals; a constant becomes a learned value of the network. */
function sum(coefficients: readonly number[]): Translation {
  return (context) => {
    const inputs = context.node.inputs.map((_, i) => context.asSignal(i));
    return context.add(add(coefficients.every((value) => value === 1) ? {} : { coefficients }), ...inputs);
  };
}

const matmulNode: Translation = (context) => {
  const [a, b] = [context.required(0), context.required(1)];
  const ranks = [a, b].map((value) => value.kind === "range" ? 1 : value.shape.length);
  if (Math.min(...ranks) < 2) {
    throw context.fail(`its inputs must have two axes or more, got ${ranks.join(" and ")}`);
  }
  if (a.kind === "signal" && b.kind === "known" && b.shape.length === 2) {
    return denseFrom(context, a, context.array(1)!, undefined);
  }
  if (a.kind !== "signal" || b.kind !== "signal") {
    throw context.fail("it must multiply two signals, or a signal by a constant matrix on its right");
  }
  return context.add(matmul(), a, b);
};

/** A product of signals, or of a signal and constants. */
function product(invert: boolean): Translation {
  return (context) => {
    const [a, b] = [context.required(0), context.required(1)];
    if (a.kind === "signal" && b.kind === "signal") {
      if (invert) throw context.fail("a signal must be divided by a constant only");
      return context.add(multiply(), a, b);
    }
    if (invert && a.kind !== "signal") throw context.fail("a constant must not be divided by a signal");
    if (invert && [a, b].every((value) => value.kind !== "range" && value.whole)) {
      throw context.fail("whole numbers must not be divided");
    }
    const [x, at] = a.kind === "signal" ? [a, 1] : [context.signal(1), 0];
    const factor = context.array(at)!;
    const numbers = contiguous(factor).map((value) => invert ? 1 / value : value);
    const small = contiguous(factor).length === 1 && factor.shape.length <= x.shape.length;
    return scaledBy(context, x, small ? tensor(numbers, [1]) : tensor(numbers, factor.shape));
  };
}

/** The nodes that join signals. */
export const JOINING_NODES: Readonly<Record<string, Translation>> = {
  Add: sum([1, 1]),
  Sub: sum([1, -1]),
  Sum: (context) => sum(context.node.inputs.map(() => 1))(context),
  MatMul: matmulNode,
  Mul: product(false),
  Div: product(true),
  Neg: (context) => context.add(scale({ weights: tensor([-1]) }), context.signal(0)),
};

/** A product with a constant matrix and the addition of a constant: one dense layer. */
export function fusedDense(
  context: NodeContext,
  addition: OnnxNode,
  value: (name: string) => ImportValue | undefined,
): Signal | undefined {
  const [x, weights] = [context.required(0), context.required(1)];
  if (x.kind !== "signal" || weights.kind !== "known" || weights.shape.length !== 2) return undefined;
  const other = addition.inputs.find((name) => name !== context.node.outputs[0]);
  const bias = other === undefined ? undefined : value(other);
  if (
    bias?.kind !== "known" || bias.shape.at(-1) !== weights.shape[1] || bias.data.length !== weights.shape[1]
  ) return undefined;
  const array: NumericArray = tensor(Float64Array.from(bias.data as ArrayLike<number>), [bias.data.length]);
  return denseFrom(context, x, context.array(1)!, array);
}

/** A constant factor of scores right before a softmax: one softmax layer with a scale. */
export function fusedSoftmax(context: NodeContext, after: NodeContext): Signal | undefined {
  const [a, b] = [context.required(0), context.required(1)];
  const [x, factor] = a.kind === "signal" ? [a, b] : [b, a];
  if (x.kind !== "signal" || factor.kind !== "known" || factor.data.length !== 1) return undefined;
  if (context.node.operator === "Div" && a.kind !== "signal") return undefined;
  const number = factor.data[0] as number;
  const rank = x.shape.length;
  if (after.front(after.number("axis", after.sink.operatorSet < 13 ? 1 : -1), rank) !== rank - 1) {
    return undefined;
  }
  return after.add(softmax({ axis: -1, scale: context.node.operator === "Div" ? 1 / number : number }), x);
}
