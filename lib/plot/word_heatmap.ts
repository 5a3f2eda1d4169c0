import { colorScale, symmetricLimit } from "./color/color_scale.ts";
import { themeOf } from "./color/theme.ts";
import { Drawing, type Hotspot } from "./display/drawing.ts";
import { COLOR_OPTIONS, type ColorOptions, heading, pixels, requirePictureOptions } from "./options.ts";
import { COLOR_BAR_HEIGHT, colorBar, headline, MARGIN, textElement, wrapText } from "./render/svg.ts";
import { visible } from "./text/escape.ts";
import { formatSigned, sentences } from "./text/format_number.ts";
import { textWidth } from "./text/text_width.ts";
import { drawWords } from "./words/draw_words.ts";
import { type WordRelevance, type WordRow, type WordRows, wordRows } from "./words/word_rows.ts";
import { terminalWords } from "./words/word_terminal.ts";

/** How a word heat map looks. */
export interface WordHeatmapOptions extends ColorOptions {
  /** Prints the number under every word. Default false. */
  readonly values?: boolean;
  /** Font size in CSS pixels, at least 6. Default 15. */
  readonly fontSize?: number;
}

/**
 * Words on colors: red where a word speaks for the target, blue where it speaks against it, on a scale symmetric about
 * zero with numbers. Several rows (methods, or targets) share one scale.
 *
 * **Shapes** `T` words and relevance `[T]`, or rows of `[T]` by their labels, or an attribution of `T` tokens.
 *
 * @param tokens The words; markup, control characters and right-to-left scripts are fine.
 * @param relevance One number per word, an attribution, or rows of these by label.
 * @throws {RangeError} If there is no word, no row, or an option is out of its range.
 * @throws {ShapeError} If there are not as many numbers as words.
 * @throws {NumericalError} If a number is NaN or infinite.
 *
 * @example Two methods on one scale
 * ```ts
 * import { wordHeatmap } from "@relprop/lrp/plot";
 * import { assertStringIncludes } from "@std/assert";
 *
 * const picture = wordHeatmap(["not", "bad"], { "LRP": [0.4, 0.1], "sensitivity": [0.2, 0.8] });
 * assertStringIncludes(picture.description, "LRP: not +0.4, bad +0.1");
 * assertStringIncludes(picture.description, "from -0.8 to +0.8");
 * await picture.show();
 * ```
 */
export function wordHeatmap(
  tokens: readonly string[],
  relevance: WordRelevance | WordRows,
  options: WordHeatmapOptions = {},
): Drawing {
  const action = "draw the word heat map";
  requirePictureOptions(options, { action, known: [...COLOR_OPTIONS, "values", "fontSize"] });
  const { title = "Relevance of the words", caption = "", values = false } = options;
  const theme = themeOf(options.theme);
  const width = options.width ?? 700;
  const size = pixels(options.fontSize ?? 15, 6, "fontSize", action);
  const rows = wordRows(tokens, relevance, action);
  const limit = options.limit ?? symmetricLimit(...rows.map((row) => row.values));
  const scale = colorScale(limit, options.colorMap ?? theme.colorMap);

  const head = headline({ title, caption, width, theme });
  const content = [head.content];
  const hotspots: Hotspot[] = [];
  let y = head.bottom + 6;

  const labelled = rows.some((row) => row.label !== "");
  const labelWidth = labelled
    ? Math.min(170, 14 + Math.max(...rows.map((row) => textWidth(row.label, 13))))
    : 0;
  for (const row of rows) {
    const drawn = drawWords(tokens, row, {
      x: MARGIN + labelWidth,
      y,
      width: width - 2 * MARGIN - labelWidth,
      size,
      scale,
      values,
    });
    wrapText(row.label, 13, labelWidth - 10).forEach((line, i) => {
      content.push(
        textElement(line, { x: MARGIN, y: y + size * 1.15 + 16 * i, size: 13, fill: theme.muted }),
      );
    });
    content.push(drawn.content);
    hotspots.push(...drawn.hotspots);
    y += Math.max(drawn.height, 18) + (rows.length > 1 ? 6 : 0);
  }
  y += 8;
  const bar = { x: MARGIN + 22, y, width: Math.min(240, width - 140), theme, label: "relevance" };
  content.push(colorBar(scale, bar));

  return new Drawing({
    title: heading(title, caption),
    description: describe(tokens, rows, { title, caption, limit }),
    width,
    height: y + COLOR_BAR_HEIGHT,
    content: content.join(""),
    theme,
    hotspots,
    text: plainText(tokens, rows),
    terminal: (terminal) => terminalWords(tokens, rows, { scale, title, caption, ...terminal }),
    data: () => ({
      tokens,
      rows: rows.map(({ label, values }) => ({ label, relevance: Array.from(values) })),
      limit,
    }),
  });
}

function describe(
  tokens: readonly string[],
  rows: readonly WordRow[],
  { title, caption, limit }: { title: string; caption: string; limit: number },
): string {
  const words = rows.map(({ label, values }) =>
    `${label === "" ? "" : `${label}: `}${
      tokens.map((token, i) => `${visible(token)} ${formatSigned(values[i]!)}`).join(", ")
    }`
  );
  const scale = `Colors from ${formatSigned(-limit)} to ${formatSigned(limit)}, red positive, blue negative`;
  return sentences("Word heat map", title, caption, ...words, scale);
}

function plainText(tokens: readonly string[], rows: readonly WordRow[]): string {
  return rows.map(({ label, values }) =>
    `${label === "" ? "" : `${label}: `}${
      tokens.map((token, i) => `${visible(token)}(${formatSigned(values[i]!)})`).join(" ")
    }`
  ).join("\n");
}
