import type { ConvolutionGeometry } from "../ops/mod.ts";
import type { Requirement } from "../tensor/mod.ts";

/** One number for all spatial axes, or one per axis. */
export type PerAxis = number | readonly number[];

/** A whole number per spatial axis, at least `least`. */
export function perAxis(value: PerAxis, axes: number, name: string, least: number): readonly number[] {
  const list = typeof value === "number" ? new Array<number>(axes).fill(value) : [...value];
  if (list.length !== axes || list.some((part) => !Number.isInteger(part) || part < least)) {
    throw new RangeError(
      `Cannot make a layer: ${name} must be one whole number >= ${least}, or ${axes} of them, got ${
        JSON.stringify(value)
      }`,
    );
  }
  return list;
}

/** The sizes of a window, one whole number per spatial axis. */
export function windowSizes(kernel: readonly number[]): readonly number[] {
  if (
    Array.isArray(kernel) && kernel.length >= 1 && kernel.length <= 3 &&
    kernel.every((size) => Number.isInteger(size) && size >= 1)
  ) return [...kernel];
  throw new RangeError(
    `Cannot make a layer: kernel must be a list of one to three whole numbers >= 1, got ${
      JSON.stringify(kernel)
    }`,
  );
}

/** Throws unless the groups of a convolution share out its channels. */
export function requireGroups(groups: number, channels: number, { action, where }: Requirement): void {
  if (Number.isInteger(groups) && groups >= 1 && channels % groups === 0) return;
  throw new RangeError(
    `Cannot ${action}: groups must be a whole number >= 1 that divides the ${channels} ${where} channels, got ${groups}`,
  );
}

/** The names of {@linkcode WindowOptions}. */
export const WINDOW_OPTIONS: readonly string[] = ["stride", "padding", "paddingEnd", "dilation", "groups"];

/** The options of a convolution, with PyTorch's meaning. */
export interface WindowOptions {
  /** Steps between windows. Default 1. */
  readonly stride?: PerAxis | undefined;
  /** Zeros on both sides, or `"same"` for an output as large as the input (stride 1). Default 0. */
  readonly padding?: PerAxis | "same" | undefined;
  /** Zeros after each axis, where they are others than before it. Default: the padding. */
  readonly paddingEnd?: PerAxis | undefined;
  /** Steps within a window. Default 1. */
  readonly dilation?: PerAxis | undefined;
  /** Channel groups that do not see each other. Default 1. */
  readonly groups?: number | undefined;
}

/** The geometry that options describe. */
export function convolutionGeometry(kernel: readonly number[], options: WindowOptions): ConvolutionGeometry {
  const axes = kernel.length;
  const strides = perAxis(options.stride ?? 1, axes, "stride", 1);
  const dilations = perAxis(options.dilation ?? 1, axes, "dilation", 1);
  const groups = options.groups ?? 1;
  const { padding = 0 } = options;
  if (padding === "same") {
    if (strides.some((stride) => stride !== 1)) {
      throw new RangeError(
        `Cannot make a layer: padding "same" needs stride 1, got ${JSON.stringify(options.stride)}`,
      );
    }
    const total = kernel.map((size, axis) => dilations[axis] * (size - 1));
    const paddingBegin = total.map((sum) => Math.floor(sum / 2));
    const paddingEnd = total.map((sum, axis) => sum - paddingBegin[axis]);
    return { strides, paddingBegin, paddingEnd, dilations, groups };
  }
  const paddingBegin = perAxis(padding, axes, "padding", 0);
  const paddingEnd = perAxis(options.paddingEnd ?? paddingBegin, axes, "paddingEnd", 0);
  return { strides, paddingBegin, paddingEnd, dilations, groups };
}

/** The output padding with which a transposed convolution gives back a plane of the given sizes. */
export function outputPaddingFor(
  plane: readonly number[],
  counts: readonly number[],
  kernel: readonly number[],
  geometry: ConvolutionGeometry,
): number[] {
  const { strides, dilations, paddingBegin, paddingEnd } = geometry;
  return plane.map((size, axis) =>
    size - ((counts[axis] - 1) * strides[axis] + dilations[axis] * (kernel[axis] - 1) + 1 -
      paddingBegin[axis] - paddingEnd[axis])
  );
}
