import { mean, median, quantile } from "../statistics.ts";
import { themeOf } from "./color/theme.ts";
import { Figure } from "./display/figure.ts";
import { entriesOf, type Labelled, listOf } from "./numbers.ts";
import { heading, type PictureOptions, requirePictureOptions } from "./options.ts";
import { binaryArray } from "./render/binary_array.ts";
import { axis, figureLayout, plotlyText } from "./render/figure_layout.ts";
import { formatNumber, formatSigned, sentences } from "./text/format_number.ts";
import { fitText, textWidth } from "./text/text_width.ts";

/** How a distribution chart looks. */
export interface DistributionChartOptions extends PictureOptions {
  /** Violins show the shape, boxes the quartiles. Default `violin`. */
  readonly kind?: "violin" | "box";
  /** What the numbers are. Default "relevance". */
  readonly valueLabel?: string;
}

/** Groups up to this size show every sample. */
const SHOW_POINTS = 60;

/**
 * How relevance, or any number per sample, is distributed over a data set: one violin or box per group.
 *
 * @throws {RangeError} If there is no group, a group is empty, or the kind is unknown.
 * @throws {NumericalError} If a number is NaN or infinite.
 *
 * @example Two groups
 * ```ts
 * import { distributionChart } from "@relprop/lrp/plot";
 * import { assertStringIncludes } from "@std/assert";
 *
 * const figure = distributionChart({ right: [1, 2, 3], wrong: [0, -1] }, { kind: "box" });
 * assertStringIncludes(figure.description, "right: 3 samples, median +2");
 * ```
 */
export function distributionChart(
  groups: Labelled<ArrayLike<number>>,
  options: DistributionChartOptions = {},
): Figure {
  const action = "draw the distribution chart";
  requirePictureOptions(options, { action, known: ["kind", "valueLabel"] });
  const { title = "Distribution over the data", caption = "", kind = "violin", valueLabel = "relevance" } =
    options;
  if (kind !== "violin" && kind !== "box") {
    throw new RangeError(`Cannot ${action}: kind must be "violin" or "box", got ${JSON.stringify(kind)}`);
  }
  const theme = themeOf(options.theme);
  const samples = entriesOf(groups, { action, where: "the groups" }).map(([label, values]) => ({
    label,
    values: Float64Array.from(listOf(values, { action, where: `group ${JSON.stringify(label)}` })),
  }));
  const data = samples.map(({ label, values }, i) => {
    const color = theme.series[i % theme.series.length]!;
    return {
      type: kind,
      x: binaryArray(values),
      y0: i,
      name: plotlyText(label),
      orientation: "h",
      line: { color, width: 1.5 },
      fillcolor: `${color}40`,
      marker: { color, size: 4, opacity: 0.7 },
      ...kind === "violin"
        ? {
          box: { visible: true },
          points: values.length <= SHOW_POINTS ? "all" : false,
          spanmode: "hard",
          width: 0.8,
        }
        : { boxpoints: values.length <= SHOW_POINTS ? "all" : "outliers", boxmean: true, width: 0.5 },
      jitter: 0.4,
      pointpos: 0,
    };
  });
  const labels = samples.map(({ label }) => fitText(label, 12, 160));
  const left = 24 + Math.max(...labels.map((label) => textWidth(label, 12)));
  const width = options.width ?? 640;
  return new Figure({
    data,
    layout: {
      ...figureLayout({
        title,
        caption,
        width,
        height: 110 + (caption === "" ? 0 : 16) + 70 * samples.length,
        theme,
        left,
      }),
      xaxis: axis(theme, valueLabel, { zeroline: true }),
      yaxis: axis(theme, "", {
        showgrid: false,
        zeroline: false,
        tickvals: labels.map((_, i) => i),
        ticktext: labels.map(plotlyText),
        range: [samples.length - 0.5, -0.5],
      }),
    },
    title: heading(title, caption),
    description: sentences(
      kind === "violin" ? "Violin plot" : "Box plot",
      title,
      caption,
      ...samples.map(({ label, values }) =>
        `${label}: ${values.length} ${values.length === 1 ? "sample" : "samples"}, median ${
          formatSigned(median(values))
        }, quartiles ${formatNumber(quantile(values, 0.25))} and ${
          formatNumber(quantile(values, 0.75))
        }, mean ${formatSigned(mean(values))}`
      ),
    ),
  });
}
