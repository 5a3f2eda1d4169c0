import { described } from "../described.ts";
import { requireOptions } from "../options.ts";
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
  /** Width in CSS pixels, from 200 to 20000. */
  readonly width?: number;
}

/** What every picture that colors relevance can be told. */
export interface ColorOptions extends PictureOptions {
  /** The absolute value of the deepest color, to share one scale between pictures. Default: the largest one here. */
  readonly limit?: number;
  /** The colors. Default `redBlue`, on a dark page `redBlueDark`. */
  readonly colorMap?: ColorMap;
}

/** The names of {@linkcode ColorOptions} that others have not. */
export const COLOR_OPTIONS: readonly string[] = ["limit", "colorMap"];

const COMMON = ["title", "caption", "theme", "width"];
const TEXTS = ["title", "caption", "valueLabel", "xLabel", "yLabel", "bandLabel"];
const FLAGS = ["values", "overlay", "sharedScale", "byLayer"];

/** More pixels than these no page shows and no memory holds. */
const LARGEST = 20_000;

/** Throws if an option of a picture is misspelt, or is not of its kind. */
export function requirePictureOptions(
  options: PictureOptions,
  { action, known = [] }: { readonly action: string; readonly known?: readonly string[] },
): void {
  requireOptions(options, { action, known: [...COMMON, ...known] });
  for (const [name, value] of Object.entries(options)) {
    if (value === undefined) continue;
    const wanted = TEXTS.includes(name) && typeof value !== "string"
      ? "a text"
      : FLAGS.includes(name) && typeof value !== "boolean"
      ? "true or false"
      : undefined;
    if (wanted) throw new TypeError(`Cannot ${action}: ${name} must be ${wanted}, got ${described(value)}`);
  }
  if (options.width !== undefined) pixels(options.width, 200, "width", action);
}

/** An option that is a length in CSS pixels. */
export function pixels(value: number, least: number, name: string, action: string): number {
  if (typeof value === "number" && value >= least && value <= LARGEST) return value;
  throw new RangeError(
    `Cannot ${action}: ${name} must be a number from ${least} to ${LARGEST}, got ${described(value)}`,
  );
}

/** An option that counts something. */
export function positive(value: number, name: string, action: string): number {
  if (Number.isInteger(value) && value > 0) return value;
  throw new RangeError(`Cannot ${action}: ${name} must be a positive whole number, got ${described(value)}`);
}

/** Title and caption in one line. */
export function heading(title: string, caption: string): string {
  return [title, caption].filter((part) => part !== "").join(". ");
}
