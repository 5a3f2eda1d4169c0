import { themeOf } from "./color/theme.ts";
import { Figure } from "./display/figure.ts";
import { heading, type PictureOptions, requirePictureOptions } from "./options.ts";
import { axis, figureLayout, legendOf, plotlyText } from "./render/figure_layout.ts";
import { formatSigned, sentences } from "./text/format_number.ts";
import { fitText, textWidth } from "./text/text_width.ts";
import { type WordRelevance, type WordRows, wordRows } from "./words/word_rows.ts";

/** How a position chart looks. */
export interface PositionChartOptions extends PictureOptions {
  /** What the numbers are. Default "relevance". */
  readonly valueLabel?: string;
}

/** More words than this are not written at the axis. */
const NAMED = 60;

/**
 * Relevance over the position in the sentence: bars that are red above zero and blue below, or one line per row.
 *
 * **Shapes** `T` words and relevance `[T]`, or rows of `[T]` by their labels.
 *
 * @throws {RangeError} If there is no word or no row.
 * @throws {ShapeError} If there are not as many numbers as words.
 * @throws {NumericalError} If a number is NaN or infinite.
 *
 * @example One sentence
 * ```ts
 * import { positionChart } from "@relprop/lrp/plot";
 * import { assertEquals } from "@std/assert";
 *
 * const figure = positionChart(["not", "bad"], [-0.5, 1]);
 * assertEquals(figure.data[0]!.y, [-0.5, 1]);
 * ```
 */
export function positionChart(
  tokens: readonly string[],
  relevance: WordRelevance | WordRows,
  options: PositionChartOptions = {},
): Figure {
  const action = "draw the position chart";
  requirePictureOptions(options, { action, known: ["valueLabel"] });
  const { title = "Relevance over the sentence", caption = "", width = 700, valueLabel = "relevance" } =
    options;
  const theme = themeOf(options.theme);
  const rows = wordRows(tokens, relevance, action);
  const words = tokens.map((token) => plotlyText(token));
  const isSingle = rows.length === 1;
  const { legend, right, names } = legendOf(isSingle ? [] : rows.map(({ label }) => label), {
    title,
    width,
    theme,
  });
  const data = rows.map(({ label, values }, i) => {
    const y = Array.from(values);
    const color = theme.series[i % theme.series.length]!;
    return {
      x: y.map((_, position) => position),
      y,
      customdata: words,
      name: plotlyText(names[i] ?? label),
      hovertemplate: `${label === "" ? "" : `${plotlyText(label)}, `}%{customdata}: %{y:.6~g}<extra></extra>`,
      ...isSingle
        ? { type: "bar", marker: { color: y.map((value) => value < 0 ? theme.negative : theme.positive) } }
        : {
          type: "scatter",
          mode: "lines+markers",
          line: { color, width: 2 },
          marker: { color, size: 5, symbol: i },
        },
    };
  });
  const named = tokens.length <= NAMED;
  const short = tokens.map((token) => fitText(token, 12, 90));
  const bottom = named ? 18 + Math.max(...short.map((token) => textWidth(token, 12))) : 48;
  return new Figure({
    data,
    layout: {
      ...figureLayout({ title, caption, width, height: 240 + bottom, theme, left: 62, right, bottom }),
      showlegend: !isSingle,
      legend,
      bargap: 0.15,
      xaxis: axis(theme, named ? "" : "position", {
        showgrid: false,
        zeroline: false,
        ...named && { tickvals: short.map((_, i) => i), ticktext: short.map(plotlyText), tickangle: -90 },
      }),
      yaxis: axis(theme, valueLabel, { zeroline: true, automargin: true }),
    },
    title: heading(title, caption),
    description: sentences(
      "Relevance by position",
      title,
      caption,
      ...rows.map(({ label, values }) =>
        `${label === "" ? "" : `${label}: `}${
          tokens.map((token, i) => `${token} ${formatSigned(values[i]!)}`).join(", ")
        }`
      ),
    ),
  });
}
