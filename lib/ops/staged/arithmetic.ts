import { eagerOps } from "../eager.ts";
import { type BinaryFunction, conditionOf, unary } from "./elementwise.ts";
import { filled, floats, stretched } from "./lazy.ts";
import type { Size } from "./size.ts";
import { scalarConstant, type StagedGraph } from "./staged_graph.ts";
import {
  NON_NEGATIVE,
  opposite,
  signOf,
  signOfProduct,
  signOfSum,
  type StagedValue,
  uniformNumber,
} from "./staged_value.ts";

/** `-x`. */
export function negate(graph: StagedGraph, x: StagedValue): StagedValue {
  return unary(graph, "Neg", eagerOps.negate, opposite, x);
}

/** `a + b`. */
export const ADD: BinaryFunction = {
  operator: "Add",
  action: "add",
  number: (a, b) => a + b,
  eager: eagerOps.add,
  sign: signOfSum,
  shortcut: (graph, a, b, shape) => {
    if (uniformNumber(a) === 0) return stretched(graph, b, shape);
    return uniformNumber(b) === 0 ? stretched(graph, a, shape) : undefined;
  },
};

/** `a - b`. */
export const SUBTRACT: BinaryFunction = {
  operator: "Sub",
  action: "subtract",
  number: (a, b) => a - b,
  eager: eagerOps.subtract,
  sign: (a, b) => signOfSum(a, opposite(b)),
  shortcut: (graph, a, b, shape) => {
    if (uniformNumber(b) === 0) return stretched(graph, a, shape);
    if (uniformNumber(a) === 0) return stretched(graph, negate(graph, b), shape);
    if (b.facts.maximumOf !== a || a.name === "") return undefined;
    return graph.emit("Sub", [a, b], { shape, facts: { sign: opposite(NON_NEGATIVE) } });
  },
};

/** `a · b`. */
export const MULTIPLY: BinaryFunction = {
  operator: "Mul",
  action: "multiply",
  number: (a, b) => a * b,
  eager: eagerOps.multiply,
  sign: (a, b, same) => same ? NON_NEGATIVE : signOfProduct(a, b),
  shortcut: (graph, a, b, shape) => scaled(graph, a, b, shape) ?? scaled(graph, b, a, shape),
};

function scaled(
  graph: StagedGraph,
  a: StagedValue,
  b: StagedValue,
  shape: readonly Size[],
): StagedValue | undefined {
  switch (uniformNumber(b)) {
    case 0:
      return filled(graph, 0, shape);
    case 1:
      return stretched(graph, a, shape);
    case -1:
      return stretched(graph, negate(graph, a), shape);
  }
  const choice = b.facts.choice;
  const gate = choice && (choice.yes === 1 && choice.no === 0 || choice.yes === 0 && choice.no === 1);
  // A gate of a number is another choice; of a value it picks the value or 0.
  if (!gate || uniformNumber(a) !== undefined || a.facts.core || a.facts.choice || a.facts.parts) {
    return undefined;
  }
  const { condition, swap } = conditionOf(graph, b);
  const zero = scalarConstant(graph, 0);
  const inputs = swap ? [condition, zero, floats(graph, a)] : [condition, floats(graph, a), zero];
  return graph.emit("Where", inputs, { shape, facts: { sign: signOf(a) } });
}

/** `a / b`. */
export const DIVIDE: BinaryFunction = {
  operator: "Div",
  action: "divide",
  number: (a, b) => a / b,
  eager: eagerOps.divide,
  sign: signOfProduct,
  shortcut: (graph, a, b, shape) => {
    if (uniformNumber(a) === 0) return filled(graph, 0, shape);
    return uniformNumber(b) === 1 ? stretched(graph, a, shape) : undefined;
  },
};

/** The larger of both. */
export const MAXIMUM: BinaryFunction = {
  operator: "Max",
  action: "take the maximum",
  number: Math.max,
  eager: eagerOps.maximum,
  sign: (a, b) => ({
    nonNegative: a.nonNegative || b.nonNegative,
    nonPositive: a.nonPositive && b.nonPositive,
  }),
  shortcut: (graph, a, b, shape) => positive(graph, a, b, shape) ?? positive(graph, b, a, shape),
};

/** `max(x, 0)` without a maximum. */
function positive(
  graph: StagedGraph,
  x: StagedValue,
  zero: StagedValue,
  shape: readonly Size[],
): StagedValue | undefined {
  if (uniformNumber(zero) !== 0) return undefined;
  const { nonNegative, nonPositive } = signOf(x);
  if (nonNegative) return stretched(graph, x, shape);
  if (nonPositive) return filled(graph, 0, shape);
  if (x.facts.core || x.facts.choice || x.facts.parts || x.facts.data) return undefined;
  return stretched(
    graph,
    graph.emit("Relu", [floats(graph, x)], { shape: x.shape, facts: { sign: NON_NEGATIVE } }),
    shape,
  );
}

/** The smaller of both. */
export const MINIMUM: BinaryFunction = {
  operator: "Min",
  action: "take the minimum",
  number: Math.min,
  eager: eagerOps.minimum,
  sign: (a, b) => ({
    nonNegative: a.nonNegative && b.nonNegative,
    nonPositive: a.nonPositive || b.nonPositive,
  }),
  shortcut: (graph, a, b, shape) => negative(graph, a, b, shape) ?? negative(graph, b, a, shape),
};

/** `min(x, 0)` without a minimum. */
function negative(
  graph: StagedGraph,
  x: StagedValue,
  zero: StagedValue,
  shape: readonly Size[],
): StagedValue | undefined {
  if (uniformNumber(zero) !== 0) return undefined;
  const { nonNegative, nonPositive } = signOf(x);
  if (nonPositive) return stretched(graph, x, shape);
  return nonNegative ? filled(graph, 0, shape) : undefined;
}
