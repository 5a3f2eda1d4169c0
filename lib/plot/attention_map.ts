import { formatShape, ShapeError } from "../errors.ts";
import { contiguous, type NumericArray, requireFinite } from "../tensor/mod.ts";
import { colorScale, symmetricLimit } from "./color/color_scale.ts";
import { themeOf } from "./color/theme.ts";
import { Figure } from "./display/figure.ts";
import { listOf, requireArray, requireTexts } from "./numbers.ts";
import { COLOR_OPTIONS, type ColorOptions, heading, positive, requirePictureOptions } from "./options.ts";
import { axis, figureLayout, panelTitle, plotlyText } from "./render/figure_layout.ts";
import { heatTrace } from "./render/heat_trace.ts";
import { formatNumber, formatSigned, sentences } from "./text/format_number.ts";
import { fitText, textWidth } from "./text/text_width.ts";

/** How an attention map looks. */
export interface AttentionMapOptions extends ColorOptions {
  /** The tokens. Default: their numbers. */
  readonly tokens?: readonly string[];
  /** Relevance of the tokens, drawn beside the heads. */
  readonly relevance?: ArrayLike<number>;
  /** The names of the heads. Default "head 0", "head 1", … */
  readonly labels?: readonly string[];
  /** Panels side by side. Default: up to 4, in rows of much the same length. */
  readonly columns?: number;
}

const PANEL = 150;
const GAP = 34;

/**
 * Attention of each head, queries from top to bottom and keys from left to right, beside the relevance of the tokens:
 * where a network looks is not yet why it decides.
 *
 * **Shapes** attention `[heads, T, T]`, or relevance of it; relevance `[T]`.
 *
 * @throws {ShapeError} If shapes do not fit.
 * @throws {NumericalError} If a number is NaN or infinite.
 *
 * @example One head over two tokens
 * ```ts
 * import { attentionMap } from "@relprop/lrp/plot";
 * import { tensor } from "@relprop/lrp/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * const figure = attentionMap(tensor([[[0.9, 0.1], [0.5, 0.5]]]), { tokens: ["a", "b"], relevance: [1, -1] });
 * assertEquals(figure.data.map((trace) => trace.type), ["heatmap", "bar"]);
 * ```
 */
export function attentionMap(attention: NumericArray, options: AttentionMapOptions = {}): Figure {
  const action = "draw the attention map";
  requirePictureOptions(options, {
    action,
    known: [...COLOR_OPTIONS, "tokens", "relevance", "labels", "columns"],
  });
  const { title = "Attention by head", caption = "" } = options;
  const theme = themeOf(options.theme);
  const [heads, steps] = requireHeads(attention, action);
  const flat = contiguous(attention);
  requireFinite(flat, attention.shape, { action, where: "attention" });
  const tokens = options.tokens ?? Array.from({ length: steps }, (_, t) => `${t}`);
  const labels = options.labels ?? Array.from({ length: heads }, (_, h) => `head ${h}`);
  requireTexts(tokens, { action, where: "tokens" });
  requireTexts(labels, { action, where: "labels" });
  requireLength(tokens, steps, "tokens", action);
  requireLength(labels, heads, "labels", action);
  const relevance = options.relevance === undefined
    ? undefined
    : Array.from(listOf(options.relevance, { action, where: "relevance", length: steps }));
  const short = tokens.map((token) => fitText(token, 11, 80));
  const scale = colorScale(options.limit ?? symmetricLimit(flat), options.colorMap ?? theme.colorMap);

  // Relevance of attention has two signs, attention itself has one.
  const oneSided = flat.every((value) => value >= 0);
  const count = heads + (relevance === undefined ? 0 : 1);
  const columns = Math.min(count, positive(options.columns ?? columnsFor(count), "columns", action));
  const rows = Math.ceil(count / columns);
  const side = 16 + Math.max(...short.map((token) => textWidth(token, 11)));
  const [plotWidth, plotHeight] = [columns * (PANEL + GAP) - GAP, rows * (PANEL + GAP) - GAP];
  const top = caption === "" ? 70 : 86;
  const layout = figureLayout({
    title,
    caption,
    width: options.width ?? Math.max(320, side + plotWidth + 90),
    height: top + plotHeight + side,
    theme,
    left: side,
    top,
    right: 90,
    bottom: side,
  });
  const annotations = layout.annotations as unknown[];
  const place = (i: number): { number: string; x: [number, number]; y: [number, number] } => {
    const [column, row] = [i % columns, Math.floor(i / columns)];
    const x = column * (PANEL + GAP) / plotWidth;
    const y = 1 - row * (PANEL + GAP) / plotHeight;
    return {
      number: i === 0 ? "" : `${i + 1}`,
      x: [x, x + PANEL / plotWidth],
      y: [Math.max(0, y - PANEL / plotHeight), y],
    };
  };
  const addAxes = (i: number, label: string, horizontal: Record<string, unknown>): string => {
    const { number, x, y } = place(i);
    const ticks = {
      tickvals: short.map((_, t) => t),
      ticktext: short.map(plotlyText),
      showgrid: false,
      zeroline: false,
    };
    const isLowest = i + columns >= count;
    layout[`xaxis${number}`] = axis(theme, "", {
      ...ticks,
      domain: x,
      anchor: `y${number}`,
      showticklabels: isLowest,
      tickangle: -90,
      ...horizontal,
    });
    layout[`yaxis${number}`] = axis(theme, "", {
      ...ticks,
      domain: y,
      anchor: `x${number}`,
      showticklabels: i % columns === 0,
      range: [steps - 0.5, -0.5],
    });
    for (const name of [`xaxis${number}`, `yaxis${number}`]) {
      Object.assign(layout[name] as object, { tickfont: { size: 11, color: theme.text } });
    }
    annotations.push(panelTitle(theme, label, { x: x[0], y: y[1], width: PANEL + GAP - 8 }));
    return number;
  };
  const data = Array.from({ length: heads }, (_, h): Record<string, unknown> => {
    const number = addAxes(h, labels[h]!, {});
    const values = flat.subarray(h * steps * steps, (h + 1) * steps * steps);
    return heatTrace({ rows: steps, columns: steps, values }, scale, {
      theme,
      oneSided,
      ...h === 0 && { label: "attention", bar: { len: PANEL / plotHeight, y: 1, yanchor: "top" } },
      xaxis: `x${number}`,
      yaxis: `y${number}`,
      hovertemplate: `${plotlyText(labels[h]!)}, from %{y} to %{x}: %{z:.4~g}<extra></extra>`,
    });
  });
  if (relevance !== undefined) {
    const number = addAxes(heads, "relevance", {
      showticklabels: true,
      tickangle: 0,
      tickvals: null,
      ticktext: null,
      nticks: 4,
      zeroline: true,
    });
    data.push({
      type: "bar",
      orientation: "h",
      y: relevance.map((_, t) => t),
      x: relevance,
      xaxis: `x${number}`,
      yaxis: `y${number}`,
      marker: { color: relevance.map((value) => value < 0 ? theme.negative : theme.positive) },
      hovertemplate: "%{x:.4~g}<extra></extra>",
    });
  }
  return new Figure({
    data,
    layout,
    title: heading(title, caption),
    description: sentences(
      `Attention of ${heads} ${heads === 1 ? "head" : "heads"} over ${steps} tokens`,
      title,
      caption,
      ...labels.map((label, h) =>
        describeHead(label, flat.subarray(h * steps * steps, (h + 1) * steps * steps), tokens)
      ),
      relevance === undefined
        ? ""
        : `Relevance: ${relevance.map((value, t) => `${tokens[t]} ${formatSigned(value)}`).join(", ")}`,
    ),
  });
}

/** At most four panels in a row, and no last row of one beside rows of four. */
function columnsFor(count: number): number {
  return Math.ceil(count / Math.ceil(count / 4));
}

function requireHeads(attention: NumericArray, action: string): [number, number] {
  requireArray(attention, { action, where: "attention" });
  const { shape } = attention;
  const [heads, queries, keys] = shape;
  if (shape.length === 3 && heads! > 0 && queries! > 0 && queries === keys) return [heads!, queries!];
  throw new ShapeError(
    `Cannot ${action}: attention must have shape [heads, T, T], got ${formatShape(shape)}`,
    {
      where: "attention",
      expected: [-1, -1, -1],
      actual: shape,
    },
  );
}

function requireLength(list: readonly string[], length: number, where: string, action: string): void {
  if (list.length === length) return;
  throw new ShapeError(`Cannot ${action}: ${where} must be ${length}, got ${list.length}`, {
    where,
    expected: [length],
    actual: [list.length],
  });
}

function describeHead(label: string, values: Float64Array, tokens: readonly string[]): string {
  const at = values.reduce((best, value, i) => value > values[best]! ? i : best, 0);
  const [from, to] = [Math.floor(at / tokens.length), at % tokens.length];
  return `${label}: most from ${tokens[from]} to ${tokens[to]}, ${formatNumber(values[at]!)}`;
}
