import { assertEquals } from "@std/assert";
import { colorScale, colorTable, symmetricLimit } from "../../lib/plot/mod.ts";
import { assertMessage } from "../support/assert_message.ts";
import heatmaps from "../fixtures/colors/heatmaps.json" with { type: "json" };

Deno.test("colorTable() gives the three tables of the reference to the byte", () => {
  for (const name of ["bwr", "seismic", "coolwarm"] as const) {
    assertEquals(colorTable(name), heatmaps.tables[name]);
  }
});

Deno.test("colorScale() gives the color of every word of the 50 reference heat maps to the byte", () => {
  assertEquals(heatmaps.cases.length, 50);
  for (const { cmap, scores, colours } of heatmaps.cases) {
    const scale = colorScale(symmetricLimit(scores), cmap as "bwr" | "seismic");
    assertEquals(scores.map(scale.color), colours);
  }
});

Deno.test("colorScale() is in the middle for zero, also when all is zero, and stays within its ends", () => {
  const scale = colorScale(0, ["#000001", "#000002", "#000003"]);
  assertEquals([scale.color(0), scale.color(-0)], ["#000002", "#000002"]);
  const wide = colorScale(1, ["#000001", "#000002", "#000003"]);
  assertEquals([-9, -1, 0, 1, 9].map(wide.color), ["#000001", "#000001", "#000002", "#000003", "#000003"]);
});

Deno.test("colorTable() ends at the colors it is made of", () => {
  const table = colorTable("redBlue");
  assertEquals([table[0], table[255], table.length], ["#0a4a90", "#a50f26", 256]);
});

/** Red, green, blue from 0 to 1, without the gamma of the screen. */
function linear(color: string): number[] {
  return [1, 3, 5].map((at) => {
    const value = parseInt(color.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
}

/** CIE L*a*b* under D65. */
function lab([r, g, b]: readonly number[]): number[] {
  const f = (t: number): number => t > 0.008856 ? Math.cbrt(t) : 7.787 * t + 16 / 116;
  const x = f((0.4124 * r! + 0.3576 * g! + 0.1805 * b!) / 0.9505);
  const y = f(0.2126 * r! + 0.7152 * g! + 0.0722 * b!);
  const z = f((0.0193 * r! + 0.1192 * g! + 0.9505 * b!) / 1.089);
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)];
}

/** Full protanopia, deuteranopia and tritanopia on linear RGB (Machado, Oliveira and Fernandes 2009). */
const BLINDNESS = {
  none: [[1, 0, 0], [0, 1, 0], [0, 0, 1]],
  protanopia: [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [
    -0.003882,
    -0.048116,
    1.051998,
  ]],
  deuteranopia: [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [
    -0.01182,
    0.04294,
    0.968881,
  ]],
  tritanopia: [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [
    0.004733,
    0.691367,
    0.3039,
  ]],
};

Deno.test("the signs stay apart for color-blind readers in the default maps", () => {
  for (const name of ["redBlue", "redBlueDark", "orangePurple"] as const) {
    const table = colorTable(name);
    for (const [kind, matrix] of Object.entries(BLINDNESS)) {
      const seen = (color: string): number[] => {
        const rgb = linear(color);
        return lab(
          matrix.map((row) => Math.min(1, Math.max(0, row.reduce((sum, w, i) => sum + w * rgb[i]!, 0)))),
        );
      };
      const distance = (a: string, b: string): number =>
        Math.hypot(...seen(a).map((v, i) => v - seen(b)[i]!));
      // Half of the full relevance against half of it with the other sign, and each against zero, in steps of L*a*b*;
      // about 2 is just noticeable.
      const half = distance(table[64]!, table[191]!);
      const positive = distance(table[128]!, table[191]!);
      const negative = distance(table[128]!, table[64]!);
      const least = Math.min(half, positive, negative);
      assertEquals(least > 20, true, `${name}, ${kind}: ${[half, positive, negative]}`);
    }
  }
});

Deno.test("colorTable() and colorScale() refuse what is not a color map or a limit", () => {
  assertMessage(
    () => colorTable("jet" as "bwr"),
    RangeError,
    'Cannot choose the color map: its name must be one of "redBlue", "redBlueDark", "orangePurple", "bwr", "seismic", "coolwarm", got "jet"',
  );
  assertMessage(
    () => colorTable(["#000000", "red"]),
    RangeError,
    'Cannot choose the color map: a table needs at least one color, each as #rrggbb, got "red"',
  );
  assertMessage(
    () => colorTable([]),
    RangeError,
    "Cannot choose the color map: a table needs at least one color, each as #rrggbb, got none",
  );
  assertMessage(
    () => colorScale(NaN),
    RangeError,
    "Cannot make the color scale: the limit must be finite and at least 0, got NaN",
  );
});
