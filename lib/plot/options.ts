import type { ColorMap } from "./color/color_map.ts";
import type { ThemeName } from "./color/theme.ts";

/** What every picture can be told. */
export interface PictureOptions {
  /** Shown above the picture. */
  readonly title?: string;
  /** A line under the title, for the target, the method and the data. */
  readonly caption?: string;
  /** The page it is for. Default `light`. */
  readonly theme?: ThemeName;
  /** Width in CSS pixels. */
  readonly width?: number;
}

/** What every picture that colors relevance can be told. */
export interface ColorOptions extends PictureOptions {
  /** The absolute value of the deepest color, to share one scale between pictures. Default: the largest one here. */
  readonly limit?: number;
  /** The colors. Default `redBlue`, on a dark page `redBlueDark`. */
  readonly colorMap?: ColorMap;
}

/** An option that must be a finite number of some size. */
export function atLeast(least: number, value: number, name: string, action: string): number {
  if (value >= least && value < Infinity) return value;
  throw new RangeError(
    `Cannot ${action}: ${name} must be a finite number of at least ${least}, got ${value}`,
  );
}

/** Title and caption in one line. */
export function heading(title: string, caption: string): string {
  return [title, caption].filter((part) => part !== "").join(". ");
}
