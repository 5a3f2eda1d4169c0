import { themeOf } from "./color/theme.ts";
import { Figure } from "./display/figure.ts";
import { requireOptions } from "../options.ts";
import { quantile } from "../statistics.ts";
import { isNdArray } from "../tensor/is_nd_array.ts";
import { entriesOf, type Labelled, listOf } from "./numbers.ts";
import { heading, type PictureOptions, pixels, requirePictureOptions } from "./options.ts";
import { axis, figureLayout, legendOf, plotlyText, wholeTicks } from "./render/figure_layout.ts";
import { formatNumber, sentences } from "./text/format_number.ts";

/** A curve: its heights, and if known its places and the bounds of its confidence band. */
export interface Curve {
  /** The places, such as how many words were deleted. Default 0, 1, 2, … */
  readonly x?: ArrayLike<number>;
  /** The heights. */
  readonly y: ArrayLike<number>;
  /** The lower bound of the band. */
  readonly low?: ArrayLike<number>;
  /** The upper bound of the band. */
  readonly high?: ArrayLike<number>;
}

/** How a curve chart looks. */
export interface CurveChartOptions extends PictureOptions {
  /** What runs from left to right. Default "deleted words". */
  readonly xLabel?: string;
  /** What runs upward. Default "accuracy". */
  readonly yLabel?: string;
  /** What the bands are, for the caption. Default "95 % confidence". */
  readonly bandLabel?: string;
  /** Height in CSS pixels. Default 380. */
  readonly height?: number;
}

const DASHES = ["solid", "dash", "dot", "dashdot", "longdash"];

/**
 * Curves with confidence bands, such as the accuracy after deleting words or flipping pixels by their relevance. Curves
 * differ in color and in dash, so that they can be told apart without color.
 *
 * **Shapes** each curve `[n]`, with bounds of the same length.
 *
 * @throws {RangeError} If there is no curve, or a curve is empty.
 * @throws {ShapeError} If places or bounds are not as many as heights.
 * @throws {NumericalError} If a number is NaN or infinite.
 *
 * @example Two methods
 * ```ts
 * import { curveChart } from "@relprop/lrp/plot";
 * import { assertEquals } from "@std/assert";
 *
 * const figure = curveChart({
 *   LRP: { y: [1, 0.6, 0.4], low: [1, 0.5, 0.3], high: [1, 0.7, 0.5] },
 *   random: { y: [1, 0.9, 0.8] },
 * });
 * assertEquals(figure.data.length, 3); // two lines and a band
 * ```
 */
export function curveChart(
  curves: Labelled<Curve | ArrayLike<number>>,
  options: CurveChartOptions = {},
): Figure {
  const action = "draw the curve chart";
  requirePictureOptions(options, { action, known: ["xLabel", "yLabel", "bandLabel", "height"] });
  const { title = "What deleting does", xLabel = "deleted words", yLabel = "accuracy", width = 640 } =
    options;
  const theme = themeOf(options.theme);
  const height = pixels(options.height ?? 380, 160, "height", action);
  const checked = entriesOf(curves, { action, where: "the curves" }).map(([label, curve]) =>
    checkCurve(label, curve, action)
  );
  const hasBand = checked.some(({ low }) => low !== undefined);
  const { caption = hasBand ? `bands: ${options.bandLabel ?? "95 % confidence"}` : "" } = options;
  const labels = checked.length > 1 ? checked.map(({ label }) => label) : [];
  const { legend, right, names } = legendOf(labels, { title, width, theme });
  const data = checked.flatMap(({ label, x, y, low, high }, i) => {
    const color = theme.series[i % theme.series.length]!;
    const line = {
      type: "scatter",
      mode: y.length > 40 ? "lines" : "lines+markers",
      x,
      y,
      name: plotlyText(names[i] ?? label),
      line: { color, width: 2, dash: DASHES[i % DASHES.length] },
      marker: { color, size: 5 },
      hovertemplate: `${plotlyText(label)}: %{y:.4~g} at %{x}<extra></extra>`,
    };
    if (low === undefined || high === undefined) return [line];
    const band = {
      type: "scatter",
      mode: "lines",
      x: [...x, ...x.toReversed()],
      y: [...high, ...low.toReversed()],
      fill: "toself",
      fillcolor: `${color}2e`,
      line: { width: 0 },
      hoverinfo: "skip",
      showlegend: false,
    };
    return [band, line];
  });
  return new Figure({
    data,
    layout: {
      ...figureLayout({ title, caption, width, height, theme, left: 62, right }),
      showlegend: checked.length > 1,
      legend,
      xaxis: axis(theme, xLabel, wholeTicks(checked.flatMap(({ x }) => x))),
      yaxis: axis(theme, yLabel, { automargin: true }),
    },
    title: heading(title, caption),
    description: sentences(
      "Line chart",
      title,
      caption,
      ...checked.map(({ label, x, y }) =>
        `${label}: ${formatNumber(y[0]!)} at ${formatNumber(x[0]!)} to ${formatNumber(y.at(-1)!)} at ${
          formatNumber(x.at(-1)!)
        }, lowest ${formatNumber(quantile(y, 0))}, highest ${formatNumber(quantile(y, 1))}`
      ),
    ),
  });
}

function checkCurve(
  label: string,
  curve: Curve | ArrayLike<number>,
  action: string,
): { label: string; x: number[]; y: number[]; low?: number[]; high?: number[] } {
  const where = `curve ${JSON.stringify(label)}`;
  const isParts = Object(curve) === curve && !ArrayBuffer.isView(curve) && !("length" in curve) &&
    !isNdArray(curve);
  const parts: Curve = isParts ? curve as Curve : { y: curve as ArrayLike<number> };
  requireOptions(parts, { action, known: ["x", "y", "low", "high"], required: ["y"] });
  if ((parts.low === undefined) !== (parts.high === undefined)) {
    throw new TypeError(
      `Cannot ${action}: ${where} must have low and high or none of them, got ${
        parts.low ? "low" : "high"
      } alone`,
    );
  }
  const y = Array.from(listOf(parts.y, { action, where }));
  const same = (list: ArrayLike<number>, what: string): number[] =>
    Array.from(listOf(list, { action, where: `${what} of ${where}`, length: y.length }));
  const x = parts.x === undefined ? y.map((_, i) => i) : same(parts.x, "x");
  if (parts.low === undefined || parts.high === undefined) return { label, x, y };
  return { label, x, y, low: same(parts.low, "low"), high: same(parts.high, "high") };
}
