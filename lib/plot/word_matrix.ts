import { colorScale, symmetricLimit } from "./color/color_scale.ts";
import { themeOf } from "./color/theme.ts";
import { Figure } from "./display/figure.ts";
import { COLOR_OPTIONS, type ColorOptions, heading, requirePictureOptions } from "./options.ts";
import { axis, figureLayout, plotlyText } from "./render/figure_layout.ts";
import { heatTrace } from "./render/heat_trace.ts";
import { formatNumber, formatSigned, sentences } from "./text/format_number.ts";
import { fitText, textWidth } from "./text/text_width.ts";
import { type WordRows, wordRows } from "./words/word_rows.ts";

/** How a word matrix looks. */
export interface WordMatrixOptions extends ColorOptions {
  /** Prints the numbers into the cells. Default: if there are at most 120. */
  readonly values?: boolean;
}

/** More numbers than these are not all named in the alternative text. */
const NAMED = 200;

/**
 * Rows of relevance (methods, targets, layers) by words as one colored matrix, on one scale symmetric about zero.
 *
 * **Shapes** `T` words and rows of `[T]` by their labels.
 *
 * @throws {RangeError} If there is no word or no row.
 * @throws {ShapeError} If a row has not as many numbers as there are words.
 * @throws {NumericalError} If a number is NaN or infinite.
 *
 * @example Two methods
 * ```ts
 * import { wordMatrix } from "@relprop/lrp/plot";
 * import { assertEquals } from "@std/assert";
 *
 * const figure = wordMatrix(["not", "bad"], { "LRP": [0.4, 0.1], "occlusion": [0.2, -0.8] });
 * assertEquals(figure.data[0]!.zmax, 0.8);
 * ```
 */
export function wordMatrix(
  tokens: readonly string[],
  rows: WordRows,
  options: WordMatrixOptions = {},
): Figure {
  const action = "draw the word matrix";
  requirePictureOptions(options, { action, known: [...COLOR_OPTIONS, "values"] });
  const { title = "Relevance by method and word", caption = "" } = options;
  const theme = themeOf(options.theme);
  const labelled = wordRows(tokens, rows, action);
  const count = labelled.length * tokens.length;
  const { values = count <= 120 } = options;
  const flat = Float64Array.from(labelled.flatMap((row) => Array.from(row.values)));
  const scale = colorScale(options.limit ?? symmetricLimit(flat), options.colorMap ?? theme.colorMap);
  const labels = labelled.map((row) => fitText(row.label, 12, 150));
  const words = tokens.map((token) => fitText(token, 12, 90));
  const left = 20 + Math.max(...labels.map((label) => textWidth(label, 12)));
  const width = options.width ??
    Math.min(1200, Math.max(420, left + 110 + (values ? 46 : 24) * tokens.length));
  const bottom = 24 + Math.max(...words.map((word) => textWidth(word, 12)));
  const top = caption === "" ? 46 : 62;
  const matrix = { rows: labelled.length, columns: tokens.length, values: flat };
  const trace = heatTrace(matrix, scale, {
    theme,
    label: "relevance",
    xgap: 2,
    ygap: 2,
    customdata: labelled.map((row) =>
      tokens.map((token) => `${plotlyText(row.label)}, ${plotlyText(token)}`)
    ),
    hovertemplate: "%{customdata}: %{z:.6~g}<extra></extra>",
    ...values && {
      text: labelled.map((row) =>
        Array.from(row.values, (value) => formatNumber(value).replaceAll("-", "−"))
      ),
      texttemplate: "%{text}",
      textfont: { size: 11 },
    },
  });
  return new Figure({
    data: [trace],
    layout: {
      ...figureLayout({
        title,
        caption,
        width,
        height: top + bottom + Math.max(110, 30 * labelled.length),
        theme,
        left,
        right: 90,
        bottom,
      }),
      xaxis: {
        ...axis(theme, "", { showgrid: false, zeroline: false }),
        ...positions(words),
        tickangle: -90,
      },
      yaxis: {
        ...axis(theme, "", { showgrid: false, zeroline: false, autorange: "reversed" }),
        ...positions(labels),
      },
    },
    title: heading(title, caption),
    description: sentences(
      "Matrix of relevance by row and word",
      title,
      caption,
      ...count > NAMED
        ? [`${labelled.length} rows of ${tokens.length} words`]
        : labelled.map((row) =>
          `${row.label}: ${tokens.map((t, i) => `${t} ${formatSigned(row.values[i]!)}`).join(", ")}`
        ),
      `Colors from ${formatSigned(-scale.limit)} to ${
        formatSigned(scale.limit)
      }, red positive, blue negative`,
    ),
  });
}

/** Ticks by position: words that occur twice stay apart. */
function positions(labels: readonly string[]): Record<string, unknown> {
  return { tickvals: labels.map((_, i) => i), ticktext: labels.map(plotlyText) };
}
