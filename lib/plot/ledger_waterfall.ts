import { described } from "../described.ts";
import { requireFinite } from "../tensor/mod.ts";
import { themeOf } from "./color/theme.ts";
import { Figure } from "./display/figure.ts";
import { heading, type PictureOptions, requirePictureOptions } from "./options.ts";
import { axis, figureLayout, plotlyText } from "./render/figure_layout.ts";
import { formatNumber, formatSigned, sentences } from "./text/format_number.ts";
import { fitMiddle, textWidth } from "./text/text_width.ts";

/** Where relevance went: the account that an attribution keeps. */
export interface LedgerAccount {
  /** Relevance given to the scores. */
  readonly received: number;
  /** Relevance that arrived at the input. */
  readonly input: number;
  /** Relevance left in initial states and constants. */
  readonly rest: number;
  /** One line per layer, or per step of a layer, in the order in which relevance passed through. */
  readonly entries: readonly {
    readonly layer: string;
    readonly bias: number;
    readonly stabilizer: number;
    readonly lost?: number;
  }[];
}

/** How a ledger waterfall looks. */
export interface LedgerWaterfallOptions extends PictureOptions {
  /** One pair of bars per layer instead of one pair in all. Default false. */
  readonly byLayer?: boolean;
}

/** What one layer, all its steps together, absorbed. */
export interface LayerAbsorption {
  readonly layer: string;
  readonly bias: number;
  readonly stabilizer: number;
  readonly lost: number;
}

/**
 * Where the relevance went, from the score on the left to the input on the right: each bar is what biases, stabilizers,
 * rules that do not conserve, and initial states took out of the flow, or added to it.
 *
 * ```text
 * received - bias - stabilizer - lost - rest = input
 * ```
 *
 * @throws {NumericalError} If an amount is NaN or infinite.
 *
 * @example An account that closes
 * ```ts
 * import { ledgerWaterfall } from "@relprop/lrp/plot";
 * import { assertEquals } from "@std/assert";
 *
 * const figure = ledgerWaterfall({
 *   received: 4,
 *   input: 3,
 *   rest: 0.25,
 *   entries: [{ layer: "output", bias: 0.5, stabilizer: 0.25 }],
 * });
 * assertEquals(figure.data[0]!.base, [0, 3.5, 3.25, 3, 0]);
 * ```
 */
export function ledgerWaterfall(ledger: LedgerAccount, options: LedgerWaterfallOptions = {}): Figure {
  const action = "draw the ledger waterfall";
  requirePictureOptions(options, { action, known: ["byLayer"] });
  const { title = "Where the relevance went", caption = "", width = 640, byLayer = false } = options;
  const theme = themeOf(options.theme);
  const layers = absorptionByLayer(ledger, action);
  const sum = (part: (layer: LayerAbsorption) => number): number =>
    layers.reduce((total, layer) => total + part(layer), 0);
  const taken = [
    ...byLayer
      ? layers.flatMap(({ layer, bias, stabilizer, lost }) => [
        { label: `${layer}: bias`, amount: bias },
        { label: `${layer}: stabilizer`, amount: stabilizer },
        ...lost === 0 ? [] : [{ label: `${layer}: rule`, amount: lost }],
      ])
      : [
        { label: "bias", amount: sum(({ bias }) => bias) },
        {
          label: "stabilizer",
          amount: sum(({ stabilizer }) => stabilizer),
        },
        ...layers.every(({ lost }) => lost === 0)
          ? []
          : [{ label: "rules", amount: sum(({ lost }) => lost) }],
      ],
    { label: "rest", amount: ledger.rest },
  ];
  const bars = [{ label: "score", base: 0, size: ledger.received, color: signColor(ledger.received) }];
  let level = ledger.received;
  for (const { label, amount } of taken) {
    bars.push({ label, base: level - amount, size: amount, color: theme.muted });
    level -= amount;
  }
  bars.push({ label: "input", base: 0, size: ledger.input, color: signColor(ledger.input) });
  const gap = level - ledger.input;

  function signColor(value: number): string {
    return value < 0 ? theme.negative : theme.positive;
  }
  const printed = bars.map(({ label, size }) =>
    label === "score" || label === "input" ? formatNumber(size) : formatSigned(-size)
  );
  const short = bars.map(({ label }) => fitMiddle(label, 12, 200));
  const bottom = 24 + (byLayer ? Math.max(...short.map((label) => textWidth(label, 12))) : 16);
  const ends = bars.flatMap(({ base, size }) => [base, base + size, 0]);
  const [low, high] = [Math.min(...ends), Math.max(...ends)];
  const room = (high - low || 1) * 0.12;
  return new Figure({
    data: [{
      type: "bar",
      x: bars.map((_, i) => i),
      base: bars.map(({ base }) => base),
      y: bars.map(({ size }) => size),
      marker: { color: bars.map(({ color }) => color) },
      text: printed.map((text) => text.replaceAll("-", "−")),
      textposition: "outside",
      textfont: { color: theme.text },
      cliponaxis: false,
      customdata: bars.map(({ label }) => plotlyText(label)),
      hovertemplate: "%{customdata}: %{text}<extra></extra>",
    }],
    layout: {
      ...figureLayout({ title, caption, width, height: 300 + bottom, theme, left: 62, bottom }),
      bargap: 0.3,
      xaxis: axis(theme, "", {
        showgrid: false,
        zeroline: false,
        tickvals: bars.map((_, i) => i),
        ticktext: short.map(plotlyText),
        tickangle: byLayer ? -90 : 0,
      }),
      yaxis: axis(theme, "relevance", {
        range: [low < 0 ? low - room : 0, high + room],
        zeroline: true,
        automargin: true,
      }),
    },
    title: heading(title, caption),
    description: sentences(
      "Waterfall of relevance",
      title,
      caption,
      bars.map(({ label }, i) => `${label} ${printed[i]}`).join(", "),
      `Unaccounted: ${formatNumber(gap)}`,
    ),
  });
}

/** The absorbed relevance of each layer, steps added up, in the order of the ledger. */
export function absorptionByLayer(ledger: LedgerAccount, action: string): LayerAbsorption[] {
  // Gradients have none.
  if (!Array.isArray(ledger?.entries)) {
    throw new TypeError(
      `Cannot ${action}: the ledger must be that of an attribution by LRP, or an account like it, got ${
        described(ledger)
      }`,
    );
  }
  requireFinite([ledger.received, ledger.input, ledger.rest], [3], { action, where: "the ledger's totals" });
  const layers = new Map<string, Omit<LayerAbsorption, "layer">>();
  for (const { layer, bias, stabilizer, lost = 0 } of ledger.entries) {
    requireFinite([bias, stabilizer, lost], [3], { action, where: `the ledger's line of ${layer}` });
    const sum = layers.get(layer) ?? { bias: 0, stabilizer: 0, lost: 0 };
    layers.set(layer, {
      bias: sum.bias + bias,
      stabilizer: sum.stabilizer + stabilizer,
      lost: sum.lost + lost,
    });
  }
  return Array.from(layers, ([layer, sums]) => ({ layer, ...sums }));
}
