import type { ColorMap } from "./color/color_map.ts";
import { type ColorScale, colorScale, symmetricLimit } from "./color/color_scale.ts";
import { Drawing, type Hotspot } from "./display/drawing.ts";
import { escapeMarkup, visible } from "./text/escape.ts";
import { formatSigned, sentences } from "./text/format_number.ts";
import { COLOR_BAR_HEIGHT, colorBar, coordinate, printed, textElement, wrapText } from "./render/svg.ts";
import { textWidth } from "./text/text_width.ts";
import { inkOn, type ThemeName, themeOf } from "./color/theme.ts";
import { isRightToLeft, layoutWords } from "./words/word_layout.ts";
import { type WordRelevance, type WordRow, type WordRows, wordRows } from "./words/word_rows.ts";
import { terminalWords } from "./words/word_terminal.ts";

/** How a word heat map looks. */
export interface WordHeatmapOptions {
  /** Shown above the words. Default "Relevance of the words". */
  readonly title?: string;
  /** A line under the title, for the target and the method. */
  readonly caption?: string;
  /** The absolute relevance of the deepest color, to share one scale between pictures. Default: the largest one here. */
  readonly limit?: number;
  /** The colors. Default `redBlue`, on a dark page `redBlueDark`. */
  readonly colorMap?: ColorMap;
  /** The page it is for. Default `light`. */
  readonly theme?: ThemeName;
  /** Prints the number under every word. Default false. */
  readonly values?: boolean;
  /** Width in CSS pixels, at least 200. Default 700. */
  readonly width?: number;
  /** Font size in CSS pixels, at least 6. Default 15. */
  readonly fontSize?: number;
}

const MARGIN = 12;

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
  const { title = "Relevance of the words", caption = "", values = false } = options;
  const theme = themeOf(options.theme);
  const width = atLeast(200, options.width ?? 700, "width", action);
  const size = atLeast(6, options.fontSize ?? 15, "fontSize", action);
  const rows = wordRows(tokens, relevance, action);
  const limit = options.limit ?? symmetricLimit(...rows.map((row) => row.values));
  const scale = colorScale(limit, options.colorMap ?? theme.colorMap);

  const content: string[] = [];
  const hotspots: Hotspot[] = [];
  let y = MARGIN + 4;
  for (const line of wrapText(title, 15, width - 2 * MARGIN)) {
    content.push(textElement(line, { x: MARGIN, y: y + 11, size: 15, bold: true }));
    y += 20;
  }
  for (const line of wrapText(caption, 12, width - 2 * MARGIN)) {
    content.push(textElement(line, { x: MARGIN, y: y + 10, size: 12, fill: theme.muted }));
    y += 17;
  }
  y += 6;

  const labelled = rows.some((row) => row.label !== "");
  const labelWidth = labelled
    ? Math.min(170, 14 + Math.max(...rows.map((row) => textWidth(row.label, 13))))
    : 0;
  for (const row of rows) {
    const drawn = drawRow(tokens, row, {
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
  const bar = { x: MARGIN + 22, y, width: Math.min(240, width * 0.5), theme, label: "relevance" };
  content.push(colorBar(scale, bar));

  return new Drawing({
    title: [title, caption].filter((part) => part !== "").join(". "),
    description: describe(tokens, rows, { title, caption, limit }),
    width,
    height: y + COLOR_BAR_HEIGHT,
    content: content.join(""),
    theme,
    hotspots,
    text: plainText(tokens, rows),
    terminal: (terminal) => terminalWords(tokens, rows, { scale, title, caption, ...terminal }),
    data: {
      tokens,
      rows: rows.map(({ label, values }) => ({ label, relevance: Array.from(values) })),
      limit,
    },
  });
}

function drawRow(
  tokens: readonly string[],
  { label, values: relevance }: WordRow,
  { x, y, width, size, scale, values }: {
    x: number;
    y: number;
    width: number;
    size: number;
    scale: ColorScale;
    values: boolean;
  },
): { content: string; hotspots: Hotspot[]; height: number } {
  const small = Math.round(size * 0.66 * 10) / 10;
  const box = size * 1.6 + (values ? small * 1.2 : 0);
  const minimum = (index: number): number => values ? textWidth(printed(relevance[index]!), small) : 0;
  const { words, height } = layoutWords(tokens, { size, width, lineHeight: box + 5, minimum });
  const hotspots: Hotspot[] = [];
  const content = words.map((word) => {
    const value = relevance[word.index]!;
    const color = scale.color(value);
    const ink = inkOn(color);
    const left = x + word.x;
    const top = y + word.y;
    const middle = coordinate(left + word.width / 2);
    hotspots.push({
      box: [left, top, left + word.width, top + box],
      label: `${label === "" ? "" : `${label}: `}${tokens[word.index]} ${formatSigned(value)}`,
    });
    // The text is forced into the width it was given: fonts differ from machine to machine.
    const fit = `textLength="${coordinate(word.textWidth)}" lengthAdjust="spacingAndGlyphs"`;
    return `<rect x="${coordinate(left)}" y="${coordinate(top)}" width="${coordinate(word.width)}" height="${
      coordinate(box)
    }" rx="3" fill="${color}"/><text x="${middle}" y="${coordinate(top + size * 1.15)}" ${
      word.textWidth > 0 ? fit : ""
    } fill="${ink}">${escapeMarkup(word.text)}</text>` +
      (values
        ? textElement(printed(value), {
          x: left + word.width / 2,
          y: top + box - small * 0.5,
          size: small,
          fill: ink,
        })
        : "");
  });
  const direction = isRightToLeft(tokens) ? ' direction="rtl"' : "";
  return {
    content: `<g font-size="${size}" text-anchor="middle"${direction}>${content.join("")}</g>`,
    hotspots,
    height,
  };
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

/** An option that must be a finite number of some size. */
export function atLeast(least: number, value: number, name: string, action: string): number {
  if (value >= least && value < Infinity) return value;
  throw new RangeError(
    `Cannot ${action}: ${name} must be a finite number of at least ${least}, got ${value}`,
  );
}
