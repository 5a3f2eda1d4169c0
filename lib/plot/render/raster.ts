import { formatShape, ShapeError } from "../../errors.ts";
import { contiguous, type NumericArray, requireFinite } from "../../tensor/mod.ts";
import { requireArray } from "../numbers.ts";
import type { ColorScale } from "../color/color_scale.ts";
import { base64 } from "../text/escape.ts";
import { encodePNG } from "./png.ts";

/** How several channels become one number per pixel. */
export type ChannelPooling = "sum" | "mean" | "largest" | "norm";

/** One number per pixel. */
export interface PixelMap {
  readonly height: number;
  readonly width: number;
  readonly values: Float64Array;
}

const POOLINGS: Record<ChannelPooling, (channels: readonly number[]) => number> = {
  sum: (channels) => channels.reduce((sum, value) => sum + value, 0),
  mean: (channels) => channels.reduce((sum, value) => sum + value, 0) / channels.length,
  largest: (channels) => channels.reduce((best, value) => Math.abs(value) > Math.abs(best) ? value : best),
  norm: (channels) => Math.hypot(...channels),
};

/** An image `[H, W]` or `[C, H, W]` of finite numbers, its channels apart. */
function channelsOf(
  image: NumericArray,
  { action, where }: { action: string; where: string },
): { channels: Float64Array[]; height: number; width: number } {
  requireArray(image, { action, where });
  const { shape } = image;
  const size = shape.reduce((product, n) => product * n, 1);
  if (shape.length !== 2 && shape.length !== 3 || size === 0) {
    throw new ShapeError(
      `Cannot ${action}: ${where} must have shape [height, width] or [channels, height, width], got ${
        formatShape(shape)
      }`,
      { where, expected: [-1, -1, -1], actual: shape },
    );
  }
  const [height, width] = shape.slice(-2) as [number, number];
  const values = contiguous(image);
  requireFinite(values, shape, { action, where });
  const area = height * width;
  const channels = Array.from({ length: size / area }, (_, c) => values.subarray(c * area, (c + 1) * area));
  return { channels, height, width };
}

/** One number per pixel. */
export function poolChannels(
  image: NumericArray,
  { pooling, action, where }: { pooling: ChannelPooling; action: string; where: string },
): PixelMap {
  if (!Object.hasOwn(POOLINGS, pooling)) {
    const names = Object.keys(POOLINGS).map((name) => `"${name}"`).join(", ");
    throw new RangeError(`Cannot ${action}: pooling must be one of ${names}, got ${JSON.stringify(pooling)}`);
  }
  const { channels, height, width } = channelsOf(image, { action, where });
  if (channels.length === 1 && pooling !== "norm") return { height, width, values: channels[0]! };
  const pool = POOLINGS[pooling];
  const values = Float64Array.from(
    { length: height * width },
    (_, i) => pool(channels.map((channel) => channel[i]!)),
  );
  requireFinite(values, [height, width], { action, where: `${where}, pooled,` });
  return { height, width, values };
}

/** Pixels as red, green, blue, alpha; a gray picture for one channel, colors for three. */
export function photograph(
  image: NumericArray,
  { range, gray = false, action, where }: {
    /** The numbers of black and white. Default: the smallest and the largest of the picture. */
    range?: readonly [number, number];
    gray?: boolean;
    action: string;
    where: string;
  },
): { height: number; width: number; rgba: Uint8ClampedArray } {
  const { channels, height, width } = channelsOf(image, { action, where });
  if (channels.length !== 1 && channels.length !== 3) {
    throw new ShapeError(`Cannot ${action}: ${where} must have 1 or 3 channels, got ${channels.length}`, {
      where,
      expected: [3, height, width],
      actual: image.shape,
    });
  }
  const [low, high] = range ?? rangeOf(channels);
  if (!(low <= high && high - low < Infinity)) {
    throw new RangeError(`Cannot ${action}: imageRange must be two numbers, the lower first, got ${range}`);
  }
  const rgba = new Uint8ClampedArray(4 * height * width);
  const scaled = (channel: Float64Array, i: number): number => 255 * (channel[i]! - low) / (high - low || 1);
  for (let i = 0; i < height * width; i++) {
    const [red, green, blue] = [0, 1, 2].map((c) => scaled(channels[c] ?? channels[0]!, i)) as [
      number,
      number,
      number,
    ];
    const luma = 0.299 * red + 0.587 * green + 0.114 * blue;
    rgba.set(gray ? [luma, luma, luma, 255] : [red, green, blue, 255], 4 * i);
  }
  return { height, width, rgba };
}

function rangeOf(channels: readonly Float64Array[]): [number, number] {
  let [low, high] = [Infinity, -Infinity];
  for (const channel of channels) {
    for (const value of channel) {
      low = Math.min(low, value);
      high = Math.max(high, value);
    }
  }
  return [low, high];
}

/** The address of a picture with one color of the scale per pixel: a palette, so each color is exact. */
export function heatImage({ height, width, values }: PixelMap, scale: ColorScale): string {
  const entry = new Map(scale.table.map((color, i) => [color, i]));
  const palette = scale.table.slice(0, 256);
  if (scale.table.length > 256) {
    return rgbaImage({ height, width, rgba: colored({ height, width, values }, scale) });
  }
  const indices = Uint8Array.from(values, (value) => entry.get(scale.color(value))!);
  return pngAddress(encodePNG({ width, height, indices, palette }));
}

/** The address of a picture of pixels. */
export function rgbaImage(pixels: { height: number; width: number; rgba: Uint8ClampedArray }): string {
  return pngAddress(encodePNG(pixels));
}

/** Relevance over a gray picture: the stronger it is, the more it covers. */
export function overlaid(
  map: PixelMap,
  scale: ColorScale,
  { below, opacity }: { below: Uint8ClampedArray; opacity: number },
): Uint8ClampedArray {
  const colors = colored(map, scale);
  return below.map((value, at) => {
    if (at % 4 === 3) return 255;
    const share = scale.limit === 0 ? 0 : Math.min(1, Math.abs(map.values[at >> 2]!) / scale.limit);
    const cover = opacity * Math.sqrt(share);
    return value * (1 - cover) + colors[at]! * cover;
  });
}

function colored({ values }: PixelMap, scale: ColorScale): Uint8ClampedArray {
  const rgba = new Uint8ClampedArray(4 * values.length);
  values.forEach((value, i) => {
    const color = scale.color(value);
    rgba.set([...[1, 3, 5].map((at) => parseInt(color.slice(at, at + 2), 16)), 255], 4 * i);
  });
  return rgba;
}

function pngAddress(bytes: Uint8Array): string {
  return `data:image/png;base64,${base64(bytes)}`;
}

/** A picture inside a drawing; small ones keep sharp pixels. */
export function imageElement(
  address: string,
  { x, y, width, height, pixels }: { x: number; y: number; width: number; height: number; pixels: number },
): string {
  const sharp = pixels <= width ? ' style="image-rendering: pixelated"' : "";
  return `<image x="${x}" y="${y}" width="${width}" height="${height}" preserveAspectRatio="none"${sharp} href="${address}"/>`;
}
