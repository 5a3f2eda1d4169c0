import { formatShape, ShapeError } from "../errors.ts";
import { multiplyMatrices } from "../kernels/multiply_matrices.ts";
import { contiguous, type Tensor, tensor } from "../tensor/mod.ts";
import { walkPairs } from "./elementwise.ts";
import { broadcastShapes, broadcastStrides, sizeOf } from "./shapes.ts";

/** The matrix product of the last two axes; the axes before them broadcast. */
export function matrixProduct(a: Tensor, b: Tensor): Tensor {
  const [m, k] = a.shape.slice(-2);
  const [rows, n] = b.shape.slice(-2);
  if (a.shape.length < 2 || b.shape.length < 2 || k !== rows) {
    throw new ShapeError(
      `Cannot multiply matrices: inner sizes must be equal, got ${formatShape(a.shape)} and ${
        formatShape(b.shape)
      }`,
      { where: "operands", expected: a.shape, actual: b.shape },
    );
  }
  const left = contiguous(a);
  const right = contiguous(b);
  const outerA = a.shape.slice(0, -2);
  const outerB = b.shape.slice(0, -2);
  const outer = broadcastShapes(outerA, outerB, "multiply matrices");
  const to = new Float64Array(sizeOf(outer) * m * n);
  if (sizeOf(outerB) === 1) {
    // One matrix on the right: the axes before are more rows of the left one.
    multiplyMatrices(left, right, to, { m: sizeOf(outerA) * m, k, n });
  } else {
    walkPairs(outer, broadcastStrides(outerA, outer), broadcastStrides(outerB, outer), (at, i, j) => {
      multiplyMatrices(
        left.subarray(i * m * k, (i + 1) * m * k),
        right.subarray(j * k * n, (j + 1) * k * n),
        to.subarray(at * m * n, (at + 1) * m * n),
        { m, k, n },
      );
    });
  }
  return tensor(to, [...outer, m, n]);
}
