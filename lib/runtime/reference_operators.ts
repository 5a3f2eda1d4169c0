import { type ConvolutionGeometry, eagerOps as ops } from "../ops/mod.ts";
import { contiguous, type Tensor, tensor } from "../tensor/mod.ts";

/** The settings of a node by name. */
export type Settings = Readonly<Record<string, number | string | readonly number[]>>;

/** One operator on float64. */
export type ReferenceOperator = (inputs: readonly Tensor[], settings: Settings) => Tensor | readonly Tensor[];

const list = (settings: Settings, name: string): number[] => [...settings[name] as readonly number[]];
const numbers = (x: Tensor): number[] => [...contiguous(x)];
const total = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);

function geometryOf(settings: Settings): ConvolutionGeometry {
  const pads = list(settings, "pads");
  return {
    strides: list(settings, "strides"),
    paddingBegin: pads.slice(0, pads.length / 2),
    paddingEnd: pads.slice(pads.length / 2),
    dilations: list(settings, "dilations"),
    groups: settings.group as number,
  };
}

/** A slice with a step of 1, or of -1 over a whole axis. */
function slice([x, starts, ends, axes, steps]: readonly Tensor[]): Tensor {
  return numbers(axes!).reduce((part, axis, i) => {
    const size = part.shape[axis]!;
    if (steps && contiguous(steps)[i] === -1) {
      const places = Array.from({ length: size }, (_, k) => size - 1 - k);
      return ops.concatenate(places.map((place) => ops.slice(part, axis, place, place + 1)), axis);
    }
    const place = (at: number): number => at < 0 ? at + size : Math.min(at, size);
    return ops.slice(part, axis, place(contiguous(starts!)[i]!), place(contiguous(ends!)[i]!));
  }, x!);
}

function maxPool([x]: readonly Tensor[], settings: Settings): readonly Tensor[] {
  const pads = list(settings, "pads");
  const { values, winners } = ops.maxPool(x!, {
    kernel: list(settings, "kernel_shape"),
    strides: list(settings, "strides"),
    padding: pads.slice(0, pads.length / 2),
    dilations: list(settings, "dilations"),
    ceil: settings.ceil_mode === 1,
  });
  // The operator numbers places over all examples and channels.
  const area = total(x!.shape.slice(2));
  const count = values.size / total(x!.shape.slice(0, 2));
  const places = contiguous(winners).map((place, i) => place + Math.floor(i / count) * area);
  return [values, tensor(places, values.shape)];
}

function pad([x, pads]: readonly Tensor[]): Tensor {
  const amounts = numbers(pads!);
  const rank = x!.shape.length;
  return x!.shape.reduce((part, size, axis) => {
    const shape = part.shape.with(axis, amounts[axis]! + size + amounts[axis + rank]!);
    return ops.pad(part, axis, amounts[axis]!, tensor(new Float64Array(total(shape)), shape));
  }, x!);
}

function scatterAdd([data, places, updates]: readonly Tensor[]): Tensor {
  const sums = contiguous(data!).slice();
  contiguous(places!).forEach((place, i) => sums[place]! += contiguous(updates!)[i]!);
  return tensor(sums, data!.shape);
}

function argMax([x]: readonly Tensor[]): Tensor {
  const [rows, columns] = x!.shape as [number, number];
  const best = Array.from({ length: rows }, (_, n) => {
    const row = contiguous(x!).subarray(n * columns, (n + 1) * columns);
    return row.indexOf(Math.max(...row));
  });
  return tensor(best, [rows, 1]);
}

const one = (f: (x: Tensor) => Tensor): ReferenceOperator => ([x]) => f(x!);
const two = (f: (a: Tensor, b: Tensor) => Tensor): ReferenceOperator => ([a, b]) => f(a!, b!);

/** The operators that compiled models are written in, as the ONNX specification defines them. */
export const REFERENCE_OPERATORS: Readonly<Record<string, ReferenceOperator>> = {
  Identity: one((x) => x),
  Add: two(ops.add),
  Sub: two(ops.subtract),
  Mul: two(ops.multiply),
  Div: two(ops.divide),
  Max: two(ops.maximum),
  Min: two(ops.minimum),
  Relu: one((x) => ops.maximum(x, 0)),
  Greater: two(ops.greater),
  Equal: two(ops.equal),
  Where: ([condition, a, b]) => ops.where(condition!, a!, b!),
  Neg: one(ops.negate),
  Abs: one(ops.absolute),
  Exp: one(ops.exp),
  Log: one(ops.log),
  Sqrt: one(ops.sqrt),
  Tanh: one(ops.tanh),
  Sigmoid: one(ops.sigmoid),
  Erf: one(ops.erf),
  ReduceSum: two((x, axes) => ops.sum(x, numbers(axes))),
  ReduceMean: two((x, axes) => ops.mean(x, numbers(axes))),
  ReduceMax: two((x, axes) => ops.max(x, numbers(axes))),
  MatMul: two(ops.matmul),
  Gemm: ([a, b], { transB }) => ops.matmul(a!, transB === 1 ? ops.transpose(b!, [1, 0]) : b!),
  Conv: ([x, weights], settings) => ops.convolution(x!, weights!, geometryOf(settings)),
  ConvTranspose: ([x, weights], settings) =>
    ops.transposedConvolution(x!, weights!, geometryOf(settings), list(settings, "output_padding")),
  MaxPool: maxPool,
  ScatterElements: scatterAdd,
  Reshape: two((x, sizes) => ops.reshape(x, numbers(sizes))),
  Transpose: ([x], settings) => ops.transpose(x!, list(settings, "perm")),
  Concat: (values, { axis }) => ops.concatenate(values, axis as number),
  Slice: slice,
  Pad: pad,
  Gather: two(ops.gather),
  Expand: two((x, sizes) =>
    ops.expandLike(x, tensor(new Float64Array(total(numbers(sizes))), numbers(sizes)))
  ),
  Cast: ([x], { to }) => to === 9 ? ops.subtract(1, ops.equal(x!, 0)) : x!,
  Shape: ([x], { start, end }) => tensor(x!.shape.slice(start as number, end as number)),
  Size: one((x) => tensor([x.size], [])),
  Unsqueeze: one((x) => ops.reshape(x, [1])),
  ArgMax: argMax,
};
