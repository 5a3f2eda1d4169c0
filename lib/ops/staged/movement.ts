import { formatShape, ShapeError } from "../../errors.ts";
import { eagerOps } from "../eager.ts";
import { axisFromFront } from "../shapes.ts";
import { cast, filled, floats, foldable, stacked, stretched, written } from "./lazy.ts";
import { reshaped } from "./reshaped.ts";
import { productSize, quotientSize, sameShape, type Size, sumSize } from "./size.ts";
import type { StagedGraph } from "./staged_graph.ts";
import { signOf, type StagedValue, uniformNumber } from "./staged_value.ts";

/** Other sizes for the same numbers. */
export function reshape(graph: StagedGraph, x: StagedValue, sizes: readonly number[]): StagedValue {
  const shape = resolved(graph, x, sizes);
  return reshaped(graph, x, shape);
}

function resolved(graph: StagedGraph, x: StagedValue, sizes: readonly number[]): Size[] {
  const fail = (): never => {
    throw new ShapeError(
      `Cannot reshape ${formatShape(x.shape as number[])}: the new sizes must hold as many numbers, got ${
        formatShape(sizes)
      }`,
      { where: "sizes", expected: x.shape.map((size) => graph.codeOf(size)), actual: sizes },
    );
  };
  // -1 stands for what is left, which is also right where it stands for the first size that is not known.
  const shape = sizes.map((size, axis) =>
    size === 0 ? x.shape[axis] ?? fail() : size === -1 ? -1 : graph.sizeOf(size)
  );
  const open = shape.flatMap((size, axis) => size === -1 ? [axis] : []);
  if (open.length > 1) fail();
  const rest = quotientSize(x.shape, shape.filter((size) => size !== -1)) ?? fail();
  if (open.length === 1) shape[open[0]!] = rest;
  else if (rest !== 1 && productSize(shape) !== 0) fail();
  return shape;
}

/** Axes in another order. */
export function transpose(graph: StagedGraph, x: StagedValue, order: readonly number[]): StagedValue {
  const shape = order.map((axis) => x.shape[axis]!);
  if (graph.optimize) {
    const number = uniformNumber(x);
    if (number !== undefined) return filled(graph, number, shape);
    if (order.every((axis, i) => axis === i)) return x;
    if (foldable([x])) return graph.constant(eagerOps.transpose(x.facts.data!, order));
    if (x.facts.transposeOf && x.shape.length === 2) return x.facts.transposeOf;
  }
  const from = floats(graph, x);
  return graph.emit("Transpose", [from], {
    shape,
    facts: { sign: signOf(x), ...graph.optimize && order.length === 2 ? { transposeOf: from } : {} },
  }, { perm: [...order] });
}

/** Values one after the other along an axis. */
export function concatenate(graph: StagedGraph, values: readonly StagedValue[], axis: number): StagedValue {
  const first = values[0]!.shape;
  const front = axisFromFront(axis, first.length, "concatenate");
  for (const { shape } of values) {
    if (shape.length !== first.length || shape.some((size, i) => i !== front && size !== first[i])) {
      throw new ShapeError(
        `Cannot concatenate: shapes must be equal outside axis ${front}, got ${
          formatShape(first as number[])
        } and ${formatShape(shape as number[])}`,
        {
          where: "values",
          expected: first.map((size) => graph.codeOf(size)),
          actual: shape.map((size) => graph.codeOf(size)),
        },
      );
    }
  }
  if (graph.optimize) {
    if (values.length === 1) return values[0]!;
    const last = front === first.length - 1;
    if (last && values.every(({ shape }) => shape[front] === 1)) {
      return stacked(graph, values);
    }
  }
  const shape = first.map((size, i) => i === front ? sumSize(values.map(({ shape }) => shape[i]!)) : size);
  const sign = {
    nonNegative: values.every((value) => signOf(value).nonNegative),
    nonPositive: values.every((value) => signOf(value).nonPositive),
  };
  const inputs = values.map((value) => floats(graph, value));
  return graph.emit("Concat", inputs, { shape, facts: { sign } }, { axis: front });
}

/** As large as runtimes that keep sizes in 32 bits can read. */
const TO_THE_END = 2 ** 31 - 1;

function requireKnown(numbers: readonly number[], action: string): void {
  if (numbers.every((number) => Number.isInteger(number) && number >= 0)) return;
  throw new RangeError(
    `Cannot ${action}: whole numbers from 0 on are required, which a size that is known only when the graph runs does not give, got ${
      numbers.join(", ")
    }`,
  );
}

/** The part from `start` up to and without `end` along an axis. */
export function slice(
  graph: StagedGraph,
  x: StagedValue,
  axis: number,
  start: number,
  end: number,
): StagedValue {
  const front = axisFromFront(axis, x.shape.length, "slice");
  const size = x.shape[front]!;
  // On an open axis numbers below 0 count from its end, where 0 stands for the end itself.
  const fromEnd = typeof size === "string" && Number.isInteger(start) && start < 0 && end <= 0;
  if (!fromEnd) requireKnown([start, end], "slice");
  if (start >= end || typeof size === "number" && end > size) {
    throw new RangeError(
      `Cannot slice axis ${front} of ${
        formatShape(x.shape as number[])
      }: 0 <= start < end <= ${size} is required, got start ${start} and end ${end}`,
    );
  }
  const shape = x.shape.map((part, i) => i === front ? end - start : part);
  if (graph.optimize) {
    const { parts, core, data } = x.facts;
    if (sameShape(shape, x.shape)) return x;
    const number = uniformNumber(x);
    if (number !== undefined) return filled(graph, number, shape);
    if (parts && front === x.shape.length - 1 && end === start + 1) return parts[start]!;
    const along = core && (core.shape.at(front - x.shape.length) ?? 1);
    if (along === 1) return stretched(graph, core!, shape);
    if (data && foldable([x])) return graph.constant(eagerOps.slice(data, axis, start, end));
  }
  const stop = fromEnd && end === 0 ? TO_THE_END : end;
  return cut(graph, x, front, graph.integers([start]), graph.integers([stop]), shape);
}

function cut(
  graph: StagedGraph,
  x: StagedValue,
  axis: number,
  start: StagedValue,
  end: StagedValue,
  shape: readonly Size[],
): StagedValue {
  return graph.emit("Slice", [floats(graph, x), start, end, graph.integers([axis])], {
    shape,
    facts: { sign: signOf(x) },
  });
}

/** Zeros before along an axis, and after up to the size that another value has there. */
export function pad(
  graph: StagedGraph,
  x: StagedValue,
  axis: number,
  before: number,
  like: StagedValue,
): StagedValue {
  const front = axisFromFront(axis, x.shape.length, "pad");
  const [size, whole] = [x.shape[front]!, like.shape[front]!];
  const fromEnd = before < 0 && typeof whole === "string" && typeof size === "number";
  requireKnown([fromEnd ? -before - size : before], "pad");
  const shape = x.shape.map((part, i) => i === front ? whole : part);
  if (graph.optimize) {
    if (before === 0 && size === whole) return x;
    if (uniformNumber(x) === 0) return filled(graph, 0, shape);
  }
  const none = (count: number): number[] => new Array<number>(count).fill(0);
  const start = [...none(front), before, ...none(x.shape.length - 1)];
  const end = none(x.shape.length - 1 - front);
  /** Amounts of which one, after the given ones, is the open size without some places. */
  const without = (places: number, given: readonly number[], rest: readonly number[]): StagedValue => {
    const open = graph.emit("Sub", [graph.shapeValue([whole]), graph.integers([places])], {
      shape: [1],
      type: "integer",
    });
    const parts = [
      ...given.length > 0 ? [graph.integers(given)] : [],
      open,
      ...rest.length > 0 ? [graph.integers(rest)] : [],
    ];
    return graph.emit("Concat", parts, { shape: [2 * x.shape.length], type: "integer" }, { axis: 0 });
  };
  if (fromEnd) {
    const after = -before - size;
    return padded(
      graph,
      x,
      without(-before, none(front), [...none(x.shape.length - 1), after, ...end]),
      shape,
    );
  }
  if (typeof whole === "number" && typeof size === "number") {
    return padded(graph, x, graph.integers([...start, whole - before - size, ...end]), shape);
  }
  if (typeof size !== "number") requireKnown([-1], "pad");
  return padded(graph, x, without(before + (size as number), start, end), shape);
}

function padded(
  graph: StagedGraph,
  x: StagedValue,
  amounts: StagedValue,
  shape: readonly Size[],
): StagedValue {
  return graph.emit("Pad", [floats(graph, x), amounts], { shape, facts: { sign: signOf(x) } });
}

/** Rows of a table by their numbers. */
export function gather(graph: StagedGraph, table: StagedValue, rows: StagedValue): StagedValue {
  const numbers = cast(graph, written(graph, rows), "integer");
  return graph.emit("Gather", [floats(graph, table), numbers], {
    shape: [...rows.shape, ...table.shape.slice(1)],
    facts: { sign: signOf(table) },
  }, { axis: 0 });
}

/** The first part along an axis, as long as another value is along an axis of its own. */
export function leading(
  graph: StagedGraph,
  x: StagedValue,
  axis: number,
  like: StagedValue,
  likeAxis: number,
): StagedValue {
  const front = axisFromFront(axis, x.shape.length, "slice");
  const size = like.shape[axisFromFront(likeAxis, like.shape.length, "slice")]!;
  if (size === x.shape[front]) return x;
  if (typeof size === "number") return slice(graph, x, front, 0, size);
  const shape = x.shape.map((part, i) => i === front ? size : part);
  const number = graph.optimize ? uniformNumber(x) : undefined;
  if (number !== undefined) return filled(graph, number, shape);
  return cut(graph, x, front, graph.integers([0]), graph.shapeValue([size]), shape);
}

/** A value stretched to the shape of another. */
export function expandLike(graph: StagedGraph, x: StagedValue, like: StagedValue): StagedValue {
  return stretched(graph, x, like.shape);
}
