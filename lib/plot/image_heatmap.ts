import { ShapeError } from "../errors.ts";
import type { NumericArray } from "../tensor/mod.ts";
import { colorScale, symmetricLimit } from "./color/color_scale.ts";
import { themeOf } from "./color/theme.ts";
import { Drawing } from "./display/drawing.ts";
import { COLOR_OPTIONS, type ColorOptions, heading, pixels, requirePictureOptions } from "./options.ts";
import {
  type ChannelPooling,
  heatImage,
  imageElement,
  overlaid,
  photograph,
  type PixelMap,
  poolChannels,
  rgbaImage,
} from "./render/raster.ts";
import { COLOR_BAR_HEIGHT, colorBar, headline, MARGIN, textElement } from "./render/svg.ts";
import { formatSigned, sentences } from "./text/format_number.ts";

/** How an image heat map looks. */
export interface ImageHeatmapOptions extends ColorOptions {
  /** The picture that was explained, `[H, W]` or `[C, H, W]` with 1 or 3 channels; it is shown beside. */
  readonly image?: NumericArray;
  /** The numbers that are black and white in the picture. Default: its smallest and largest. */
  readonly imageRange?: readonly [number, number];
  /** Adds the relevance laid over the picture. Default: if there is a picture. */
  readonly overlay?: boolean;
  /** How strongly the largest relevance covers the picture, 0 to 1. Default 0.85. */
  readonly opacity?: number;
  /** How channels become one number per pixel. Default `sum`, which keeps the total. */
  readonly pooling?: ChannelPooling;
  /** The longer side of one picture in CSS pixels. Default 224. */
  readonly size?: number;
}

const GAP = 14;

/**
 * The relevance of an image, one color per pixel; with the image itself, beside it and over it.
 *
 * **Shapes** relevance `[H, W]` or `[C, H, W]`, whose channels are pooled; image the same `[H, W]`.
 *
 * @throws {ShapeError} If shapes do not fit.
 * @throws {NumericalError} If a number is NaN or infinite.
 *
 * @example Two by two pixels
 * ```ts
 * import { imageHeatmap } from "@relprop/lrp/plot";
 * import { tensor } from "@relprop/lrp/tensor";
 * import { assertStringIncludes } from "@std/assert";
 *
 * const picture = imageHeatmap(tensor([[0, 1], [-2, 0]]), { image: tensor([[0, 255], [255, 0]]) });
 * assertStringIncludes(picture.description, "lowest -2 at row 1, column 0");
 * ```
 */
export function imageHeatmap(relevance: NumericArray, options: ImageHeatmapOptions = {}): Drawing {
  const action = "draw the image heat map";
  requirePictureOptions(options, {
    action,
    known: [...COLOR_OPTIONS, "image", "imageRange", "overlay", "opacity", "pooling", "size"],
  });
  const { title = "Relevance of the pixels", caption = "", pooling = "sum", image, opacity = 0.85 } = options;
  const theme = themeOf(options.theme);
  const size = pixels(options.size ?? 224, 16, "size", action);
  if (!(opacity >= 0 && opacity <= 1)) {
    throw new RangeError(`Cannot ${action}: opacity must be from 0 to 1, got ${opacity}`);
  }
  const map = poolChannels(relevance, { pooling, action, where: "relevance" });
  const scale = colorScale(options.limit ?? symmetricLimit(map.values), options.colorMap ?? theme.colorMap);
  const channels = relevance.shape.length === 3 ? relevance.shape[0]! : 1;

  const panels: { label: string; address: string }[] = [];
  if (image !== undefined) {
    const range = options.imageRange === undefined ? {} : { range: options.imageRange };
    const photo = photograph(image, { action, where: "image", ...range });
    requireSameSize(photo, map, action);
    panels.push({ label: "image", address: rgbaImage(photo) });
    panels.push({ label: "relevance", address: heatImage(map, scale) });
    if (options.overlay ?? true) {
      const below = photograph(image, { action, where: "image", gray: true, ...range }).rgba;
      panels.push({
        label: "overlay",
        address: rgbaImage({ ...map, rgba: overlaid(map, scale, { below, opacity }) }),
      });
    }
  } else panels.push({ label: "", address: heatImage(map, scale) });

  const [width, height] = fitBox(map, size);
  const total = Math.max(options.width ?? 0, 320, 2 * MARGIN + panels.length * (width + GAP) - GAP);
  const pooled = channels > 1 ? `${channels} channels: ${pooling}` : "";
  const under = [caption, pooled].filter((part) => part !== "").join(" · ");
  const head = headline({ title, caption: under, width: total, theme });
  const content = [head.content];
  let y = head.bottom;
  y += panels.length > 1 ? 20 : 8;
  panels.forEach(({ label, address }, i) => {
    const x = MARGIN + i * (width + GAP);
    if (label !== "") content.push(textElement(label, { x, y: y - 5, size: 11, fill: theme.muted }));
    content.push(imageElement(address, { x, y, width, height, pixels: map.width }));
  });
  y += height + 12;
  content.push(colorBar(scale, { x: MARGIN + 22, y, width: 200, theme, label: "relevance" }));

  return new Drawing({
    title: heading(title, caption),
    description: sentences(
      `Image heat map of ${map.height} by ${map.width} pixels`,
      title,
      under,
      describePixels(map),
      `Colors from ${formatSigned(-scale.limit)} to ${
        formatSigned(scale.limit)
      }, red positive, blue negative`,
    ),
    width: total,
    height: y + COLOR_BAR_HEIGHT,
    content: content.join(""),
    theme,
    data: () => ({
      height: map.height,
      width: map.width,
      pooling,
      relevance: Array.from(map.values),
      limit: scale.limit,
    }),
  });
}

function requireSameSize(photo: { height: number; width: number }, map: PixelMap, action: string): void {
  if (photo.height === map.height && photo.width === map.width) return;
  throw new ShapeError(
    `Cannot ${action}: image must have the height and width of the relevance, [${map.height}, ${map.width}], got [${photo.height}, ${photo.width}]`,
    { where: "image", expected: [map.height, map.width], actual: [photo.height, photo.width] },
  );
}

/** Thinner pictures cannot be seen: they are stretched. */
const THINNEST = 10;

/** Width and height of a picture whose longer side has a given size. */
export function fitBox({ height, width }: { height: number; width: number }, size: number): [number, number] {
  const scale = size / Math.max(height, width);
  return [Math.max(THINNEST, Math.round(width * scale)), Math.max(THINNEST, Math.round(height * scale))];
}

/** The sum of a map and its two extremes in words. */
export function describePixels({ width, values }: PixelMap): string {
  let [sum, high, low] = [0, 0, 0];
  values.forEach((value, i) => {
    sum += value;
    if (value > values[high]!) high = i;
    if (value < values[low]!) low = i;
  });
  const at = (i: number): string =>
    `${formatSigned(values[i]!)} at row ${Math.floor(i / width)}, column ${i % width}`;
  return `Sum ${formatSigned(sum)}, highest ${at(high)}, lowest ${at(low)}`;
}
