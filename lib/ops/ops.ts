import type { Tensor } from "../tensor/mod.ts";

/** A value of the engine, or a number that stands for a value of shape `[]`. */
export type Operand<T> = T | number;

/** How a convolution reads its input: one entry per spatial axis. */
export interface ConvolutionGeometry {
  /** Steps between windows. */
  readonly strides: readonly number[];
  /** Zeros added before each axis. */
  readonly paddingBegin: readonly number[];
  /** Zeros added after each axis. */
  readonly paddingEnd: readonly number[];
  /** Steps between the elements of a window. */
  readonly dilations: readonly number[];
  /** Channel groups that do not see each other. */
  readonly groups: number;
}

/** How a max pooling reads its input: one entry per spatial axis. Padding never wins. */
export interface PoolingGeometry {
  /** Sizes of the window. */
  readonly kernel: readonly number[];
  /** Steps between windows. */
  readonly strides: readonly number[];
  /** Positions added before and after each axis. */
  readonly padding: readonly number[];
  /** Steps between the elements of a window. */
  readonly dilations: readonly number[];
  /** Whether a last window that reaches over the end counts. */
  readonly ceil: boolean;
}

/** What a {@linkcode Ops.scan} goes over. */
export interface ScanOptions<T> {
  /** The values that are read step by step along their first axis, `[T, …]`, all of one length. */
  readonly inputs: readonly T[];
  /** The states that the first step is given. */
  readonly states: readonly T[];
  /** Whether it goes from the last step to the first. */
  readonly backwards: boolean;
}

/** What one step of a {@linkcode Ops.scan} gives, or all of them. */
export interface ScanResult<T> {
  /** The states for the next step, in the shapes of those before; of all steps, those after the last one. */
  readonly states: readonly T[];
  /** What the step gives; of all steps, one per place of the inputs, `[T, …]`. */
  readonly outputs: readonly T[];
}

/**
 * The closed list of operations that layers and rules are written in.
 *
 * A rule never sees arrays, only values `T` and these operations on them. With `T` = float64 tensor
 * ({@linkcode eagerOps}) it runs at once and can be looked at in a cell; with `T` = a value of a graph the same
 * source is written into a model file. Each operation stands for one operator of ONNX, or a fixed few.
 *
 * Elementwise operations broadcast as NumPy does: shapes are aligned at the end, and a size of 1 stretches.
 * Comparisons give 1 where they hold and 0 elsewhere. Axes may be negative and then count from the end.
 */
export interface Ops<T> {
  /** A value that does not depend on the input: a parameter or a number. */
  constant(value: Tensor | number): T;
  /** The sizes of a value; below 0 (-1, -2, … one number per size) for one that is only known when a staged graph runs. */
  shape(x: T): readonly number[];

  /** `a + b`. */
  add(a: Operand<T>, b: Operand<T>): T;
  /** `a - b`. */
  subtract(a: Operand<T>, b: Operand<T>): T;
  /** `a · b`. */
  multiply(a: Operand<T>, b: Operand<T>): T;
  /** `a / b`. */
  divide(a: Operand<T>, b: Operand<T>): T;
  /** The smaller of both. */
  minimum(a: Operand<T>, b: Operand<T>): T;
  /** The larger of both. */
  maximum(a: Operand<T>, b: Operand<T>): T;
  /** 1 where `a > b`, else 0. */
  greater(a: Operand<T>, b: Operand<T>): T;
  /** 1 where `a = b`, else 0. */
  equal(a: Operand<T>, b: Operand<T>): T;
  /** `a` where the condition is not 0, else `b`; the branch that is not taken may be NaN or infinite. */
  where(condition: T, a: Operand<T>, b: Operand<T>): T;

  /** `-x`. */
  negate(x: T): T;
  /** `|x|`. */
  absolute(x: T): T;
  /** `eˣ`. */
  exp(x: T): T;
  /** The natural logarithm. */
  log(x: T): T;
  /** The square root. */
  sqrt(x: T): T;
  /** The hyperbolic tangent. */
  tanh(x: T): T;
  /** `1 / (1 + e⁻ˣ)`. */
  sigmoid(x: T): T;
  /** The error function. */
  erf(x: T): T;

  /** The sum over axes, which stay with size 1. */
  sum(x: T, axes: readonly number[]): T;
  /** The mean over axes, which stay with size 1. */
  mean(x: T, axes: readonly number[]): T;
  /** The largest value over axes, which stay with size 1. */
  max(x: T, axes: readonly number[]): T;

  /** The matrix product of the last two axes; the axes before them broadcast. */
  matmul(a: T, b: T): T;
  /** A convolution: input `[N, C, …]`, weights `[M, C / groups, …]` -> `[N, M, …]`; 1 to 3 spatial axes. */
  convolution(x: T, weights: T, geometry: ConvolutionGeometry): T;
  /** The transpose of {@linkcode Ops.convolution}: `[N, M, …]`, weights `[M, C / groups, …]` -> `[N, C, …]`. */
  transposedConvolution(
    x: T,
    weights: T,
    geometry: ConvolutionGeometry,
    outputPadding: readonly number[],
  ): T;
  /** The largest value of each window, and which one won (the first of equals), for {@linkcode Ops.maxUnpool}. */
  maxPool(x: T, geometry: PoolingGeometry): { readonly values: T; readonly winners: T };
  /** Puts values back where the winners stood, adding where windows overlap; the result has the shape of `like`. */
  maxUnpool(s: T, winners: T, like: T): T;

  /** Other sizes for the same numbers; 0 keeps the size at that place, one -1 takes what is left. */
  reshape(x: T, sizes: readonly number[]): T;
  /** Axes in another order. */
  transpose(x: T, order: readonly number[]): T;
  /** Values one after the other along an axis. */
  concatenate(values: readonly T[], axis: number): T;
  /**
   * The part from `start` up to and without `end` along an axis; below 0 they count from the end, on an axis whose size is
   * only known when a staged graph runs.
   */
  slice(x: T, axis: number, start: number, end: number): T;
  /** Zeros before along an axis, and after up to the size that `like` has there; a negative number as for `slice`. */
  pad(x: T, axis: number, before: number, like: T): T;
  /** Rows of a table `[V, …]` by their numbers `[…]`. */
  gather(table: T, rows: T): T;
  /** Stretches a value to the shape of another, as broadcasting does. */
  expandLike(x: T, like: T): T;
  /** The transpose of {@linkcode Ops.expandLike}: sums over what broadcasting would stretch. */
  sumLike(x: T, like: T): T;
  /** The first part along an axis, as long as `like` is along its axis `likeAxis`. */
  leading(x: T, axis: number, like: T, likeAxis: number): T;
  /** One step after the other over the first axis of values; a staged graph holds the step once. */
  scan(
    options: ScanOptions<T>,
    step: (inputs: readonly T[], states: readonly T[]) => ScanResult<T>,
  ): ScanResult<T>;
}
