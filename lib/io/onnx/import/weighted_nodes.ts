import {
  batchNorm,
  convolution,
  dense,
  layerNorm,
  rmsNorm,
  scale,
  transposedConvolution,
} from "../../../layers/mod.ts";
import { contiguous, type NumericArray, tensor } from "../../../tensor/mod.ts";
import type { ImportValue, Signal } from "./import_value.ts";
import type { NodeContext } from "./node_context.ts";
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
  return context.add(convolution({ weights, bias: context.array(2), ...options }), context.signal(0));
};

const convTranspose: Translation = (context) => {
  const weights = requireArray(context, 1);
  const kernel = weights.shape.slice(2);
  const automatic = context.text("auto_pad", "NOTSET");
  if (automatic !== "NOTSET") throw context.fail(`auto_pad must be NOTSET, got ${automatic}`);
  if (context.integers("output_shape")) throw context.fail("output_shape must not be given");
  const options = windowOptions(context, kernel, context.signal(0).shape.slice(2));
  const outputPadding = context.integers("output_padding") ?? 0;
  return context.add(
    transposedConvolution({ weights, bias: context.array(2), ...options, outputPadding }),
    context.signal(0),
  );
};

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

function overLastAxis(context: NodeContext): void {
  const x = context.signal(0);
  const axis = context.front(context.number("axis", -1), x.shape.length);
  if (axis !== x.shape.length - 1) {
    throw context.fail(`it must normalize over the last axis, got axis ${axis} of ${x.shape.length}`);
  }
}

const layerNormalization: Translation = (context) => {
  overLastAxis(context);
  const epsilon = context.number("epsilon", 1e-5);
  return context.add(
    layerNorm({ weights: context.array(1), bias: context.array(2), epsilon }),
    context.signal(0),
  );
};

const rmsNormalization: Translation = (context) => {
  overLastAxis(context);
  const epsilon = context.number("epsilon", 1e-5);
  return context.add(rmsNorm({ weights: context.array(1), epsilon }), context.signal(0));
};

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
