import { described } from "../described.ts";
import { ShapeError } from "../errors.ts";
import { requireFinite } from "../tensor/mod.ts";
import { requireNumbers, requireTexts } from "./numbers.ts";
import { heading, type PictureOptions, requirePictureOptions } from "./options.ts";
import { Figure } from "./display/figure.ts";
import { axis, figureLayout, plotlyText } from "./render/figure_layout.ts";
import { formatNumber, formatSigned, sentences } from "./text/format_number.ts";
import { fitText, textWidth } from "./text/text_width.ts";
import { themeOf } from "./color/theme.ts";

/** How a bar chart looks. */
export interface BarChartOptions extends PictureOptions {
  /** What the numbers are, shown at their axis. Default "score". */
  readonly valueLabel?: string;
  /** Labels of bars to make stand out, such as the predicted class. */
  readonly highlight?: string | readonly string[];
}

/**
 * Labelled numbers as horizontal bars from top to bottom: red above zero, blue below, with the numbers beside them.
 *
 * @param labels One label per bar.
 * @param values One finite number per bar.
 * @throws {RangeError} If there is no bar.
 * @throws {ShapeError} If there are not as many numbers as labels.
 * @throws {NumericalError} If a number is NaN or infinite.
 *
 * @example The scores of two classes
 * ```ts
 * import { barChart } from "@relprop/lrp/plot";
 * import { assertEquals } from "@std/assert";
 *
 * const figure = barChart(["positive", "negative"], [2.5, -1], { highlight: "positive" });
 * assertEquals(figure.description, "Bar chart. Scores. positive +2.5 (highlighted), negative -1.");
 * ```
 */
export function barChart(
  labels: readonly string[],
  values: ArrayLike<number>,
  options: BarChartOptions = {},
): Figure {
  const action = "draw the bar chart";
  requirePictureOptions(options, { action, known: ["valueLabel", "highlight"] });
  requireTexts(labels, { action, where: "labels" });
  requireNumbers(values, { action, where: "values" });
  if (labels.length === 0) throw new RangeError(`Cannot ${action}: at least one bar is required, got 0`);
  if (labels.length !== values.length) {
    throw new ShapeError(
      `Cannot ${action}: values must have one number for each of ${labels.length} labels, got ${values.length}`,
      { where: "values", expected: [labels.length], actual: [values.length] },
    );
  }
  requireFinite(values, [values.length], { action, where: "values" });
  const unknown = [options.highlight ?? []].flat().find((label) => !labels.includes(label));
  if (unknown !== undefined) {
    throw new RangeError(`Cannot ${action}: highlight must name labels of bars, got ${described(unknown)}`);
  }
  const { title = "Scores", caption = "", valueLabel = "score", width = 520 } = options;
  const theme = themeOf(options.theme);
  const highlighted = new Set([options.highlight ?? []].flat());
  const shown = labels.map((label) => fitText(label, 12, width * 0.4));
  const numbers = Array.from(values);
  const rest = highlighted.size > 0 ? 0.45 : 1;
  const trace = {
    type: "bar",
    orientation: "h",
    // Positions instead of names: equal labels stay separate bars.
    y: numbers.map((_, i) => i),
    x: numbers,
    text: numbers.map((value) => formatNumber(value).replace("-", "−")),
    textposition: "outside",
    cliponaxis: false,
    marker: {
      color: numbers.map((value) => value < 0 ? theme.negative : theme.positive),
      opacity: labels.map((label) => highlighted.has(label) ? 1 : rest),
    },
    customdata: labels.map(plotlyText),
    hovertemplate: "%{customdata}: %{x:.6~g}<extra></extra>",
  };
  const layout = {
    ...figureLayout({
      title,
      caption,
      width,
      height: 92 + (caption === "" ? 0 : 16) + 26 * labels.length,
      theme,
      left: 24 + Math.max(...shown.map((label) => textWidth(label, 12))),
      right: 36,
    }),
    xaxis: axis(theme, valueLabel, { range: paddedRange(numbers), zeroline: true }),
    yaxis: {
      ...axis(theme, "", { showgrid: false, zeroline: false }),
      tickvals: numbers.map((_, i) => i),
      ticktext: shown.map((label, i) =>
        highlighted.has(labels[i]!) ? `<b>${plotlyText(label)}</b>` : plotlyText(label)
      ),
      range: [labels.length - 0.4, -0.6],
    },
    bargap: 0.25,
  };
  const told = labels.map((label, i) =>
    `${label} ${formatSigned(numbers[i]!)}${highlighted.has(label) ? " (highlighted)" : ""}`
  );
  return new Figure({
    data: [trace],
    layout,
    title: heading(title, caption),
    description: sentences("Bar chart", title, caption, told.join(", ")),
  });
}

/** From zero or the smallest to zero or the largest, with room for the numbers beside the bars. */
function paddedRange(values: readonly number[]): [number, number] {
  const [low, high] = [Math.min(0, ...values), Math.max(0, ...values)];
  const room = (high - low || 1) * 0.14;
  return [low < 0 ? low - room : 0, high > 0 || low === 0 ? high + room : 0];
}
