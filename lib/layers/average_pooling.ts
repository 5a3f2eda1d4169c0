import type { ConvolutionGeometry, Ops } from "../ops/mod.ts";
import { requireOptions } from "../options.ts";
import { tensor } from "../tensor/mod.ts";
import { convolutionGeometry, outputPaddingFor, type PerAxis, perAxis, windowSizes } from "./geometry.ts";
import type { Layer, LinearChange, LinearMap } from "./layer.ts";
import { changed, linearLayer } from "./linear_layer.ts";

/** The options of a pooling, with PyTorch's meaning. */
export interface PoolingOptions {
  /** Sizes of the window, one per spatial axis; their number says how many axes there are. */
  readonly kernel: readonly number[];
  /** Steps between windows. Default: the kernel. */
  readonly stride?: PerAxis | undefined;
  /** Positions added on both sides. Default 0. */
  readonly padding?: PerAxis | undefined;
}

const POOLING: readonly string[] = ["kernel", "stride", "padding"];

function windowSums<T>(
  ops: Ops<T>,
  input: T,
  kernel: readonly number[],
  geometry: ConvolutionGeometry,
  weight: (size: number) => number,
  countPadding: boolean,
): LinearMap<T> {
  const [, channels, ...plane] = ops.shape(input);
  const size = kernel.reduce((a, b) => a * b, 1);
  const w = ops.constant(
    tensor(new Float64Array(size).fill(countPadding ? weight(size) : 1), [1, 1, ...kernel]),
  );
  // Each channel is an image of its own with one channel.
  const single = (x: T): T => ops.reshape(x, [-1, 1, ...ops.shape(x).slice(2)]);
  const back = (x: T): T => ops.reshape(x, [-1, channels, ...ops.shape(x).slice(2)]);
  const ones = ops.constant(
    tensor(new Float64Array(plane.reduce((a, b) => a * b, 1)).fill(1), [1, 1, ...plane]),
  );
  // All weights of a window without padding are the same: 1 over the number of places that it sees.
  const each = countPadding ? undefined : ops.divide(1, ops.convolution(ones, w, geometry));
  const factor = (change: LinearChange<T> | undefined): T | undefined => each && changed(ops, each, change);
  const kernelOf = (change: LinearChange<T> | undefined): T => each ? w : changed(ops, w, change);
  const times = (x: T, by: T | undefined): T => by === undefined ? x : ops.multiply(x, by);
  return {
    input,
    bias: undefined,
    forward: (x, change) =>
      back(times(ops.convolution(single(x), kernelOf(change), geometry), factor(change))),
    pullback: (s, change) => {
      const padding = outputPaddingFor(plane, ops.shape(s).slice(2), kernel, geometry);
      return back(
        ops.transposedConvolution(times(single(s), factor(change)), kernelOf(change), geometry, padding),
      );
    },
    split: (x) => [x],
  };
}

/**
 * The average of each window.
 *
 * **Shapes** input `[N, C, …]` -> output `[N, C, …]`; one to three spatial axes.
 *
 * @param options.paddingEnd Positions added after each axis. Default: the padding.
 * @param options.dilation Steps within a window. Default 1.
 * @param options.countPadding Whether padded positions count as zeros, as in PyTorch. Default true.
 * @throws {TypeError} If an option is not known, or the kernel is missing.
 * @throws {RangeError} If the kernel is no list of one to three whole numbers >= 1.
 *
 * @example Pairs
 * ```ts
 * import { averagePooling } from "@relprop/lrp/layers";
 * import { eagerOps } from "@relprop/lrp/ops";
 * import { tensor } from "@relprop/lrp/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * const layer = averagePooling({ kernel: [2] });
 * assertEquals([...layer.forward(eagerOps, [tensor([[[1, 3, 5, 9]]])]).data], [2, 7]);
 * ```
 */
export function averagePooling(
  options: PoolingOptions & {
    paddingEnd?: PerAxis | undefined;
    dilation?: PerAxis | undefined;
    countPadding?: boolean | undefined;
  },
): Layer {
  requireOptions(options, {
    action: "make an average pooling",
    known: [...POOLING, "paddingEnd", "dilation", "countPadding"],
    required: ["kernel"],
  });
  const kernel = windowSizes(options.kernel);
  const { stride = kernel, padding, paddingEnd, dilation, countPadding = true } = options;
  const geometry = convolutionGeometry(kernel, { stride, padding, paddingEnd, dilation });
  const padded = padding !== undefined || paddingEnd !== undefined;
  return linearLayer({
    kind: "averagePooling",
    settings: { kernel, ...geometry, countPadding },
    linear: (ops, [input]) =>
      windowSums(ops, input, kernel, geometry, (size) => 1 / size, countPadding || !padded),
  });
}

/**
 * The sum of each window.
 *
 * **Shapes** input `[N, C, …]` -> output `[N, C, …]`; one to three spatial axes.
 *
 * @example Pairs
 * ```ts
 * import { sumPooling } from "@relprop/lrp/layers";
 * import { eagerOps } from "@relprop/lrp/ops";
 * import { tensor } from "@relprop/lrp/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * const layer = sumPooling({ kernel: [2] });
 * assertEquals([...layer.forward(eagerOps, [tensor([[[1, 3, 5, 9]]])]).data], [4, 14]);
 * ```
 */
export function sumPooling(options: PoolingOptions): Layer {
  requireOptions(options, { action: "make a sum pooling", known: POOLING, required: ["kernel"] });
  const kernel = windowSizes(options.kernel);
  const { stride = kernel, padding } = options;
  const geometry = convolutionGeometry(kernel, { stride, padding });
  return linearLayer({
    kind: "sumPooling",
    settings: { kernel, ...geometry },
    linear: (ops, [input]) => windowSums(ops, input, kernel, geometry, () => 1, true),
  });
}

/** The matrix `[outputs, inputs]` that averages the windows of an adaptive pooling, and where it is not 0. */
function adaptiveMatrix(plane: readonly number[], counts: readonly number[]): number[] {
  return plane.reduce<{ rows: number; columns: number; matrix: number[] }>((left, size, axis) => {
    const count = counts[axis];
    const rows = left.rows * count;
    const columns = left.columns * size;
    const matrix = new Array<number>(rows * columns).fill(0);
    for (let o = 0; o < count; o++) {
      const start = Math.floor(o * size / count);
      const end = Math.ceil((o + 1) * size / count);
      for (let r = 0; r < left.rows; r++) {
        for (let c = 0; c < left.columns; c++) {
          const value = left.matrix[r * left.columns + c] / (end - start);
          for (let i = start; i < end; i++) matrix[(r * count + o) * columns + c * size + i] = value;
        }
      }
    }
    return { rows, columns, matrix };
  }, { rows: 1, columns: 1, matrix: [1] }).matrix;
}

/**
 * The average of windows that cover the plane, however large it is; `outputs: [1, 1]` is global average pooling.
 *
 * **Shapes** input `[N, C, …]` -> output `[N, C, …outputs]`; one to three spatial axes.
 *
 * @example The average of a whole row
 * ```ts
 * import { adaptiveAveragePooling } from "@relprop/lrp/layers";
 * import { eagerOps } from "@relprop/lrp/ops";
 * import { tensor } from "@relprop/lrp/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * const layer = adaptiveAveragePooling({ outputs: [1] });
 * assertEquals([...layer.forward(eagerOps, [tensor([[[1, 2, 6]]])]).data], [3]);
 * ```
 */
export function adaptiveAveragePooling(options: { outputs: readonly number[] }): Layer {
  const action = "make an adaptive average pooling";
  requireOptions(options, { action, known: ["outputs"], required: ["outputs"] });
  const outputs = perAxis(options.outputs, options.outputs.length, "outputs", 1);
  const count = outputs.reduce((a, b) => a * b, 1);
  return linearLayer({
    kind: "adaptiveAveragePooling",
    settings: { outputs },
    linear<T>(ops: Ops<T>, [input]: readonly T[]): LinearMap<T> {
      const [, channels, ...plane] = ops.shape(input);
      const area = plane.reduce((a, b) => a * b, 1);
      const matrix = adaptiveMatrix(plane, outputs);
      const w = ops.constant(tensor(matrix, [count, area]));
      const inside = ops.constant(tensor(matrix.map((value) => value === 0 ? 0 : 1), [count, area]));
      const weights = (change: LinearChange<T> | undefined): T =>
        change?.weights === "ones" ? inside : changed(ops, w, change);
      return {
        input,
        bias: undefined,
        forward: (x, change) =>
          ops.reshape(
            ops.matmul(ops.reshape(x, [0, 0, area]), ops.transpose(weights(change), [1, 0])),
            [-1, channels, ...outputs],
          ),
        pullback: (s, change) =>
          ops.reshape(ops.matmul(ops.reshape(s, [0, 0, count]), weights(change)), [-1, channels, ...plane]),
        split: (x) => [x],
      };
    },
  });
}
