import { type ColorMap, colorTable } from "./color_map.ts";

/** Turns relevance into colors, symmetric about zero: the same size of either sign is equally far from the middle. */
export interface ColorScale {
  /** The absolute value at which the color is deepest; 0 if there was nothing but zeros. */
  readonly limit: number;
  /** The colors from `-limit` to `limit`. */
  readonly table: readonly string[];
  /** The color `#rrggbb` of a value; values beyond the limit get the color of the limit. */
  color(value: number): string;
}

/**
 * The largest absolute value in some rows of numbers, at least 0: the limit of a scale that they share.
 *
 * @example Two rows on one scale
 * ```ts
 * import { symmetricLimit } from "@relprop/lrp/plot";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(symmetricLimit([0.5, -2], [1]), 2);
 * assertEquals(symmetricLimit([]), 0);
 * ```
 */
export function symmetricLimit(...rows: readonly ArrayLike<number>[]): number {
  let limit = 0;
  for (const row of rows) {
    for (let i = 0; i < row.length; i++) limit = Math.max(limit, Math.abs(row[i]!));
  }
  return limit;
}

/**
 * A color scale symmetric about zero.
 *
 * ```text
 * color(v) = table[ floor(n · (1/2 + v / (2 · limit))) ]     the last entry for v ≥ limit, the middle one if limit = 0
 * ```
 *
 * @param limit The absolute value of the deepest color, ≥ 0 and finite.
 * @throws {RangeError} If the limit is negative or not finite, or the color map is unknown.
 *
 * @example Red is positive
 * ```ts
 * import { colorScale } from "@relprop/lrp/plot";
 * import { assertEquals } from "@std/assert";
 *
 * const scale = colorScale(2, "bwr");
 * assertEquals([scale.color(2), scale.color(1), scale.color(-2)], ["#ff0000", "#ff7e7e", "#0000ff"]);
 * ```
 */
export function colorScale(limit: number, map: ColorMap = "redBlue"): ColorScale {
  if (typeof limit !== "number" || !(limit >= 0 && limit < Infinity)) {
    throw new RangeError(
      `Cannot make the color scale: the limit must be finite and at least 0, got ${limit}`,
    );
  }
  const table = colorTable(map);
  return {
    limit,
    table,
    color(value: number): string {
      const position = limit === 0 ? 0.5 : 0.5 + 0.5 * (value / limit);
      return table[Math.min(table.length - 1, Math.max(0, Math.floor(position * table.length)))]!;
    },
  };
}
