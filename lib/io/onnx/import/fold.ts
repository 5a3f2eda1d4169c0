import { eagerOps, type Size } from "../../../ops/mod.ts";
import { productSize, quotientSize, sumSize } from "../../../ops/staged/size.ts";
import { contiguous, type Tensor, tensor } from "../../../tensor/mod.ts";
import { ONNX_ELEMENT } from "../element_type.ts";
import { arrayOf, type ImportValue, isWhole, type Known, known, knownTensor } from "./import_value.ts";
import type { NodeContext } from "./node_context.ts";

/** Computes a node whose inputs are known; undefined for an operator that is not computed while a model is read. */
export type Fold = (context: NodeContext, inputs: readonly Known[]) => ImportValue;

const total = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);

/** An operation on numbers, done by the reference engine. */
function eager(f: (inputs: readonly Tensor[], context: NodeContext) => Tensor): Fold {
  return (context, inputs) => {
    const tensors = inputs.map((input) => {
      const array = arrayOf(input, (requirement) => context.fail(requirement));
      return tensor(contiguous(array), array.shape);
    });
    const result = f(tensors, context);
    return known(contiguous(result), result.shape, inputs.every(({ whole }) => whole));
  };
}

/** Arithmetic on numbers, or on sizes of which some are names. */
function arithmetic(
  onNumbers: (a: Tensor, b: Tensor) => Tensor,
  onSizes: (a: Size, b: Size) => Size | undefined,
): Fold {
  return (context, [a, b]) => {
    if ([a!, b!].every(({ data }) => Array.from(data).every((value) => typeof value === "number"))) {
      return eager(([x, y]) => onNumbers(x!, y!))(context, [a!, b!]);
    }
    const size = Math.max(a!.data.length, b!.data.length);
    const at = ({ data }: Known, i: number): Size => data[data.length === 1 ? 0 : i]!;
    const data = Array.from({ length: size }, (_, i) => {
      const result = onSizes(at(a!, i), at(b!, i));
      if (result === undefined) {
        throw context.fail(
          `it computes with the sizes ${at(a!, i)} and ${at(b!, i)}, of which nothing more is known`,
        );
      }
      return result;
    });
    return known(data, a!.data.length === size ? a!.shape : b!.shape, true);
  };
}

function pick(context: NodeContext, value: Known, axis: number, rows: Known): Known {
  const front = context.front(axis, value.shape.length);
  const [outer, size, inner] = [
    total(value.shape.slice(0, front)),
    value.shape[front]!,
    total(value.shape.slice(front + 1)),
  ];
  const data: Size[] = [];
  for (let o = 0; o < outer; o++) {
    for (const row of Array.from(rows.data) as number[]) {
      const at = row < 0 ? row + size : row;
      if (!(at >= 0 && at < size)) throw context.fail(`index ${row} must lie within ${size} entries`);
      for (let i = 0; i < inner; i++) data.push(value.data[(o * size + at) * inner + i]!);
    }
  }
  const shape = [...value.shape.slice(0, front), ...rows.shape, ...value.shape.slice(front + 1)];
  return known(data, shape, value.whole);
}

function reshapeKnown(context: NodeContext, value: Known, sizes: readonly number[]): Known {
  const shape = sizes.map((size, axis) => size === 0 ? value.shape[axis] ?? 0 : size);
  const open = shape.indexOf(-1);
  if (open >= 0) shape[open] = value.data.length / -total(shape);
  if (total(shape) !== value.data.length) {
    throw context.fail(`the sizes [${sizes}] must hold ${value.data.length} numbers`);
  }
  return known(value.data, shape, value.whole);
}

/** The numbers of each position along an axis that a slice reads. */
export function sliceRows(size: number, start: number, end: number, step: number): number[] {
  const clamp = (at: number, low: number, high: number): number =>
    Math.min(Math.max(at < 0 ? at + size : at, low), high);
  const rows: number[] = [];
  if (step > 0) {
    for (let at = clamp(start, 0, size), stop = clamp(end, 0, size); at < stop; at += step) rows.push(at);
  } else {
    for (let at = clamp(start, -1, size - 1), stop = clamp(end, -1, size - 1); at > stop; at += step) {
      rows.push(at);
    }
  }
  return rows;
}

const compare = (f: (a: Size, b: Size) => boolean): Fold => (_, [a, b]) => {
  const size = Math.max(a!.data.length, b!.data.length);
  const at = ({ data }: Known, i: number): Size => data[data.length === 1 ? 0 : i]!;
  const data = Array.from({ length: size }, (_, i) => f(at(a!, i), at(b!, i)) ? 1 : 0);
  return known(data, a!.data.length === size ? a!.shape : b!.shape, true);
};

/** The operators that are computed while a model is read, when all they read is known. */
export const FOLDS: Readonly<Record<string, Fold>> = {
  Identity: (_, [x]) => x!,
  Add: arithmetic(eagerOps.add, (a, b) => sumSize([a, b])),
  Sub: arithmetic(eagerOps.subtract, (a, b) => b === 0 ? a : a === b ? 0 : undefined),
  Mul: arithmetic(eagerOps.multiply, (a, b) => productSize([a, b])),
  Div: (context, inputs) =>
    arithmetic(
      inputs.every(({ whole }) => whole)
        ? (a, b) => eagerOps.constant(truncated(eagerOps.divide(a, b)))
        : eagerOps.divide,
      (a, b) => quotientSize([a], [b]),
    )(context, inputs),
  Pow: eager(([x, y]) => {
    const pairs = [
      eagerOps.expandLike(x!, eagerOps.add(x!, y!)),
      eagerOps.expandLike(y!, eagerOps.add(x!, y!)),
    ];
    return tensor(
      contiguous(pairs[0]!).map((value, i) => value ** contiguous(pairs[1]!)[i]!),
      pairs[0]!.shape,
    );
  }),
  Sqrt: eager(([x]) => eagerOps.sqrt(x!)),
  Neg: eager(([x]) => eagerOps.negate(x!)),
  Exp: eager(([x]) => eagerOps.exp(x!)),
  Reciprocal: eager(([x]) => eagerOps.divide(1, x!)),
  Min: eager(([first, ...rest]) => rest.reduce((a, b) => eagerOps.minimum(a, b), first!)),
  Max: (context, inputs) =>
    inputs.length === 2
      // Sizes that broadcast are equal, or one of them is 1.
      ? arithmetic(eagerOps.maximum, (a, b) => a === b || b === 1 ? a : a === 1 ? b : undefined)(
        context,
        inputs,
      )
      : eager(([first, ...rest]) => rest.reduce((a, b) => eagerOps.maximum(a, b), first!))(context, inputs),
  MatMul: eager(([a, b]) => eagerOps.matmul(a!, b!)),
  Floor: eager(([x]) => tensor(contiguous(x!).map(Math.floor), x!.shape)),
  Ceil: eager(([x]) => tensor(contiguous(x!).map(Math.ceil), x!.shape)),
  Transpose: (context, [x]) => {
    const order = context.integers("perm") ?? x!.shape.map((_, i) => x!.shape.length - 1 - i);
    return eager(([value]) => eagerOps.transpose(value!, order))(context, [x!]);
  },
  Cast: (context, [x]) => {
    const whole = isWhole(context.number("to", ONNX_ELEMENT.float!));
    const bool = context.number("to", 1) === ONNX_ELEMENT.bool;
    const cut = (value: Size): Size =>
      typeof value === "string" ? value : bool ? Number(value !== 0) : Math.trunc(value);
    return whole && (bool || !x!.whole) ? known(Array.from(x!.data, cut), x!.shape, true) : { ...x!, whole };
  },
  Shape: (context, [x]) => shapeOf(context, x!.shape),
  Gather: (context, [x, rows]) => pick(context, x!, context.number("axis", 0), rows!),
  Slice: (context, [x, ...rest]) => {
    const given = [context.integers("starts"), context.integers("ends"), context.integers("axes"), undefined];
    const [starts, ends, axes, steps] = given.map((list, i) =>
      list ?? (rest[i] && Array.from(rest[i]!.data) as number[])
    );
    return (axes ?? starts!.map((_, i) => i)).reduce((value: Known, axis, i) => {
      const size = value.shape[context.front(axis, value.shape.length)]!;
      const rows = sliceRows(size, starts![i]!, ends![i]!, steps?.[i] ?? 1);
      return pick(context, value, axis, known(rows, [rows.length], true));
    }, x!);
  },
  Concat: (context, inputs) => {
    const axis = context.front(context.number("axis", 0), inputs[0]!.shape.length);
    if (axis === 0) {
      const data = inputs.flatMap(({ data }) => Array.from(data));
      const length = inputs.reduce((sum, { shape }) => sum + shape[0]!, 0);
      return known(data, [length, ...inputs[0]!.shape.slice(1)], inputs[0]!.whole);
    }
    return eager((values) => eagerOps.concatenate(values, axis))(context, inputs);
  },
  Unsqueeze: (context, [x]) => {
    const axes = context.axes(1) ?? [];
    const rank = x!.shape.length + axes.length;
    const fronts = axes.map((axis) => context.front(axis, rank));
    const rest = [...x!.shape];
    return { ...x!, shape: Array.from({ length: rank }, (_, i) => fronts.includes(i) ? 1 : rest.shift()!) };
  },
  Squeeze: (context, [x]) => {
    const fronts = context.axes(1)?.map((axis) => context.front(axis, x!.shape.length));
    return { ...x!, shape: x!.shape.filter((size, axis) => fronts ? !fronts.includes(axis) : size !== 1) };
  },
  Reshape: (context, [x]) => reshapeKnown(context, x!, context.numbers(1) ?? context.integers("shape") ?? []),
  Flatten: (context, [x]) => {
    const axis = context.number("axis", 1);
    return reshapeKnown(context, x!, [total(x!.shape.slice(0, axis)), -1]);
  },
  ConstantOfShape: (context, [sizes]) => {
    const attribute = context.node.attributes.get("value");
    const filler = attribute?.kind === "tensor"
      ? knownTensor(attribute.value, (text) => fileError(context, text))
      : undefined;
    // A batch of equal states is one that stretches.
    const shape = Array.from(sizes!.data, (size) => typeof size === "number" ? size : 1);
    return known(new Array<Size>(total(shape)).fill(filler?.data[0] ?? 0), shape, filler?.whole ?? false);
  },
  Range: (context, [start, limit, delta]) => {
    const [from, to, step] = [start!, limit!, delta!].map(({ data }) => data[0]!);
    if (typeof to === "string" && from === 0 && step === 1) return { kind: "range", size: to };
    if ([from, to, step].some((part) => typeof part === "string")) {
      throw context.fail(
        `a range must run from 0 in steps of 1, got from ${from} to ${to} in steps of ${step}`,
      );
    }
    const count = Math.max(0, Math.ceil(((to as number) - (from as number)) / (step as number)));
    const data = Array.from({ length: count }, (_, i) => (from as number) + i * (step as number));
    return known(data, [count], start!.whole);
  },
  Equal: compare((a, b) => a === b),
  Less: compare((a, b) => a < b),
  Greater: compare((a, b) => a > b),
  GreaterOrEqual: compare((a, b) => a >= b),
  LessOrEqual: compare((a, b) => a <= b),
  Not: (_, [x]) => known(Array.from(x!.data, (value) => value === 0 ? 1 : 0), x!.shape, true),
  Where: (context, [test, a, b]) => {
    if (test!.data.length === 1) return test!.data[0] === 0 ? b! : a!;
    const numbers = [a!, b!].every(({ data }) =>
      Array.from(data).every((value) => typeof value === "number")
    );
    if (numbers) return eager(([c, x, y]) => eagerOps.where(c!, x!, y!))(context, [test!, a!, b!]);
    const at = ({ data }: Known, i: number): Size => data[data.length === 1 ? 0 : i]!;
    return known(Array.from(test!.data, (value, i) => at(value === 0 ? b! : a!, i)), test!.shape, true);
  },
  Expand: (context, [x, sizes]) => {
    // A row for each example is one row that stretches.
    const shape = Array.from(sizes!.data, (size) => typeof size === "number" ? size : 1);
    if (x!.data.length === 1 && x!.shape.length <= shape.length) {
      return known(new Array<Size>(total(shape)).fill(x!.data[0]!), shape, x!.whole);
    }
    const like = tensor(new Float64Array(total(shape)), shape);
    return eager(([value]) => eagerOps.add(value!, like))(context, [x!]);
  },
  ReduceProd: (context, [x]) =>
    known(
      [productSize(Array.from(x!.data))],
      context.number("keepdims", 1) ? x!.shape.map(() => 1) : [],
      true,
    ),
};

function truncated(x: Tensor): Tensor {
  return tensor(contiguous(x).map(Math.trunc), x.shape);
}

function fileError(context: NodeContext, requirement: string): never {
  throw context.fail(requirement);
}

/** The sizes of a value as a known value. */
export function shapeOf(context: NodeContext, shape: readonly Size[]): Known {
  const end = context.number("end", shape.length);
  const part = shape.slice(context.number("start", 0), end < 0 ? end + shape.length : end);
  return known(part, [part.length], true);
}
