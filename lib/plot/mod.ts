/**
 * Pictures of relevance that show in every notebook front end, and save as SVG, PNG and HTML.
 *
 * Numbers go in, values that can show themselves come out: a {@linkcode Drawing} (SVG of our own) or a
 * {@linkcode Figure} (plotly.js). Colors are red for positive and blue for negative, symmetric about zero.
 *
 * @example A sentence as a heat map
 * ```ts
 * import { wordHeatmap } from "@relprop/lrp/plot";
 * import { assertEquals } from "@std/assert";
 *
 * const picture = wordHeatmap(["a", "great", "film"], [0.1, 1.2, -0.3], { caption: "target: positive" });
 * assertEquals(picture.toText(), "a(+0.1) great(+1.2) film(-0.3)");
 * ```
 *
 * @module
 */
export { barChart, type BarChartOptions } from "./bar_chart.ts";
export { type BinaryArray, binaryArray, type BinaryValues } from "./render/binary_array.ts";
export { type ColorMap, type ColorMapName, colorTable } from "./color/color_map.ts";
export { type ColorScale, colorScale, symmetricLimit } from "./color/color_scale.ts";
export { flush, type MimeBundle } from "./display/display.ts";
export { Drawing, type DrawingParts, type Hotspot } from "./display/drawing.ts";
export { Figure, type FigureParts, type PlotlyObject } from "./display/figure.ts";
export { initNotebook } from "./display/init_notebook.ts";
export { type HTMLOptions, Picture, type PNGOptions, type TerminalOptions } from "./display/picture.ts";
export type { Theme, ThemeName } from "./color/theme.ts";
export { wordHeatmap, type WordHeatmapOptions } from "./word_heatmap.ts";
export type { WordRelevance, WordRows } from "./words/word_rows.ts";
export type { NumericArray } from "../tensor/mod.ts";
