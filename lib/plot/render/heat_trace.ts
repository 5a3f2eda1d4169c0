import type { ColorScale } from "../color/color_scale.ts";
import type { Theme } from "../color/theme.ts";
import type { FlatMatrix } from "../numbers.ts";
import { formatSigned } from "../text/format_number.ts";
import { binaryArray } from "./binary_array.ts";
import { plotlyText } from "./figure_layout.ts";

/** How many colors of a table plotly.js gets; between them it mixes. */
const STOPS = 33;

/** A plotly.js heat map on a color scale; the first row is drawn at the top where the axis is reversed. */
export function heatTrace(
  { rows, columns, values }: FlatMatrix,
  scale: ColorScale,
  { theme, label, bar, oneSided = false, ...rest }: {
    theme: Theme;
    /** Only the half of the scale from 0 up, for what is never negative. */
    oneSided?: boolean;
    /** What the colors stand for; no color bar without it. */
    label?: string;
    /** Where the color bar stands. */
    bar?: Record<string, unknown>;
    [option: string]: unknown;
  },
): Record<string, unknown> {
  const { limit } = scale;
  return {
    type: "heatmap",
    // Half the bytes, where float32 reaches as far.
    z: binaryArray(limit > 1e-30 && limit < 1e30 ? Float32Array.from(values) : values, [rows, columns]),
    zmin: oneSided ? 0 : limit === 0 ? -1 : -limit,
    zmax: limit === 0 ? 1 : limit,
    colorscale: plotlyColors(scale, oneSided),
    showscale: label !== undefined,
    ...label === undefined ? {} : { colorbar: { ...colorBarOf(scale, label, { theme, oneSided }), ...bar } },
    ...rest,
  };
}

function plotlyColors({ table }: ColorScale, oneSided: boolean): [number, string][] {
  const last = table.length - 1;
  return Array.from({ length: STOPS }, (_, i) => {
    const share = i / (STOPS - 1);
    return [share, table[Math.round(last * (oneSided ? 0.5 + share / 2 : share))]!];
  });
}

function colorBarOf(
  { limit }: ColorScale,
  label: string,
  { theme, oneSided }: { theme: Theme; oneSided: boolean },
): Record<string, unknown> {
  const up = limit === 0 ? [0] : [0, limit / 2, limit];
  const ticks = oneSided || limit === 0 ? up : [-limit, -limit / 2, ...up];
  return {
    title: { text: plotlyText(label), side: "top", font: { size: 11, color: theme.muted } },
    tickvals: ticks,
    ticktext: ticks.map((value) => formatSigned(value).replaceAll("-", "−")),
    tickfont: { size: 11, color: theme.text },
    thickness: 12,
    outlinewidth: 0,
  };
}
