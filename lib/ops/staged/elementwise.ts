import { requireStaged } from "./make_value.ts";
import { formatShape, ShapeError } from "../../errors.ts";
import type { Tensor } from "../../tensor/mod.ts";
import { eagerOps } from "../eager.ts";
import type { Operand } from "../ops.ts";
import { cast, chosen, filled, floats, foldable, stacked, stretched, written } from "./lazy.ts";
import { reshaped } from "./reshaped.ts";
import { broadcastSizes, sameShape, type Size } from "./size.ts";
import { scalarConstant, type StagedGraph } from "./staged_graph.ts";
import {
  ANY_SIGN,
  type Facts,
  type Sign,
  signOf,
  signOfSum,
  type StagedValue,
  uniformNumber,
} from "./staged_value.ts";

/** An elementwise function of two values. */
export interface BinaryFunction {
  /** The operator that is written. */
  readonly operator: string;
  /** What is being done, for messages. */
  readonly action: string;
  /** The function on numbers. */
  readonly number: (a: number, b: number) => number;
  /** The function on tensors. */
  readonly eager: (a: Tensor, b: Tensor) => Tensor;
  /** The signs of the result. */
  readonly sign?: ((a: Sign, b: Sign, same: boolean) => Sign) | undefined;
  /** A result that needs no node of this operator, of two values and the shape of the result. */
  readonly shortcut?:
    | ((
      graph: StagedGraph,
      a: StagedValue,
      b: StagedValue,
      shape: readonly Size[],
    ) => StagedValue | undefined)
    | undefined;
}

/** A number or a value as a value. */
export function lifted(graph: StagedGraph, value: Operand<StagedValue>): StagedValue {
  return typeof value === "number" ? scalarConstant(graph, value) : requireStaged(value);
}

/** The shape that values broadcast to. */
export function commonShape(graph: StagedGraph, a: StagedValue, b: StagedValue, action: string): Size[] {
  const shape = broadcastSizes(a.shape, b.shape);
  if (shape) return shape;
  const [expected, actual] = [a, b].map(({ shape }) => shape.map((size) => graph.codeOf(size)));
  throw new ShapeError(
    `Cannot ${action}: shapes must be equal or broadcast, got ${formatShape(a.shape as number[])} and ${
      formatShape(b.shape as number[])
    }`,
    { where: "operands", expected: expected!, actual: actual! },
  );
}

/** Writes an elementwise function of two values, or finds that less will do. */
export function binary(
  graph: StagedGraph,
  f: BinaryFunction,
  left: Operand<StagedValue>,
  right: Operand<StagedValue>,
): StagedValue {
  const [a, b] = [lifted(graph, left), lifted(graph, right)];
  const shape = commonShape(graph, a, b, f.action);
  const before = beforeReshape(graph, [a, b], shape);
  if (before) return reshaped(graph, binary(graph, f, before[0]!, before[1]!), shape);
  if (graph.optimize) {
    const short = f.shortcut?.(graph, a, b, shape) ?? overParts(graph, f, a, b);
    if (short) return short;
  }
  const [p, q] = [a.facts.core ?? a, b.facts.core ?? b];
  const inner = commonShape(graph, p, q, f.action);
  return stretched(graph, computed(graph, f, p, q, inner), shape);
}

function computed(
  graph: StagedGraph,
  f: BinaryFunction,
  a: StagedValue,
  b: StagedValue,
  shape: readonly Size[],
): StagedValue {
  if (graph.optimize) {
    if (foldable([a, b])) return graph.constant(f.eager(a.facts.data!, b.facts.data!));
    const [m, n] = [uniformNumber(a), uniformNumber(b)];
    const [c, d] = [a.facts.choice, b.facts.choice];
    if (c && n !== undefined && sameShape(a.shape, shape)) {
      return chosen(graph, { ...c, yes: f.number(c.yes, n), no: f.number(c.no, n) });
    }
    if (d && m !== undefined && sameShape(b.shape, shape)) {
      return chosen(graph, { ...d, yes: f.number(m, d.yes), no: f.number(m, d.no) });
    }
  }
  const sign = graph.optimize
    ? f.sign?.(signOf(a), signOf(b), a.name !== "" && a.name === b.name)
    : undefined;
  return graph.emit(f.operator, [floats(graph, a), floats(graph, b)], {
    shape,
    facts: { sign: sign ?? ANY_SIGN },
  });
}

/**
 * Values and single numbers as they were before the values got other sizes, all the same: a function of those needs no other
 * sizes until somebody asks for them.
 */
function beforeReshape(
  graph: StagedGraph,
  values: readonly StagedValue[],
  shape: readonly Size[],
): readonly StagedValue[] | undefined {
  const first = values.find(({ facts }) => facts.reshapeOf)?.facts.reshapeOf;
  if (first === undefined) return undefined;
  const before = values.flatMap((value) => {
    const { reshapeOf } = value.facts;
    if (reshapeOf && sameShape(value.shape, shape) && sameShape(reshapeOf.shape, first.shape)) {
      return reshapeOf;
    }
    const number = uniformNumber(value);
    return number === undefined ? [] : scalarConstant(graph, number);
  });
  return before.length === values.length ? before : undefined;
}

/** A function of stacked values, part by part: what is taken apart again later was then never put together. */
function overParts(
  graph: StagedGraph,
  f: BinaryFunction,
  a: StagedValue,
  b: StagedValue,
): StagedValue | undefined {
  const [p, q] = [a.facts.parts, b.facts.parts];
  const count = p?.length ?? q?.length;
  if (count === undefined) return undefined;
  const partsOf = (value: StagedValue): readonly StagedValue[] | undefined => {
    const { parts, core } = value.facts;
    if (parts) return parts.length === count ? parts : undefined;
    const inner = core ?? value;
    if ((inner.shape.at(-1) ?? 1) !== 1) return undefined;
    const part = value.shape.length === 0 ? value : stretched(graph, inner, [...value.shape.slice(0, -1), 1]);
    return new Array<StagedValue>(count).fill(part);
  };
  const [left, right] = [partsOf(a), partsOf(b)];
  if (!left || !right) return undefined;
  return stacked(graph, left.map((part, i) => binary(graph, f, part, right[i]!)));
}

/** Writes an elementwise function of one value. */
export function unary(
  graph: StagedGraph,
  operator: string,
  f: (x: Tensor) => Tensor,
  sign: (sign: Sign) => Sign,
  x: StagedValue,
): StagedValue {
  if (graph.optimize && x.facts.parts) {
    return stacked(graph, x.facts.parts.map((part) => unary(graph, operator, f, sign, part)));
  }
  const { reshapeOf } = x.facts;
  if (reshapeOf) return reshaped(graph, unary(graph, operator, f, sign, reshapeOf), x.shape);
  const inner = x.facts.core ?? x;
  return stretched(graph, unaryComputed(graph, operator, f, sign, inner), x.shape);
}

function unaryComputed(
  graph: StagedGraph,
  operator: string,
  f: (x: Tensor) => Tensor,
  sign: (sign: Sign) => Sign,
  x: StagedValue,
): StagedValue {
  const { choice, data } = x.facts;
  if (graph.optimize && choice) {
    const number = (value: number): number => f(eagerOps.constant(value)).data[0]!;
    return chosen(graph, { ...choice, yes: number(choice.yes), no: number(choice.no) });
  }
  if (graph.optimize && data && foldable([x])) return graph.constant(f(data));
  const facts: Facts = { sign: graph.optimize ? sign(signOf(x)) : ANY_SIGN };
  return graph.emit(operator, [floats(graph, x)], { shape: x.shape, facts });
}

/** Writes a comparison: 1 where it holds, else 0. */
export function comparison(
  graph: StagedGraph,
  operator: "Greater" | "Equal",
  left: Operand<StagedValue>,
  right: Operand<StagedValue>,
): StagedValue {
  const [a, b] = [lifted(graph, left), lifted(graph, right)];
  const shape = commonShape(graph, a, b, "compare");
  const before = beforeReshape(graph, [a, b], shape);
  if (before) return reshaped(graph, comparison(graph, operator, before[0]!, before[1]!), shape);
  if (graph.optimize) {
    if (operator === "Equal" && a === b) return filled(graph, 1, shape);
    const [m, n] = [uniformNumber(a), uniformNumber(b)];
    const never = operator === "Greater" &&
      (n === 0 && signOf(a).nonPositive || m === 0 && signOf(b).nonNegative);
    if (never) return filled(graph, 0, shape);
  }
  const [p, q] = [a.facts.core ?? a, b.facts.core ?? b];
  const inner = commonShape(graph, p, q, "compare");
  const condition = graph.emit(operator, [floats(graph, p), floats(graph, q)], {
    shape: inner,
    type: "boolean",
  });
  return stretched(graph, chosen(graph, { condition, yes: 1, no: 0 }), shape);
}

/** Writes a choice between two values. */
export function where(
  graph: StagedGraph,
  test: StagedValue,
  left: Operand<StagedValue>,
  right: Operand<StagedValue>,
): StagedValue {
  const [a, b] = [lifted(graph, left), lifted(graph, right)];
  const action = "choose between values";
  const outer = { ...a, shape: commonShape(graph, a, b, action) };
  const shape = commonShape(graph, test, outer, action);
  const before = beforeReshape(graph, [test, a, b], shape);
  if (before) return reshaped(graph, where(graph, before[0]!, before[1]!, before[2]!), shape);
  const inner = test.facts.core ?? test;
  const number = graph.optimize ? uniformNumber(inner) : undefined;
  if (number !== undefined) return stretched(graph, number === 0 ? b : a, shape);
  const { condition, swap } = conditionOf(graph, inner);
  const [yes, no] = swap ? [b, a] : [a, b];
  const [p, q] = [yes.facts.core ?? yes, no.facts.core ?? no];
  const [m, n] = [uniformNumber(p), uniformNumber(q)];
  if (graph.optimize && m !== undefined && n !== undefined) {
    return stretched(graph, chosen(graph, { condition, yes: m, no: n }), shape);
  }
  const branches = { ...p, shape: commonShape(graph, p, q, action) };
  const value = graph.emit("Where", [condition, floats(graph, p), floats(graph, q)], {
    shape: commonShape(graph, condition, branches, action),
    facts: { sign: graph.optimize ? signOfSum(signOf(p), signOf(q)) : ANY_SIGN },
  });
  return stretched(graph, value, shape);
}

/** A test as a boolean value, and whether it holds where the test does not. */
export function conditionOf(
  graph: StagedGraph,
  test: StagedValue,
): { condition: StagedValue; swap: boolean } {
  const { choice } = test.facts;
  if (choice && choice.yes !== 0 && choice.no === 0) return { condition: choice.condition, swap: false };
  if (choice && choice.yes === 0 && choice.no !== 0) return { condition: choice.condition, swap: true };
  return { condition: cast(graph, written(graph, test), "boolean"), swap: false };
}
