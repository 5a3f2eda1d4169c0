import { averagePooling, maxPooling } from "../../../layers/mod.ts";
import { countWindows } from "../../../ops/pooling.ts";
import type { NodeContext } from "./node_context.ts";
import type { Translation } from "./weighted_nodes.ts";
import { windowOptions } from "./window_options.ts";

/** A node with a window attribute as the options of a pooling. */
interface PoolingNode {
  readonly kernel: readonly number[];
  readonly stride: readonly number[];
  readonly padding: readonly number[];
  readonly paddingEnd: readonly number[];
  readonly dilation: readonly number[];
  readonly ceil: boolean;
  /** The sizes of the plane, where padding makes them matter. */
  readonly plane: () => readonly number[];
}

function pooling(context: NodeContext): PoolingNode {
  const kernel = context.integers("kernel_shape");
  if (kernel === undefined) throw context.fail("kernel_shape must be given");
  const plane = context.signal(0).shape.slice(2);
  return {
    kernel,
    ...windowOptions(context, kernel, plane),
    ceil: context.number("ceil_mode", 0) === 1,
    plane: () => {
      if (plane.every((size) => typeof size === "number")) return plane;
      throw context.fail(`its plane must have known sizes, got [${plane}]`);
    },
  };
}

/** Padding never wins: it matters only for how many windows there are. */
const maxPool: Translation = (context) => {
  if (context.node.outputs[1]) throw context.fail("its indices must not be read");
  const { kernel, stride, padding, paddingEnd, dilation, ceil, plane } = pooling(context);
  const options = { kernel, stride, padding, dilation };
  const x = context.signal(0);
  if (padding.every((amount, axis) => amount === paddingEnd[axis])) {
    return context.add(maxPooling({ ...options, ceil }), x);
  }
  const wanted = plane().map((size, axis) => {
    const room = size + padding[axis]! + paddingEnd[axis]! - dilation[axis]! * (kernel[axis]! - 1) - 1;
    return (ceil ? Math.ceil : Math.floor)(room / stride[axis]!) + 1;
  });
  const found = [false, true].find((ceil) => {
    const counts = countWindows(plane(), { kernel, strides: stride, padding, dilations: dilation, ceil });
    return counts.every((count, axis) => count === wanted[axis]);
  });
  if (found === undefined) {
    throw context.fail(`padding must be the same on both sides, got [${padding}] and [${paddingEnd}]`);
  }
  return context.add(maxPooling({ ...options, ceil: found }), x);
};

const averagePool: Translation = (context) => {
  const { kernel, stride, padding, paddingEnd, dilation, ceil, plane } = pooling(context);
  const none = [...padding, ...paddingEnd].every((amount) => amount === 0);
  const counted = context.number("count_include_pad", 0) === 1;
  const options = { kernel, stride, padding, dilation };
  const x = context.signal(0);
  if (!ceil) return context.add(averagePooling({ ...options, paddingEnd, countPadding: counted || none }), x);
  // What a last window needs beyond the end never counts.
  const sizes = plane();
  const more = sizes.map((size, axis) => {
    const reach = dilation[axis]! * (kernel[axis]! - 1) + 1;
    const room = size + padding[axis]! + paddingEnd[axis]! - reach;
    const count = Math.ceil(room / stride[axis]!) + 1;
    const starts = (count - 1) * stride[axis]! < size + padding[axis]!;
    return Math.max(0, ((starts ? count : count - 1) - 1) * stride[axis]! - room);
  });
  if (counted && !none && more.some((amount) => amount > 0)) {
    throw context.fail("count_include_pad must be 0 where a last window reaches beyond the padding");
  }
  const end = paddingEnd.map((amount, axis) => amount + more[axis]!);
  return context.add(averagePooling({ ...options, paddingEnd: end, countPadding: counted && !none }), x);
};

/** The poolings over windows. */
export const POOLING_NODES: Readonly<Record<string, Translation>> = {
  MaxPool: maxPool,
  AveragePool: averagePool,
};
