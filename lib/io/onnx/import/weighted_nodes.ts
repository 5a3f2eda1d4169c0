import {
  batchNorm,
  convolution,
  dense,
  type Layer,
  layerNorm,
  reshape,
  rmsNorm,
  scale,
  transposedConvolution,
} from "../../../layers/mod.ts";
import type { Size } from "../../../ops/mod.ts";
import { productSize } from "../../../ops/staged/size.ts";
import { contiguous, type NumericArray, tensor } from "../../../tensor/mod.ts";
import type { ImportValue, Signal } from "./import_value.ts";
import type { NodeContext } from "./node_context.ts";
import { sizesFor } from "./sizes_for.ts";
import { windowOptions } from "./window_options.ts";

/** Translates a node into layers. */
export type Translation = (context: NodeContext) => ImportValue | readonly ImportValue[];

function transposed(array: NumericArray): NumericArray {
  return array.transpose(1, 0);
}

function multiplied(array: NumericArray, factor: number): NumericArray {
  return factor === 1 ? array : tensor(contiguous(array).map((value) => value * factor), array.shape);
}

/** A bias per output, whatever form it has in the file. */
function biasOf(array: NumericArray, outputs: number, fail: (requirement: string) => Error): NumericArray {
  const flat = contiguous(array);
  if (flat.length === outputs && array.shape.at(-1) === outputs) return tensor(flat, [outputs]);
  if (flat.length === 1) return tensor(new Float64Array(outputs).fill(flat[0]!), [outputs]);
  throw fail(`a bias must hold one number per output, got [${array.shape}] for ${outputs} outputs`);
}

/** `αAB + βC` with constant B: a dense layer. */
const gemm: Translation = (context) => {
  const x = context.signal(0);
  const weights = requireArray(context, 1);
  const [alpha, beta] = [context.number("alpha", 1), context.number("beta", 1)];
  if (context.number("transA", 0) !== 0) throw context.fail("transA must be 0, got 1");
  const rows = context.number("transB", 0) === 1 ? weights : transposed(weights);
  const bias = context.array(2);
  return context.add(
    dense({
      weights: multiplied(rows, alpha),
      bias: bias && multiplied(biasOf(bias, rows.shape[0]!, (text) => context.fail(text)), beta),
    }),
    x,
  );
};

/** A constant matrix on the right, and perhaps an addition of a constant right after it. */
export function denseFrom(
  context: NodeContext,
  x: Signal,
  weights: NumericArray,
  bias?: NumericArray,
): Signal {
  const outputs = weights.shape[1]!;
  return context.add(
    dense({
      weights: transposed(weights),
      bias: bias && biasOf(bias, outputs, (text) => context.fail(text)),
    }),
    x,
  );
}

function requireArray(context: NodeContext, index: number): NumericArray {
  const array = context.array(index);
  if (array === undefined) throw context.fail(`input ${index} must be given`);
  return array;
}

const conv: Translation = (context) => {
  const weights = requireArray(context, 1);
  const kernel = weights.shape.slice(2);
  const options = windowOptions(context, kernel, context.signal(0).shape.slice(2));
  const groups = context.number("group", 1);
  return context.add(convolution({ weights, bias: context.array(2), groups, ...options }), context.signal(0));
};

const convTranspose: Translation = (context) => {
  const weights = requireArray(context, 1);
  const kernel = weights.shape.slice(2);
  const plane = context.signal(0).shape.slice(2);
  const each = (name: string): readonly number[] => context.integers(name) ?? kernel.map(() => 1);
  const [stride, dilation] = [each("strides"), each("dilations")];
  const more = context.integers("output_padding") ?? kernel.map(() => 0);
  const { begin, end } = transposedPads(context, { kernel, plane, stride, dilation, more });
  // What is taken away at the end and what is added there cancel out.
  const outputPadding = more.map((amount, axis) => amount - Math.min(amount, end[axis]!));
  const paddingEnd = end.map((amount, axis) => amount - Math.min(more[axis]!, amount));
  return context.add(
    transposedConvolution({
      weights,
      bias: context.array(2),
      stride,
      dilation,
      groups: context.number("group", 1),
      padding: begin,
      paddingEnd,
      outputPadding,
    }),
    context.signal(0),
  );
};

/** What a transposed convolution takes away on both sides, given or from the size of its output. */
function transposedPads(
  context: NodeContext,
  { kernel, plane, stride, dilation, more }: {
    kernel: readonly number[];
    plane: readonly Size[];
    stride: readonly number[];
    dilation: readonly number[];
    more: readonly number[];
  },
): { begin: readonly number[]; end: readonly number[] } {
  const automatic = context.text("auto_pad", "NOTSET");
  const wanted = context.integers("output_shape");
  const pads = context.integers("pads");
  if (!wanted && (automatic === "NOTSET" || automatic === "VALID")) {
    const given = pads ?? kernel.flatMap(() => [0, 0]);
    return { begin: given.slice(0, kernel.length), end: given.slice(kernel.length) };
  }
  const totals = kernel.map((size, axis) => {
    const whole = plane[axis];
    if (typeof whole !== "number") {
      throw context.fail(`padding must be given for a plane of unknown size ${whole}`);
    }
    const target = wanted?.at(axis - kernel.length) ?? whole * stride[axis]!;
    const total = (whole - 1) * stride[axis]! + more[axis]! + dilation[axis]! * (size - 1) + 1 - target;
    if (total < 0) throw context.fail(`output_shape must not need more than output_padding, got [${wanted}]`);
    return total;
  });
  const small = totals.map((total) => Math.floor(total / 2));
  const large = totals.map((total, axis) => total - small[axis]!);
  return automatic === "SAME_UPPER" ? { begin: small, end: large } : { begin: large, end: small };
}

/** The last axes from the given one on as one, and back. */
function overLastAxes(context: NodeContext, layer: (size: number) => Layer): Signal {
  const x = context.signal(0);
  const axis = context.front(context.number("axis", -1), x.shape.length);
  if (axis === x.shape.length - 1) return context.add(layer(x.shape.at(-1) as number), x);
  const size = productSize(x.shape.slice(axis));
  if (typeof size !== "number") throw context.fail(`it must normalize over known sizes, got ${size}`);
  const { sink, label } = context;
  const flat = sink.add(
    `${label}.flat`,
    reshape({ sizes: sizesFor(context, x.shape, [...x.shape.slice(0, axis), size]) }),
    [x],
  );
  const normal = sink.add(`${label}.normal`, layer(size), [flat]);
  return context.add(reshape({ sizes: sizesFor(context, normal.shape, x.shape) }), normal);
}

const batchNormalization: Translation = (context) => {
  if (context.number("training_mode", 0) !== 0) throw context.fail("training_mode must be 0, got 1");
  return context.add(
    batchNorm({
      weights: context.array(1),
      bias: context.array(2),
      runningMean: requireArray(context, 3),
      runningVariance: requireArray(context, 4),
      epsilon: context.number("epsilon", 1e-5),
    }),
    context.signal(0),
  );
};

/** A constant input with one number per normalized place. */
function perPlace(context: NodeContext, index: number, size: number): NumericArray | undefined {
  const array = context.array(index);
  return array && contiguous(array).length === size ? tensor(contiguous(array), [size]) : array;
}

const layerNormalization: Translation = (context) =>
  overLastAxes(context, (size) =>
    layerNorm({
      weights: perPlace(context, 1, size),
      bias: perPlace(context, 2, size),
      epsilon: context.number("epsilon", 1e-5),
    }));

const rmsNormalization: Translation = (context) =>
  overLastAxes(
    context,
    (size) => rmsNorm({ weights: perPlace(context, 1, size), epsilon: context.number("epsilon", 1e-5) }),
  );

/** `x · factor` for each element. */
export function scaledBy(context: NodeContext, x: Signal, factor: NumericArray): Signal {
  return context.add(scale({ weights: factor }), x);
}

/** The nodes that hold weights. */
export const WEIGHTED_NODES: Readonly<Record<string, Translation>> = {
  Gemm: gemm,
  Conv: conv,
  ConvTranspose: convTranspose,
  BatchNormalization: batchNormalization,
  LayerNormalization: layerNormalization,
  RMSNormalization: rmsNormalization,
  SimplifiedLayerNormalization: rmsNormalization,
};
