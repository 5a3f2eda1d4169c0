import { COOLWARM } from "./coolwarm.ts";

/** The color maps that come with relprop; in each of them blue (or purple) is negative and red (or orange) positive. */
export type ColorMapName = "redBlue" | "redBlueDark" | "orangePurple" | "bwr" | "seismic" | "coolwarm";

/** The name of a color map, or a table of colors `#rrggbb` from the most negative to the most positive. */
export type ColorMap = ColorMapName | readonly string[];

/** How many colors a named map has. */
const ENTRIES = 256;

/** The evenly spaced stops of the maps that are straight lines between them, as red, green, blue from 0 to 1. */
const STOPS: Record<Exclude<ColorMapName, "coolwarm">, readonly (readonly [number, number, number])[]> = {
  redBlue: ["#0a4a90", "#5a9bcb", "#f7f7f7", "#e0705a", "#a50f26"].map(fromHex),
  redBlueDark: ["#7cc0ff", "#2a6cb0", "#23272e", "#b5443a", "#ff9d88"].map(fromHex),
  orangePurple: ["#3f1d82", "#8f82bd", "#f7f7f7", "#e89a3c", "#a44a00"].map(fromHex),
  bwr: [[0, 0, 1], [1, 1, 1], [1, 0, 0]],
  seismic: [[0, 0, 0.3], [0, 0, 1], [1, 1, 1], [1, 0, 0], [0.5, 0, 0]],
};

/** Half a step is added so that truncation to a byte gives the byte back. */
function fromHex(hex: string): [number, number, number] {
  const byte = (at: number): number => Math.min(1, (parseInt(hex.slice(at, at + 2), 16) + 0.5) / 255);
  return [byte(1), byte(3), byte(5)];
}

/**
 * The table of a color map: colors `#rrggbb` from the most negative to the most positive value.
 *
 * `redBlue` is the default and `orangePurple` the alternative; in both the two signs stay apart for the three common
 * kinds of color blindness. `redBlueDark` has a dark middle, for dark pages. `bwr`, `seismic` and `coolwarm` are
 * Matplotlib's maps of those names with its table of 256 entries truncated to bytes, so that the colors of published
 * LSTM heat maps come out to the byte.
 *
 * @throws {RangeError} If the name is not one of the maps, or a table has no colors or one that is not `#rrggbb`.
 *
 * @example The two ends and the middle
 * ```ts
 * import { colorTable } from "@relprop/lrp/plot";
 * import { assertEquals } from "@std/assert";
 *
 * const table = colorTable("bwr");
 * assertEquals([table[0], table[128], table[255]], ["#0000ff", "#fffefe", "#ff0000"]);
 * ```
 */
export function colorTable(map: ColorMap): readonly string[] {
  if (Array.isArray(map)) return requireColors(map);
  if (map === "coolwarm") {
    return Array.from({ length: ENTRIES }, (_, i) => `#${COOLWARM.slice(6 * i, 6 * i + 6)}`);
  }
  if (typeof map !== "string" || !Object.hasOwn(STOPS, map)) {
    const names = [...Object.keys(STOPS), "coolwarm"].map((name) => `"${name}"`).join(", ");
    throw new RangeError(
      `Cannot choose the color map: its name must be one of ${names}, got ${JSON.stringify(map)}`,
    );
  }
  const stops = STOPS[map as Exclude<ColorMapName, "coolwarm">];
  const channels = [0, 1, 2].map((channel) => interpolate(stops.map((stop) => stop[channel]!)));
  return Array.from(
    { length: ENTRIES },
    (_, i) => `#${channels.map((values) => toByte(values[i]!)).join("")}`,
  );
}

function requireColors(table: readonly string[]): readonly string[] {
  const bad = table.find((color) => !/^#[0-9a-f]{6}$/i.test(color));
  if (table.length > 0 && bad === undefined) return table;
  throw new RangeError(
    `Cannot choose the color map: a table needs at least one color, each as #rrggbb, got ${
      bad === undefined ? "none" : JSON.stringify(bad)
    }`,
  );
}

function toByte(value: number): string {
  return Math.trunc(Math.min(1, Math.max(0, value)) * 255).toString(16).padStart(2, "0");
}

/** The order of the operations is Matplotlib's: truncation to bytes makes the last bit of a float visible. */
function interpolate(values: readonly number[]): number[] {
  const last = ENTRIES - 1;
  const at = (stop: number): number => last * (stop / (values.length - 1));
  return Array.from({ length: ENTRIES }, (_, i) => {
    if (i === 0) return values[0]!;
    if (i === last) return values.at(-1)!;
    const x = last * (i * (1 / last));
    let right = 1;
    while (at(right) < x) right++;
    const share = (x - at(right - 1)) / (at(right) - at(right - 1));
    return share * (values[right]! - values[right - 1]!) + values[right - 1]!;
  });
}
