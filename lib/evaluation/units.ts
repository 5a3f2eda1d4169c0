import type { EncodedInput } from "../attribution/mod.ts";
import { exactSum } from "../statistics.ts";
import { contiguous, type Tensor } from "../tensor/mod.ts";

/**
 * Which numbers of an input belong together: the vector of a token, or the channels of a pixel or of a square region.
 *
 * **Shapes** an input with tokens `[T, E]` -> T units; an image `[…, H, W]` -> H·W pixels or ⌈H/n⌉·⌈W/n⌉ regions; any
 * other input -> one unit per number.
 *
 * @param region Edge of the square regions of an image, in pixels.
 * @returns The places of each unit in the row-major numbers of the input.
 * @throws {RangeError} If the region is not a positive integer.
 */
export function unitsOf({ values, tokens }: EncodedInput, region = 1): readonly Int32Array[] {
  if (!(Number.isInteger(region) && region > 0)) {
    throw new RangeError(`Cannot split the input: region must be a positive integer, got ${region}`);
  }
  const size = values.shape.reduce((a, b) => a * b, 1);
  if (tokens.length > 0) {
    const perToken = size / tokens.length;
    return tokens.map((_, t) => Int32Array.from({ length: perToken }, (_, k) => t * perToken + k));
  }
  if (values.shape.length < 3) return Array.from({ length: size }, (_, i) => Int32Array.of(i));
  const [height, width] = values.shape.slice(-2) as [number, number];
  const down = Math.ceil(height / region), across = Math.ceil(width / region);
  const places = Array.from({ length: down * across }, (): number[] => []);
  for (let i = 0; i < size; i++) {
    const y = Math.floor(i / width) % height, x = i % width;
    places[Math.floor(y / region) * across + Math.floor(x / region)]!.push(i);
  }
  return places.map((list) => Int32Array.from(list));
}

/** Relevance of each unit: the sum over its numbers, or the relevance itself where a method gives one number per unit. */
export function unitRelevance(relevance: Tensor, units: readonly Int32Array[]): Float64Array {
  const flat = contiguous(relevance);
  const size = units.reduce((sum, unit) => sum + unit.length, 0);
  if (flat.length === units.length && size !== units.length) return flat;
  return Float64Array.from(units, (unit) => exactSum(Float64Array.from(unit, (i) => flat[i]!)));
}
