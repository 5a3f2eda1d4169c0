import { formatShape, ShapeError } from "../errors.ts";
import { multiplyMatrices } from "../kernels/multiply_matrices.ts";
import { contiguous, type Tensor, tensor } from "../tensor/mod.ts";
import type { ConvolutionGeometry } from "./ops.ts";
import { sizeOf } from "./shapes.ts";
import { toThree, walkWindows, type Windows } from "./windows.ts";

/** The offsets that windows read, once per call: for each element of a window, the place it has for each window. */
function places(windows: Windows): Int32Array {
  const count = sizeOf(windows.counts);
  const table = new Int32Array(sizeOf(windows.kernel) * count).fill(-1);
  walkWindows(windows, (element, window, position) => table[element * count + window] = position);
  return table;
}

function windowsOf(
  plane: readonly number[],
  counts: readonly number[],
  kernel: readonly number[],
  geometry: ConvolutionGeometry,
): Windows {
  return {
    plane: toThree(plane, 1),
    counts: toThree(counts, 1),
    kernel: toThree(kernel, 1),
    strides: toThree(geometry.strides, 1),
    padding: toThree(geometry.paddingBegin, 0),
    dilations: toThree(geometry.dilations, 1),
  };
}

function requireChannels(x: Tensor, weights: Tensor, channels: number, axis: 0 | 1): void {
  const rank = weights.shape.length;
  if (x.shape.length === rank && x.shape[1] === channels && rank >= 3 && rank <= 5) return;
  throw new ShapeError(
    `Cannot convolve: the input must have ${rank} axes and ${channels} channels for weights of shape ${
      formatShape(weights.shape)
    }, got ${formatShape(x.shape)}`,
    {
      where: axis === 1 ? "input" : "transposed input",
      expected: [-1, channels, ...x.shape.slice(2)],
      actual: x.shape,
    },
  );
}

/** A convolution as one matrix product per image and group. */
export function convolve(x: Tensor, weights: Tensor, geometry: ConvolutionGeometry): Tensor {
  const [outputs, perGroup, ...kernel] = weights.shape;
  const { groups, strides, paddingBegin, paddingEnd, dilations } = geometry;
  requireChannels(x, weights, perGroup * groups, 1);
  const [N, , ...plane] = x.shape;
  const counts = kernel.map((size, axis) =>
    Math.floor(
      (plane[axis] + paddingBegin[axis] + paddingEnd[axis] - dilations[axis] * (size - 1) - 1) /
        strides[axis],
    ) + 1
  );
  if (counts.some((count) => count < 1)) {
    throw new ShapeError(
      `Cannot convolve: the padded input must be at least as large as the window ${
        formatShape(kernel)
      }, got ${formatShape(plane)}`,
      { where: "input", expected: kernel, actual: plane },
    );
  }
  const table = places(windowsOf(plane, counts, kernel, geometry));
  const [area, count, elements] = [sizeOf(plane), sizeOf(counts), sizeOf(kernel)];
  const from = contiguous(x);
  const matrix = contiguous(weights);
  const to = new Float64Array(N * outputs * count);
  const columns = new Float64Array(perGroup * elements * count);
  const m = outputs / groups;
  for (let block = 0; block < N * groups; block++) {
    for (let c = 0, at = 0; c < perGroup; c++) {
      const base = (block * perGroup + c) * area;
      for (let i = 0; i < table.length; i++, at++) columns[at] = table[i] < 0 ? 0 : from[base + table[i]];
    }
    const group = block % groups;
    multiplyMatrices(
      matrix.subarray(group * m * perGroup * elements, (group + 1) * m * perGroup * elements),
      columns,
      to.subarray(block * m * count, (block + 1) * m * count),
      { m, k: perGroup * elements, n: count },
    );
  }
  return tensor(to, [N, outputs, ...counts]);
}

/** The transpose of {@linkcode convolve}. */
export function convolveTransposed(
  x: Tensor,
  weights: Tensor,
  geometry: ConvolutionGeometry,
  outputPadding: readonly number[],
): Tensor {
  const [inputs, perGroup, ...kernel] = weights.shape;
  const { groups, strides, paddingBegin, paddingEnd, dilations } = geometry;
  requireChannels(x, weights, inputs, 0);
  const [N, , ...counts] = x.shape;
  const plane = kernel.map((size, axis) =>
    (counts[axis] - 1) * strides[axis] + dilations[axis] * (size - 1) + 1 - paddingBegin[axis] -
    paddingEnd[axis] + outputPadding[axis]
  );
  const table = places(windowsOf(plane, counts, kernel, geometry));
  const [area, count, elements] = [sizeOf(plane), sizeOf(counts), sizeOf(kernel)];
  const from = contiguous(x);
  const matrix = contiguous(weights);
  const to = new Float64Array(N * perGroup * groups * area);
  const m = inputs / groups;
  const k = perGroup * elements;
  const turned = new Float64Array(k * m);
  for (let group = 0; group < groups; group++) {
    for (let i = 0; i < m; i++) {
      for (let j = 0; j < k; j++) turned[j * m + i] = matrix[(group * m + i) * k + j];
    }
    for (let n = 0; n < N; n++) {
      const block = n * groups + group;
      const columns = new Float64Array(k * count);
      multiplyMatrices(turned, from.subarray(block * m * count, (block + 1) * m * count), columns, {
        m: k,
        k: m,
        n: count,
      });
      for (let c = 0, at = 0; c < perGroup; c++) {
        const base = (block * perGroup + c) * area;
        for (let i = 0; i < table.length; i++, at++) if (table[i] >= 0) to[base + table[i]] += columns[at];
      }
    }
  }
  return tensor(to, [N, perGroup * groups, ...plane]);
}
