import { described } from "../described.ts";
import type { NumericArray } from "../tensor/mod.ts";
import { colorScale, symmetricLimit } from "./color/color_scale.ts";
import { themeOf } from "./color/theme.ts";
import { Drawing, type Hotspot } from "./display/drawing.ts";
import { describePixels, fitBox } from "./image_heatmap.ts";
import { isNdArray } from "../tensor/is_nd_array.ts";
import { requireOptions } from "../options.ts";
import { entriesOf, type Labelled, type Source } from "./numbers.ts";
import { COLOR_OPTIONS, type ColorOptions, heading, pixels, requirePictureOptions } from "./options.ts";
import { type ChannelPooling, heatImage, imageElement, poolChannels } from "./render/raster.ts";
import { COLOR_BAR_HEIGHT, colorBar, headline, MARGIN, textElement } from "./render/svg.ts";
import { formatNumber, formatSigned, sentences } from "./text/format_number.ts";
import { fitText, textWidth } from "./text/text_width.ts";
import { drawWords } from "./words/draw_words.ts";
import { type WordRelevance, wordRows } from "./words/word_rows.ts";

/** One rule or method of a comparison. */
export interface ComparisonRow {
  /** Relevance of the words, or of the pixels of an image. */
  readonly relevance: WordRelevance;
  /** Numbers or words beside the picture, by the names of their columns. */
  readonly values?: Readonly<Record<string, number | string>>;
}

/** How a comparison table looks. */
export interface ComparisonTableOptions extends ColorOptions {
  /** The words; without them relevance is that of an image. */
  readonly tokens?: readonly string[];
  /** One color scale for all rows. Default false: each has its own, whose limit is a column of the table. */
  readonly sharedScale?: boolean;
  /** How the channels of an image become one number per pixel. Default `sum`. */
  readonly pooling?: ChannelPooling;
  /** The longer side of an image in CSS pixels. Default 72. */
  readonly size?: number;
}

const WORDS_WIDTH = 360;
const PADDING = 14;

/**
 * Rules or methods below each other: their names, small heat maps, and numbers.
 *
 * **Shapes** `T` words and relevance `[T]`, or images `[H, W]` or `[C, H, W]`.
 *
 * @throws {RangeError} If there is no row.
 * @throws {ShapeError} If shapes do not fit.
 * @throws {NumericalError} If a relevance is NaN or infinite.
 *
 * @example Two rules on two words
 * ```ts
 * import { comparisonTable } from "@relprop/lrp/plot";
 * import { assertStringIncludes } from "@std/assert";
 *
 * const table = comparisonTable(
 *   { "epsilon": { relevance: [1, -1], values: { gap: 0.1 } }, "gamma": { relevance: [2, 0], values: { gap: 0 } } },
 *   { tokens: ["good", "film"] },
 * );
 * assertStringIncludes(table.description, "epsilon: good +1, film -1, gap 0.1");
 * ```
 */
export function comparisonTable(
  rows: Labelled<ComparisonRow>,
  options: ComparisonTableOptions = {},
): Drawing {
  const action = "draw the comparison table";
  requirePictureOptions(options, {
    action,
    known: [...COLOR_OPTIONS, "tokens", "sharedScale", "pooling", "size"],
  });
  const { title = "Rules side by side", caption = "", tokens, pooling = "sum", sharedScale = false } =
    options;
  const theme = themeOf(options.theme);
  const size = pixels(options.size ?? 72, 16, "size", action);
  const entries = entriesOf(rows, { action, where: "the rows" }).map(
    ([label, row]) => {
      requireRow(row, { action, where: `row ${JSON.stringify(label)}` });
      const { relevance, values = {} } = row;
      const picture = tokens === undefined
        ? poolChannels(requireImage(relevance, action), {
          pooling,
          action,
          where: `relevance of ${JSON.stringify(label)}`,
        })
        : wordRows(tokens, [[label, relevance]], action)[0]!;
      return { label, values, picture };
    },
  );
  const shared = options.limit ??
    (sharedScale ? symmetricLimit(...entries.map(({ picture }) => picture.values)) : undefined);
  const colorMap = options.colorMap ?? theme.colorMap;
  const columns = [...new Set(entries.flatMap(({ values }) => Object.keys(values)))];
  const cell = (value: number | string | undefined): string =>
    typeof value === "number" ? formatNumber(value).replaceAll("-", "−") : value ?? "";
  const cellsOf = (entry: typeof entries[number]): string[] => [
    ...shared === undefined ? [`±${formatNumber(symmetricLimit(entry.picture.values))}`] : [],
    ...columns.map((name) => cell(entry.values[name])),
  ];
  const heads = [...shared === undefined ? ["limit"] : [], ...columns];

  const labelWidth = Math.min(190, Math.max(40, ...entries.map(({ label }) => textWidth(label, 13))));
  const pictureWidth = tokens === undefined ? size : WORDS_WIDTH;
  const widths = heads.map((name, i) =>
    Math.min(160, Math.max(textWidth(name, 12), ...entries.map((entry) => textWidth(cellsOf(entry)[i]!, 12))))
  );
  const pictureX = MARGIN + labelWidth + PADDING;
  const lefts: number[] = [];
  let right = pictureX + pictureWidth;
  for (const width of widths) {
    lefts.push(right + PADDING);
    right += PADDING + width;
  }
  const width = Math.max(options.width ?? 0, 340, right + MARGIN);
  const head = headline({ title, caption, width, theme });
  const content = [head.content];
  const hotspots: Hotspot[] = [];
  let y = head.bottom + 20;
  heads.forEach((name, i) => {
    content.push(
      textElement(fitText(name, 12, 160), {
        x: lefts[i]! + widths[i]!,
        y: y - 4,
        size: 12,
        fill: theme.muted,
        anchor: "end",
      }),
    );
  });
  const line = (at: number): string =>
    `<path d="M${MARGIN} ${at}H${width - MARGIN}" stroke="${theme.grid}"/>`;
  const told: string[] = [];
  for (const entry of entries) {
    const { label, picture, values } = entry;
    const scale = colorScale(shared ?? symmetricLimit(picture.values), colorMap);
    content.push(line(y));
    y += 8;
    let height: number;
    let words: string;
    if ("height" in picture) {
      const [w, h] = fitBox(picture, size);
      content.push(
        imageElement(heatImage(picture, scale), {
          x: pictureX,
          y,
          width: w,
          height: h,
          pixels: picture.width,
        }),
      );
      words = describePixels(picture);
      hotspots.push({ box: [pictureX, y, pictureX + w, y + h], label: `${label}: ${words}` });
      height = h;
    } else {
      const drawn = drawWords(tokens!, picture, {
        x: pictureX,
        y,
        width: WORDS_WIDTH,
        size: 12,
        scale,
        values: false,
      });
      content.push(drawn.content);
      hotspots.push(...drawn.hotspots);
      words = tokens!.map((token, i) => `${token} ${formatSigned(picture.values[i]!)}`).join(", ");
      height = drawn.height;
    }
    const middle = y + height / 2 + 4;
    content.push(textElement(fitText(label, 13, labelWidth), { x: MARGIN, y: middle, size: 13 }));
    cellsOf(entry).forEach((text, i) => {
      content.push(
        textElement(fitText(text, 12, 160), {
          x: lefts[i]! + widths[i]!,
          y: middle,
          size: 12,
          anchor: "end",
        }),
      );
    });
    told.push(
      [
        `${label}: ${words}`,
        ...columns.filter((name) => name in values).map((name) => `${name} ${values[name]}`),
      ].join(", "),
    );
    y += height + 8;
  }
  content.push(line(y));
  y += 14;
  const label = shared === undefined ? "part of the limit" : "relevance";
  content.push(colorBar(colorScale(shared ?? 1, colorMap), { x: MARGIN + 22, y, width: 180, theme, label }));
  return new Drawing({
    title: heading(title, caption),
    description: sentences("Table", title, caption, ...told, "Red positive, blue negative"),
    width,
    height: y + COLOR_BAR_HEIGHT,
    content: content.join(""),
    theme,
    hotspots,
    data: () =>
      entries.map(({ label, values, picture }) => ({ label, values, relevance: Array.from(picture.values) })),
  });
}

function requireRow(row: ComparisonRow, { action, where }: Source): void {
  if (Object(row) !== row || !("relevance" in row)) {
    throw new TypeError(`Cannot ${action}: ${where} must be { relevance, values }, got ${described(row)}`);
  }
  requireOptions(row, { action, known: ["relevance", "values"] });
}

function requireImage(relevance: WordRelevance, action: string): NumericArray {
  if (isNdArray(relevance)) return relevance;
  throw new TypeError(
    `Cannot ${action}: without tokens, relevance must be an ndarray of an image, got a list`,
  );
}
