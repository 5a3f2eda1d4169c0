import { described } from "../described.ts";
import type { NumericArray } from "../tensor/mod.ts";
import { colorScale, symmetricLimit } from "./color/color_scale.ts";
import { themeOf } from "./color/theme.ts";
import { Drawing, type Hotspot } from "./display/drawing.ts";
import { describePixels, fitBox } from "./image_heatmap.ts";
import { entriesOf, type Labelled } from "./numbers.ts";
import { COLOR_OPTIONS, type ColorOptions, heading, pixels, requirePictureOptions } from "./options.ts";
import {
  type ChannelPooling,
  heatImage,
  imageElement,
  photograph,
  poolChannels,
  rgbaImage,
} from "./render/raster.ts";
import { COLOR_BAR_HEIGHT, colorBar, headline, MARGIN, textElement } from "./render/svg.ts";
import { formatNumber, formatSigned, sentences } from "./text/format_number.ts";
import { fitText, textWidth } from "./text/text_width.ts";

/** How an image grid looks. */
export interface ImageGridOptions extends ColorOptions {
  /** The picture of each row, shown first. */
  readonly images?: readonly NumericArray[];
  /** The numbers that are black and white in the pictures. Default: the smallest and largest of each. */
  readonly imageRange?: readonly [number, number];
  /** One color scale for all cells. Default false: each has its own, with its limit written below it. */
  readonly sharedScale?: boolean;
  /** How channels become one number per pixel. Default `sum`. */
  readonly pooling?: ChannelPooling;
  /** The longer side of one picture in CSS pixels. Default 96. */
  readonly size?: number;
}

const GAP = 10;

/**
 * Relevance of several images (rows) by several methods or targets (columns).
 *
 * **Shapes** each cell `[H, W]` or `[C, H, W]`; images the same with 1 or 3 channels, one per row.
 *
 * @throws {RangeError} If there is no row or a row has no cell.
 * @throws {ShapeError} If shapes do not fit.
 * @throws {NumericalError} If a number is NaN or infinite.
 *
 * @example One image, two methods
 * ```ts
 * import { imageGrid } from "@relprop/lrp/plot";
 * import { tensor } from "@relprop/lrp/tensor";
 * import { assertStringIncludes } from "@std/assert";
 *
 * const cells = { "epsilon": tensor([[0, 1]]), "gamma": tensor([[2, 0]]) };
 * const picture = imageGrid({ "shoe": cells }, { sharedScale: true });
 * assertStringIncludes(picture.description, "from -2 to +2");
 * ```
 */
export function imageGrid(rows: Labelled<Labelled<NumericArray>>, options: ImageGridOptions = {}): Drawing {
  const action = "draw the image grid";
  requirePictureOptions(options, {
    action,
    known: [...COLOR_OPTIONS, "images", "imageRange", "sharedScale", "pooling", "size"],
  });
  const { title = "Relevance of the pixels", caption = "", pooling = "sum", sharedScale = false } = options;
  const theme = themeOf(options.theme);
  const size = pixels(options.size ?? 96, 16, "size", action);
  const grid = entriesOf(rows, { action, where: "the rows" }).map(([label, cells], r) => ({
    label,
    photo: options.images?.[r],
    cells: entriesOf(cells, { action, where: `the cells of row ${JSON.stringify(label)}` }).map((
      [name, relevance],
    ) => ({
      name,
      map: poolChannels(relevance, {
        pooling,
        action,
        where: `relevance ${JSON.stringify(name)} of row ${JSON.stringify(label)}`,
      }),
    })),
  }));
  if (options.images !== undefined && options.images.length !== grid.length) {
    throw new RangeError(
      `Cannot ${action}: images must be one per row (${grid.length}), got ${
        options.images.length ?? described(options.images)
      }`,
    );
  }
  const columns = [...new Set(grid.flatMap(({ cells }) => cells.map(({ name }) => name)))];
  const all = grid.flatMap(({ cells }) => cells.map(({ map }) => map.values));
  const shared = options.limit ?? (sharedScale ? symmetricLimit(...all) : undefined);
  const colorMap = options.colorMap ?? theme.colorMap;

  const left = MARGIN + Math.min(160, 12 + Math.max(...grid.map(({ label }) => textWidth(label, 12))));
  const first = options.images === undefined ? 0 : 1;
  const step = size + GAP;
  const width = Math.max(options.width ?? 0, 320, left + (first + columns.length) * step + MARGIN);
  const head = headline({ title, caption, width, theme });
  const content = [head.content];
  const hotspots: Hotspot[] = [];
  let y = head.bottom;
  y += 22;
  [...first === 1 ? ["image"] : [], ...columns].forEach((name, i) => {
    const x = left + i * step + size / 2;
    content.push(
      textElement(fitText(name, 12, size + GAP - 4), {
        x,
        y: y - 6,
        size: 12,
        fill: theme.muted,
        anchor: "middle",
      }),
    );
  });
  const told: string[] = [];
  for (const { label, photo, cells } of grid) {
    content.push(
      textElement(fitText(label, 12, left - MARGIN - 8), {
        x: left - 10,
        y: y + size / 2 + 4,
        size: 12,
        anchor: "end",
      }),
    );
    if (photo !== undefined) {
      const range = options.imageRange === undefined ? {} : { range: options.imageRange };
      const pixels = photograph(photo, { action, where: `image of row ${JSON.stringify(label)}`, ...range });
      const [w, h] = fitBox(pixels, size);
      content.push(
        imageElement(rgbaImage(pixels), { x: left, y, width: w, height: h, pixels: pixels.width }),
      );
    }
    for (const { name, map } of cells) {
      const limit = shared ?? symmetricLimit(map.values);
      const x = left + (first + columns.indexOf(name)) * step;
      const [w, h] = fitBox(map, size);
      content.push(
        imageElement(heatImage(map, colorScale(limit, colorMap)), {
          x,
          y,
          width: w,
          height: h,
          pixels: map.width,
        }),
      );
      if (shared === undefined) {
        content.push(
          textElement(`±${formatNumber(limit)}`, {
            x: x + size / 2,
            y: y + size + 12,
            size: 10,
            fill: theme.muted,
            anchor: "middle",
          }),
        );
      }
      const words = `${label}, ${name}: ${describePixels(map)}`;
      hotspots.push({ box: [x, y, x + w, y + h], label: words });
      told.push(words);
    }
    y += size + (shared === undefined ? 20 : GAP);
  }
  y += 8;
  const bar = colorScale(shared ?? 1, colorMap);
  const label = shared === undefined ? "part of the limit below each picture" : "relevance";
  content.push(colorBar(bar, { x: MARGIN + 22, y, width: Math.min(160, width / 2 - 30), theme, label }));

  const range = shared === undefined
    ? "Each picture has its own scale"
    : `Colors from ${formatSigned(-shared)} to ${formatSigned(shared)}`;
  return new Drawing({
    title: heading(title, caption),
    description: sentences(
      `Grid of ${grid.length} by ${columns.length} image heat maps`,
      title,
      caption,
      ...told,
      `${range}, red positive, blue negative`,
    ),
    width,
    height: y + COLOR_BAR_HEIGHT,
    content: content.join(""),
    theme,
    hotspots,
    data: () =>
      grid.map(({ label, cells }) => ({
        label,
        cells: cells.map(({ name, map }) => ({ name, relevance: Array.from(map.values) })),
      })),
  });
}
