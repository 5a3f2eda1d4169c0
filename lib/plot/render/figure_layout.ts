import { quantile } from "../../statistics.ts";
import { visible } from "../text/escape.ts";
import { BOLD, fitText, textWidth } from "../text/text_width.ts";
import { FONT, type Theme } from "../color/theme.ts";

/** Text as plotly.js shows it letter by letter: it would read markup, and formulas between dollar signs. */
export function plotlyText(text: string): string {
  return visible(text).replace(/[&<>$]/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** The look that all figures share. */
export function figureLayout(
  { title, caption, width, height, theme, left, top, right = 24, bottom = 48 }: {
    title: string;
    caption: string;
    width: number;
    height: number;
    theme: Theme;
    left: number;
    top?: number;
    right?: number;
    bottom?: number;
  },
): Record<string, unknown> {
  const margin = top ?? (caption === "" ? 46 : 62);
  return {
    width: Math.round(width),
    height: Math.round(height),
    title: {
      text: `<b>${plotlyText(fitText(title, 15 * BOLD, width - 24))}</b>`,
      font: { size: 15, color: theme.text },
      x: 12 / width,
      xref: "container",
      y: 1 - 24 / height,
      yref: "container",
      yanchor: "bottom",
    },
    annotations: caption === "" ? [] : [{
      text: plotlyText(fitText(caption, 12, width - 24)),
      font: { size: 12, color: theme.muted },
      showarrow: false,
      align: "left",
      xref: "paper",
      x: 0,
      xanchor: "left",
      xshift: 10 - left,
      yref: "paper",
      y: 1,
      yanchor: "top",
      yshift: margin - 30,
    }],
    font: { family: FONT, size: 12, color: theme.text },
    paper_bgcolor: theme.background,
    plot_bgcolor: theme.background,
    margin: { l: left, r: right, t: margin, b: bottom },
    showlegend: false,
  };
}

/** An axis in the colors of the theme. */
export function axis(
  theme: Theme,
  label: string,
  more: Record<string, unknown> = {},
): Record<string, unknown> {
  return {
    title: { text: plotlyText(label), font: { size: 12, color: theme.muted }, standoff: 8 },
    // Not 10µ for 0.00001.
    exponentformat: "e",
    // There is room for all of them; looking for those without takes as long as drawing.
    ticklabeloverflow: "allow",
    gridcolor: theme.grid,
    zerolinecolor: theme.muted,
    linecolor: theme.grid,
    tickfont: { color: theme.text },
    ...more,
  };
}

/** Ticks at whole numbers only, where all places are whole and near each other. */
export function wholeTicks(places: readonly number[]): Record<string, unknown> {
  const low = quantile(places, 0), high = quantile(places, 1);
  return high - low <= 10 && places.every(Number.isInteger) ? { tick0: 0, dtick: 1 } : {};
}

/** The title of one of several panels, over its left upper corner in parts of the plotting area; the width in pixels. */
export function panelTitle(
  theme: Theme,
  label: string,
  { x, y, width }: { readonly x: number; readonly y: number; readonly width: number },
): Record<string, unknown> {
  return {
    text: `<b>${plotlyText(fitText(label, 12 * BOLD, width))}</b>`,
    font: { size: 12, color: theme.text },
    showarrow: false,
    xref: "paper",
    x,
    xanchor: "left",
    yref: "paper",
    y,
    yanchor: "bottom",
  };
}

/**
 * A legend of lines beside the title, or where it does not fit there a list on the right, which takes a margin; with the
 * names cut to what it has room for.
 */
export function legendOf(
  labels: readonly string[],
  { title, width, theme }: { title: string; width: number; theme: Theme },
): { legend: Record<string, unknown>; right: number; names: readonly string[] } {
  const font = { color: theme.text, size: 12 };
  const names = labels.map((label) => fitText(label, 12, width * 0.3));
  const lengths = names.map((name) => 46 + textWidth(name, 12));
  const inRow = lengths.reduce((sum, length) => sum + length, 0);
  if (inRow < width - 60 - textWidth(title, 16)) {
    const legend = { orientation: "h", x: 1, xanchor: "right", y: 1, yanchor: "bottom", font };
    return { legend, right: 20, names };
  }
  return {
    legend: { x: 1.01, xanchor: "left", y: 1, yanchor: "top", font },
    right: 24 + Math.max(...lengths),
    names,
  };
}
