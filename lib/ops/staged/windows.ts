import { formatShape, ShapeError } from "../../errors.ts";
import type { ConvolutionGeometry, PoolingGeometry } from "../ops.ts";
import { countWindows } from "../pooling.ts";
import { filled, floats, stretched, written } from "./lazy.ts";
import { withoutBatch } from "./matmul.ts";
import { reshaped } from "./reshaped.ts";
import { productSize, type Size } from "./size.ts";
import { scalarConstant, type StagedGraph } from "./staged_graph.ts";
import { signOf, signOfProduct, type StagedValue, uniformNumber } from "./staged_value.ts";

/** The sizes of a plane, which windows need to know. */
function planeOf(graph: StagedGraph, x: StagedValue, axes: number, action: string): number[] {
  const plane = x.shape.slice(2);
  if (x.shape.length === axes + 2 && plane.every((size) => typeof size === "number")) {
    return plane as number[];
  }
  throw new ShapeError(
    `Cannot ${action}: the input must have ${axes} axes of known size after the first two, got ${
      formatShape(x.shape as number[])
    }`,
    { where: "input", expected: [-1, -1], actual: x.shape.map((size) => graph.codeOf(size)) },
  );
}

function requireChannels(graph: StagedGraph, x: StagedValue, channels: number): void {
  if (x.shape[1] === channels) return;
  throw new ShapeError(
    `Cannot convolve: the input must have ${channels} channels, got ${formatShape(x.shape as number[])}`,
    { where: "input", expected: [-1, channels], actual: x.shape.map((size) => graph.codeOf(size)) },
  );
}

/** Runs on one example where all are the same. */
function overBatch(
  graph: StagedGraph,
  x: StagedValue,
  shape: readonly Size[],
  emit: (x: StagedValue, shape: readonly Size[]) => StagedValue,
): StagedValue {
  const one = graph.optimize ? withoutBatch(graph, x) : undefined;
  return one ? stretched(graph, emit(one, [1, ...shape.slice(1)]), shape) : emit(floats(graph, x), shape);
}

/** A convolution. */
export function convolution(
  graph: StagedGraph,
  x: StagedValue,
  weights: StagedValue,
  geometry: ConvolutionGeometry,
): StagedValue {
  const { strides, paddingBegin, paddingEnd, dilations, groups } = geometry;
  const [outputs, perGroup, ...kernel] = weights.shape as number[];
  const plane = planeOf(graph, x, kernel.length, "convolve");
  requireChannels(graph, x, perGroup! * groups);
  const counts = plane.map((size, axis) =>
    Math.floor(
      (size + paddingBegin[axis]! + paddingEnd[axis]! - dilations[axis]! * (kernel[axis]! - 1) - 1) /
        strides[axis]!,
    ) + 1
  );
  const whole = [x.shape[0]!, outputs!, ...counts];
  if (graph.optimize && (uniformNumber(x) === 0 || uniformNumber(weights) === 0)) {
    return filled(graph, 0, whole);
  }
  const sign = graph.optimize ? signOfProduct(signOf(x), signOf(weights)) : undefined;
  return overBatch(
    graph,
    x,
    whole,
    (from, shape) =>
      graph.emit("Conv", [from, floats(graph, weights)], { shape, facts: { sign } }, {
        kernel_shape: kernel,
        strides: [...strides],
        pads: [...paddingBegin, ...paddingEnd],
        dilations: [...dilations],
        group: groups,
      }),
  );
}

/** The transpose of a convolution. */
export function transposedConvolution(
  graph: StagedGraph,
  x: StagedValue,
  weights: StagedValue,
  geometry: ConvolutionGeometry,
  outputPadding: readonly number[],
): StagedValue {
  const { strides, paddingBegin, paddingEnd, dilations, groups } = geometry;
  const [inputs, perGroup, ...kernel] = weights.shape as number[];
  const counts = planeOf(graph, x, kernel.length, "convolve");
  requireChannels(graph, x, inputs!);
  const reach = kernel.map((size, axis) => dilations[axis]! * (size - 1));
  const plane = counts.map((count, axis) =>
    (count - 1) * strides[axis]! + reach[axis]! + 1 - paddingBegin[axis]! - paddingEnd[axis]! +
    outputPadding[axis]!
  );
  const whole = [x.shape[0]!, perGroup! * groups, ...plane];
  if (graph.optimize && (uniformNumber(x) === 0 || uniformNumber(weights) === 0)) {
    return filled(graph, 0, whole);
  }
  const sign = graph.optimize ? signOfProduct(signOf(x), signOf(weights)) : undefined;
  const plain = graph.optimize && groups === 1 && strides.every((step) => step === 1) &&
    outputPadding.every((amount) => amount === 0) &&
    reach.every((size, axis) => size >= Math.max(paddingBegin[axis]!, paddingEnd[axis]!));
  if (plain) {
    // With stride 1 it is the convolution with turned weights, for which engines have their fastest kernels.
    return overBatch(
      graph,
      x,
      whole,
      (from, shape) =>
        graph.emit("Conv", [from, turned(graph, weights)], { shape, facts: { sign } }, {
          kernel_shape: kernel,
          strides: [...strides],
          pads: [
            ...reach.map((size, axis) => size - paddingBegin[axis]!),
            ...reach.map((size, axis) => size - paddingEnd[axis]!),
          ],
          dilations: [...dilations],
          group: 1,
        }),
    );
  }
  return overBatch(
    graph,
    x,
    whole,
    (from, shape) =>
      graph.emit("ConvTranspose", [from, floats(graph, weights)], { shape, facts: { sign } }, {
        kernel_shape: kernel,
        strides: [...strides],
        // What is added at the end is what is not taken away there; some engines allow no other form.
        pads: [
          ...paddingBegin,
          ...paddingEnd.map((amount, axis) => amount - Math.min(amount, outputPadding[axis]!)),
        ],
        output_padding: outputPadding.map((amount, axis) => amount - Math.min(paddingEnd[axis]!, amount)),
        dilations: [...dilations],
        group: groups,
      }),
  );
}

/** Weights with inputs and outputs exchanged and each kernel turned by half a circle. */
function turned(graph: StagedGraph, weights: StagedValue): StagedValue {
  const [outputs, inputs, ...kernel] = weights.shape;
  const axes = kernel.map((_, axis) => axis + 2);
  const swapped = graph.emit("Transpose", [floats(graph, weights)], {
    shape: [inputs!, outputs!, ...kernel],
    facts: { sign: signOf(weights) },
  }, { perm: [1, 0, ...axes] });
  if (kernel.every((size) => size === 1)) return swapped;
  const all = (value: number): StagedValue => graph.integers(axes.map(() => value));
  return graph.emit("Slice", [swapped, all(-1), all(-(2 ** 31)), graph.integers(axes), all(-1)], {
    shape: swapped.shape,
    facts: swapped.facts,
  });
}

/** The largest value of each window, and where it stood. */
export function maxPool(
  graph: StagedGraph,
  x: StagedValue,
  geometry: PoolingGeometry,
): { values: StagedValue; winners: StagedValue } {
  const { kernel, strides, padding, dilations, ceil } = geometry;
  const plane = planeOf(graph, x, kernel.length, "pool");
  const shape = [...x.shape.slice(0, 2), ...countWindows(plane, geometry)];
  const [values, winners] = graph.emitAll("MaxPool", [floats(graph, x)], [
    { shape, facts: { sign: signOf(x) } },
    { shape, type: "integer" },
  ], {
    kernel_shape: [...kernel],
    strides: [...strides],
    pads: [...padding, ...padding],
    dilations: [...dilations],
    ceil_mode: ceil ? 1 : 0,
  });
  return { values: values!, winners: winners! };
}

/** Puts values back where the winners stood, adding where windows overlap. */
export function maxUnpool(
  graph: StagedGraph,
  s: StagedValue,
  winners: StagedValue,
  like: StagedValue,
): StagedValue {
  if (graph.optimize && uniformNumber(s) === 0) return filled(graph, 0, like.shape);
  // The operator numbers the places over all examples and channels.
  const flat = [productSize(s.shape)];
  const values = reshaped(graph, written(graph, s), flat);
  const places = graph.emit("Reshape", [winners, graph.integers([-1])], { shape: flat, type: "integer" });
  const size = [productSize(like.shape)];
  const empty = graph.emit("Expand", [scalarConstant(graph, 0), sizeOfAll(graph, like)], { shape: size });
  const sum = graph.emit("ScatterElements", [empty, places, values], {
    shape: size,
    facts: { sign: signOf(s) },
  }, {
    axis: 0,
    reduction: "add",
  });
  return reshaped(graph, sum, like.shape);
}

/** How many numbers a value holds, as a list of one. */
function sizeOfAll(graph: StagedGraph, x: StagedValue): StagedValue {
  const count = graph.emit("Size", [written(graph, x)], { shape: [], type: "integer" });
  return graph.emit("Unsqueeze", [count, graph.integers([0])], { shape: [1], type: "integer" });
}
