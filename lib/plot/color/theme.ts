import type { ColorMapName } from "./color_map.ts";

/** A picture for a light or a dark page; it always paints its own background. */
export type ThemeName = "light" | "dark";

/** The colors of a theme. */
export interface Theme {
  /** Behind everything. */
  readonly background: string;
  /** Titles and labels. */
  readonly text: string;
  /** Captions and numbers on axes. */
  readonly muted: string;
  /** Grid lines and thin borders. */
  readonly grid: string;
  /** Bars and lines of positive values. */
  readonly positive: string;
  /** Bars and lines of negative values. */
  readonly negative: string;
  /** Lines without a sign, apart from each other also for color-blind readers. */
  readonly series: readonly string[];
  /** The color map of relevance. */
  readonly colorMap: ColorMapName;
}

/** The font of every picture. */
export const FONT = "Helvetica, Arial, 'Liberation Sans', 'DejaVu Sans', sans-serif";

const THEMES: Record<ThemeName, Theme> = {
  light: {
    background: "#ffffff",
    text: "#1c2024",
    muted: "#5b6570",
    grid: "#e3e7eb",
    positive: "#b2182b",
    negative: "#2166ac",
    series: ["#0b62a4", "#c0392b", "#12805c", "#a0610a", "#7a3e9d", "#5b6570"],
    colorMap: "redBlue",
  },
  dark: {
    background: "#15181d",
    text: "#e8ebee",
    muted: "#a3adb8",
    grid: "#333a42",
    positive: "#ff7b68",
    negative: "#6cb4f5",
    series: ["#6cb4f5", "#ff8c7a", "#54c99b", "#f0b455", "#c69be0", "#a3adb8"],
    colorMap: "redBlueDark",
  },
};

/**
 * The colors of a theme by its name.
 *
 * @throws {RangeError} If there is no such theme.
 */
export function themeOf(name: ThemeName = "light"): Theme {
  if (!Object.hasOwn(THEMES, name)) {
    throw new RangeError(
      `Cannot choose the theme: its name must be "light" or "dark", got ${JSON.stringify(name)}`,
    );
  }
  return THEMES[name];
}

/** Black or white, whichever reads better on a color `#rrggbb`. */
export function inkOn(color: string): string {
  const channel = (at: number): number => {
    const value = parseInt(color.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  };
  const luminance = 0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5);
  return luminance > 0.179 ? "#111111" : "#ffffff";
}
