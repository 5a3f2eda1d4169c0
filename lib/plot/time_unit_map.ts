import { ShapeError } from "../errors.ts";
import { colorScale, symmetricLimit } from "./color/color_scale.ts";
import { themeOf } from "./color/theme.ts";
import { Figure } from "./display/figure.ts";
import { entriesOf, type FlatMatrix, type Labelled, type Matrix, matrixOf, requireTexts } from "./numbers.ts";
import { COLOR_OPTIONS, type ColorOptions, heading, requirePictureOptions } from "./options.ts";
import { axis, figureLayout, panelTitle, plotlyText, wholeTicks } from "./render/figure_layout.ts";
import { heatTrace } from "./render/heat_trace.ts";
import { formatSigned, sentences } from "./text/format_number.ts";
import { fitText, textWidth } from "./text/text_width.ts";

/** How a time by unit map looks. */
export interface TimeUnitMapOptions extends ColorOptions {
  /** What the steps stand for. Default: their numbers. */
  readonly tokens?: readonly string[];
  /** One color scale for all panels, so that their sizes can be compared. Default false: each has its own. */
  readonly sharedScale?: boolean;
  /** What the colors stand for. Default "relevance". */
  readonly valueLabel?: string;
}

const PANEL_HEIGHT = 130;
const GAP = 34;

/**
 * Time from left to right, units from top to bottom: what the gates, cells and hidden states of a recurrent net did,
 * or what relevance they had. One panel per signal.
 *
 * **Shapes** each panel `[T, d]`, all with the same `T`; `d` may differ.
 *
 * @throws {RangeError} If there is no panel or a panel is empty.
 * @throws {ShapeError} If panels differ in their number of steps, or there are not as many tokens.
 * @throws {NumericalError} If a number is NaN or infinite.
 *
 * @example Two steps, two units
 * ```ts
 * import { timeUnitMap } from "@relprop/lrp/plot";
 * import { assertEquals } from "@std/assert";
 *
 * const figure = timeUnitMap({ cell: [[0, 1], [-2, 0]], hidden: [[0, 0.5], [-1, 0]] }, { tokens: ["a", "b"] });
 * assertEquals(figure.data.map((trace) => trace.zmax), [2, 1]);
 * ```
 */
export function timeUnitMap(panels: Labelled<Matrix>, options: TimeUnitMapOptions = {}): Figure {
  const action = "draw the time by unit map";
  requirePictureOptions(options, {
    action,
    known: [...COLOR_OPTIONS, "tokens", "sharedScale", "valueLabel"],
  });
  const {
    title = "Units over time",
    caption = "",
    width = 700,
    sharedScale = false,
    valueLabel = "relevance",
  } = options;
  const theme = themeOf(options.theme);
  const matrices = entriesOf(panels, { action, where: "the panels" }).map(([label, matrix]) => ({
    label,
    ...matrixOf(matrix, { action, where: `panel ${JSON.stringify(label)}` }),
  }));
  const steps = matrices[0]!.rows;
  for (const { label, rows } of matrices) requireSteps(rows, steps, `panel ${JSON.stringify(label)}`, action);
  if (options.tokens !== undefined) {
    requireTexts(options.tokens, { action, where: "tokens" });
    requireSteps(options.tokens.length, steps, "tokens", action);
  }
  const words = (options.tokens ?? Array.from({ length: steps }, (_, t) => `${t}`)).map((token) =>
    fitText(token, 12, 90)
  );
  const shared = options.limit ??
    (sharedScale ? symmetricLimit(...matrices.map(({ values }) => values)) : undefined);

  const bottom = 28 +
    (options.tokens === undefined ? 20 : Math.max(...words.map((word) => textWidth(word, 12))));
  const inner = matrices.length * PANEL_HEIGHT + (matrices.length - 1) * GAP;
  const layout = figureLayout({
    title,
    caption,
    width,
    height: inner + bottom + (caption === "" ? 70 : 86),
    theme,
    left: 56,
    top: caption === "" ? 70 : 86,
    right: 96,
    bottom,
  });
  const annotations = layout.annotations as unknown[];
  const data = matrices.map((panel, i) => {
    const number = i === 0 ? "" : `${i + 1}`;
    const to = 1 - i * (PANEL_HEIGHT + GAP) / inner;
    const domain = [Math.max(0, to - PANEL_HEIGHT / inner), to];
    const isLast = i === matrices.length - 1;
    const limit = shared ?? symmetricLimit(panel.values);
    layout[`xaxis${number}`] = axis(theme, isLast && options.tokens === undefined ? "step" : "", {
      anchor: `y${number}`,
      showgrid: false,
      zeroline: false,
      showticklabels: isLast,
      ...options.tokens === undefined
        ? wholeTicks([0, steps - 1])
        : { tickvals: words.map((_, t) => t), ticktext: words.map(plotlyText), tickangle: -90 },
      ...i === 0 ? {} : { matches: "x" },
    });
    layout[`yaxis${number}`] = axis(theme, "unit", {
      domain,
      anchor: `x${number}`,
      autorange: "reversed",
      showgrid: false,
      zeroline: false,
      ...wholeTicks([0, panel.columns - 1]),
    });
    annotations.push(panelTitle(theme, panel.label, { x: 0, y: to, width: width - 160 }));
    return heatTrace(transpose(panel), colorScale(limit, options.colorMap ?? theme.colorMap), {
      theme,
      label: valueLabel,
      bar: { y: (domain[0]! + to) / 2, len: PANEL_HEIGHT / inner, lenmode: "fraction" },
      xaxis: `x${number}`,
      yaxis: `y${number}`,
      hovertemplate: `${plotlyText(panel.label)}, step %{x}, unit %{y}: %{z:.6~g}<extra></extra>`,
    });
  });
  return new Figure({
    data,
    layout,
    title: heading(title, caption),
    description: sentences(
      `Map of ${steps} steps by units`,
      title,
      caption,
      ...matrices.map((panel) => describe(panel, options.tokens)),
      "Red positive, blue negative",
    ),
  });
}

function requireSteps(actual: number, steps: number, where: string, action: string): void {
  if (actual === steps) return;
  throw new ShapeError(
    `Cannot ${action}: ${where} must have ${steps} steps as the first panel has, got ${actual}`,
    {
      where,
      expected: [steps],
      actual: [actual],
    },
  );
}

function transpose({ rows, columns, values }: FlatMatrix): FlatMatrix {
  const turned = Float64Array.from(
    { length: values.length },
    (_, i) => values[(i % rows) * columns + Math.floor(i / rows)]!,
  );
  return { rows: columns, columns: rows, values: turned };
}

/** The largest value of a panel and where it stands. */
function describe(
  { label, rows, columns, values }: FlatMatrix & { label: string },
  tokens: readonly string[] | undefined,
): string {
  const at = values.reduce((best, value, i) => Math.abs(value) > Math.abs(values[best]!) ? i : best, 0);
  const step = Math.floor(at / columns);
  const where = tokens === undefined ? `step ${step}` : `step ${step} (${tokens[step]})`;
  return `${label}: ${rows} by ${columns}, largest ${formatSigned(values[at]!)} at ${where}, unit ${
    at % columns
  }`;
}
