import { described } from "../described.ts";
import { formatShape, ShapeError } from "../errors.ts";
import { eagerOps as ops } from "../ops/mod.ts";
import { axisFromFront } from "../ops/shapes.ts";
import { requireOptions } from "../options.ts";
import { contiguous, type Tensor, tensor } from "../tensor/mod.ts";

/**
 * A mask that keeps some places of an axis, for conditional relevance: the channels or heads of a concept.
 *
 * **Shapes** a value of `rank` axes with `size` places on `axis` -> `[1, …, size, …, 1]`, which broadcasts to it.
 *
 * @throws {RangeError} If a place is not a whole number from 0 to `size - 1`, or there is no such axis.
 * @throws {TypeError} If an option is misspelt or missing, or the places are in no list.
 *
 * @example Two of three channels of an image
 * ```ts
 * import { conceptMask } from "@relprop/lrp/networks";
 * import { assertEquals } from "@std/assert";
 *
 * const mask = conceptMask([0, 2], { size: 3, rank: 4 });
 * assertEquals(mask.shape, [1, 3, 1, 1]);
 * assertEquals([...mask.data], [1, 0, 1]);
 * ```
 */
export function conceptMask(
  kept: readonly number[],
  options: { size: number; rank: number; axis?: number | undefined },
): Tensor {
  requireOptions(options, { action: "mask", known: ["size", "rank", "axis"], required: ["size", "rank"] });
  const { size, rank } = options;
  const axis = axisFromFront(options.axis ?? 1, rank, "mask");
  if (!Array.isArray(kept)) {
    throw new TypeError(`Cannot mask: places must be in a list, got ${described(kept)}`);
  }
  const wrong = kept.find((place) => !(Number.isInteger(place) && place >= 0 && place < size));
  if (wrong !== undefined) {
    throw new RangeError(`Cannot mask: places must be whole numbers from 0 to ${size - 1}, got ${wrong}`);
  }
  const values = Float64Array.from({ length: size }, (_, place) => kept.includes(place) ? 1 : 0);
  return tensor(values, Array.from({ length: rank }, (_, i) => i === axis ? size : 1));
}

/**
 * The relevance of each channel: the sum over the places of each example.
 *
 * **Shapes** relevance `[N, C, …]` -> `[N, C]`.
 *
 * @throws {ShapeError} If the relevance has one axis only.
 *
 * @example
 * ```ts
 * import { channelRelevance } from "@relprop/lrp/networks";
 * import { tensor } from "@relprop/lrp/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals([...channelRelevance(tensor([[[1, 2], [3, -4]]])).data], [3, -1]);
 * ```
 */
export function channelRelevance(relevance: Tensor): Tensor {
  const flat = contiguous(relevance);
  const [N, C, ...plane] = relevance.shape;
  if (C === undefined) {
    throw new ShapeError(
      `Cannot add up channels: the relevance must have shape [N, C, …], got ${formatShape(relevance.shape)}`,
      { where: "the relevance", expected: [-1, -1], actual: relevance.shape },
    );
  }
  const axes = plane.map((_, i) => i + 2);
  return tensor(axes.length === 0 ? flat.slice() : contiguous(ops.sum(relevance, axes)).slice(), [N, C]);
}
