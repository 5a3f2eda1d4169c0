/**
 * Pictures of relevance that show in classic Notebook, JupyterLab and nbconvert, and save as SVG, PNG and HTML.
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
export { attentionMap, type AttentionMapOptions } from "./attention_map.ts";
export { barChart, type BarChartOptions } from "./bar_chart.ts";
export { type ColorMap, type ColorMapName, colorTable } from "./color/color_map.ts";
export { type ColorScale, colorScale, symmetricLimit } from "./color/color_scale.ts";
export type { Theme, ThemeName } from "./color/theme.ts";
export { type ComparisonRow, comparisonTable, type ComparisonTableOptions } from "./comparison_table.ts";
export { type Curve, curveChart, type CurveChartOptions } from "./curve_chart.ts";
export { flush, type MimeBundle } from "./display/display.ts";
export { Drawing, type DrawingParts, type Hotspot } from "./display/drawing.ts";
export { Figure, type FigureParts, type PlotlyObject } from "./display/figure.ts";
export { fresh } from "./display/fresh.ts";
export { initNotebook } from "./display/init_notebook.ts";
export { type HTMLOptions, Picture, type PNGOptions, type TerminalOptions } from "./display/picture.ts";
export { progress } from "./display/progress.ts";
export { distributionChart, type DistributionChartOptions } from "./distribution_chart.ts";
export { imageGrid, type ImageGridOptions } from "./image_grid.ts";
export { imageHeatmap, type ImageHeatmapOptions } from "./image_heatmap.ts";
export { type LedgerAccount, ledgerWaterfall, type LedgerWaterfallOptions } from "./ledger_waterfall.ts";
export type { Labelled, Matrix } from "./numbers.ts";
export type { ColorOptions, PictureOptions } from "./options.ts";
export { positionChart, type PositionChartOptions } from "./position_chart.ts";
export { relevanceFlow, type RelevanceFlowOptions } from "./relevance_flow.ts";
export { type BinaryArray, binaryArray, type BinaryValues } from "./render/binary_array.ts";
export type { ChannelPooling } from "./render/raster.ts";
export { timeUnitMap, type TimeUnitMapOptions } from "./time_unit_map.ts";
export { rankWords, type TopWord, topWords, type TopWordsOptions } from "./top_words.ts";
export { wordHeatmap, type WordHeatmapOptions } from "./word_heatmap.ts";
export { wordMatrix, type WordMatrixOptions } from "./word_matrix.ts";
export type { WordRelevance, WordRows } from "./words/word_rows.ts";
export type { NumericArray } from "../tensor/mod.ts";
