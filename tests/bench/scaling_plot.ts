import { themeOf } from "../../lib/plot/color/theme.ts";
import { Figure } from "../../lib/plot/mod.ts";
import { axis } from "../../lib/plot/render/figure_layout.ts";

/** Microseconds per token over one size. */
export interface ScalingCurve {
  /** What the size is. */
  readonly over: string;
  readonly precision: string;
  readonly x: readonly number[];
  readonly y: readonly number[];
}

const GAP = 0.04;

/** One panel per size, next to each other on one scale of times, both axes logarithmic. */
export function scalingPlot(curves: readonly ScalingCurve[]): Figure {
  const theme = themeOf(), panels = [...new Set(curves.map(({ over }) => over))];
  const width = (1 + GAP) / panels.length;
  const suffix = (panel: number): string => panel === 0 ? "" : `${panel + 1}`;
  const precisions = [...new Set(curves.map(({ precision }) => precision))];
  const layout: Record<string, unknown> = {
    width: 900,
    height: 320,
    showlegend: true,
    legend: { orientation: "h", x: 1, xanchor: "right", y: 1.02, yanchor: "bottom" },
    yaxis: axis(theme, "µs per token", { type: "log", dtick: 1 }),
  };
  panels.forEach((over, panel) => {
    const { x } = curves.find((curve) => curve.over === over)!;
    layout[`xaxis${suffix(panel)}`] = axis(theme, over, {
      type: "log",
      domain: [panel * width, panel * width + width - GAP],
      range: [Math.log10(x[0]!) - 0.1, Math.log10(x.at(-1)!) + 0.1],
      tickvals: x,
      tickangle: 0,
      tickfont: { size: 9, color: theme.text },
    });
  });
  return new Figure({
    data: curves.map(({ over, precision, x, y }) => {
      const panel = panels.indexOf(over), color = theme.series[precisions.indexOf(precision)];
      return {
        type: "scatter",
        mode: "lines+markers",
        x,
        y,
        name: precision,
        xaxis: `x${suffix(panel)}`,
        showlegend: panel === 0,
        line: { color, width: 2, dash: precision === "float64" ? "solid" : "dash" },
        marker: { color, size: 5 },
      };
    }),
    layout,
    title: "Time of an explanation per token",
    description: curves.map(({ over, precision, x, y }) =>
      `${precision} over ${over}: ${y[0]!.toPrecision(2)} µs at ${x[0]} to ${
        y.at(-1)!.toPrecision(2)
      } µs at ${x.at(-1)}.`
    ).join(" "),
  });
}
