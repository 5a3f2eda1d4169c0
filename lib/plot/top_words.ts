import { described } from "../described.ts";
import { requireFinite } from "../tensor/mod.ts";
import { themeOf } from "./color/theme.ts";
import { Figure } from "./display/figure.ts";
import { entriesOf, type Labelled, requireNumbers } from "./numbers.ts";
import { heading, type PictureOptions, positive, requirePictureOptions } from "./options.ts";
import { axis, figureLayout, panelTitle, plotlyText } from "./render/figure_layout.ts";
import { formatSigned, sentences } from "./text/format_number.ts";
import { fitText, textWidth } from "./text/text_width.ts";

/** How the top words are chosen and drawn. */
export interface TopWordsOptions extends PictureOptions {
  /** How many words per class. Default 8. */
  readonly count?: number;
  /** How often a word must occur. Default 1. */
  readonly minimum?: number;
  /** Panels side by side. Default 3. */
  readonly columns?: number;
}

/** A word of a class. */
export interface TopWord {
  /** The word. */
  readonly word: string;
  /** The mean of its relevance over its occurrences. */
  readonly relevance: number;
  /** How often it occurred. */
  readonly occurrences: number;
}

/**
 * The words with the highest mean relevance, highest first.
 *
 * @param occurrences Each occurrence of a word with its relevance.
 * @throws {NumericalError} If a number is NaN or infinite.
 *
 * @example Two occurrences of one word
 * ```ts
 * import { rankWords } from "@relprop/lrp/plot";
 * import { assertEquals } from "@std/assert";
 *
 * const [best] = rankWords([["good", 1], ["film", 0], ["good", 3]]);
 * assertEquals(best, { word: "good", relevance: 2, occurrences: 2 });
 * ```
 */
export function rankWords(
  occurrences: Iterable<readonly [string, number]>,
  { count = 8, minimum = 1 }: { count?: number; minimum?: number } = {},
): TopWord[] {
  const action = "rank words";
  const sums = new Map<string, { sum: number; times: number }>();
  if (typeof occurrences?.[Symbol.iterator] !== "function" || typeof occurrences === "string") {
    throw new TypeError(
      `Cannot ${action}: they must be given as [word, relevance] pairs, got ${described(occurrences)}`,
    );
  }
  for (const pair of occurrences) {
    if (!Array.isArray(pair) || pair.length !== 2 || typeof pair[0] !== "string") {
      throw new TypeError(
        `Cannot ${action}: they must be given as [word, relevance] pairs, got ${described(pair)}`,
      );
    }
    const [word, relevance] = pair;
    if (!Number.isFinite(relevance)) {
      const where = `relevance of ${JSON.stringify(word)}`;
      requireNumbers([relevance], { action, where });
      requireFinite([relevance], [1], { action, where });
    }
    const found = sums.get(word);
    if (found) {
      found.sum += relevance;
      found.times++;
    } else sums.set(word, { sum: relevance, times: 1 });
  }
  return Array.from(sums, ([word, { sum, times }]) => ({ word, relevance: sum / times, occurrences: times }))
    .filter(({ occurrences }) => occurrences >= minimum)
    .sort((a, b) => b.relevance - a.relevance)
    .slice(0, count);
}

/**
 * The words that speak most for each class, by their mean relevance over a data set.
 *
 * @param classes Each occurrence of a word with its relevance, by the class that was explained.
 * @throws {RangeError} If there is no class, or no word of a class occurs often enough.
 * @throws {NumericalError} If a number is NaN or infinite.
 *
 * @example Two classes
 * ```ts
 * import { topWords } from "@relprop/lrp/plot";
 * import { assertStringIncludes } from "@std/assert";
 *
 * const figure = topWords({ weather: [["rain", 2], ["the", 0.1]], music: [["play", 1.5]] });
 * assertStringIncludes(figure.description, "weather: rain +2, the +0.1");
 * ```
 */
export function topWords(
  classes: Labelled<Iterable<readonly [string, number]>>,
  options: TopWordsOptions = {},
): Figure {
  const action = "draw the top words";
  requirePictureOptions(options, { action, known: ["count", "minimum", "columns"] });
  const { title = "Words that speak for each class", caption = "mean relevance" } = options;
  const theme = themeOf(options.theme);
  const count = positive(options.count ?? 8, "count", action);
  const minimum = positive(options.minimum ?? 1, "minimum", action);
  const panels = entriesOf(classes, { action, where: "the classes" }).map(([label, occurrences]) => {
    const words = rankWords(occurrences, { count, minimum });
    if (words.length > 0) return { label, words };
    throw new RangeError(
      `Cannot ${action}: at least one word of ${
        JSON.stringify(label)
      } must occur ${minimum} times or more, got none`,
    );
  });
  const columns = Math.min(panels.length, positive(options.columns ?? 3, "columns", action));
  const rows = Math.ceil(panels.length / columns);
  const width = options.width ?? Math.max(360, 240 * columns);
  const side = 16 + Math.max(
    ...panels.flatMap(({ words }) => words.map(({ word }) => textWidth(fitText(word, 12, 100), 12))),
  );
  const [rowHeight, gap] = [34 + 19 * count, 46];
  const inner = rows * rowHeight + (rows - 1) * gap;
  const top = caption === "" ? 74 : 90;
  const layout = figureLayout({
    title,
    caption,
    width,
    height: top + inner + 34,
    theme,
    left: side,
    top,
    bottom: 34,
  });
  const annotations = layout.annotations as unknown[];
  const highest = Math.max(...panels.map(({ words }) => words[0]!.relevance), 0);
  const lowest = Math.min(...panels.map(({ words }) => words.at(-1)!.relevance), 0);
  const plotted = width - side - 24;
  const data = panels.map(({ label, words }, i) => {
    const number = i === 0 ? "" : `${i + 1}`;
    const [column, row] = [i % columns, Math.floor(i / columns)];
    const panelWidth = (plotted - (columns - 1) * side) / columns;
    const from = column * (panelWidth + side) / plotted;
    const xDomain = [from, Math.min(1, from + panelWidth / plotted)];
    const yTop = 1 - row * (rowHeight + gap) / inner;
    layout[`xaxis${number}`] = axis(theme, "", {
      domain: xDomain,
      anchor: `y${number}`,
      range: [lowest * 1.05, highest * 1.05 || 1],
      nticks: 4,
    });
    layout[`yaxis${number}`] = axis(theme, "", {
      domain: [Math.max(0, yTop - rowHeight / inner), yTop],
      anchor: `x${number}`,
      showgrid: false,
      zeroline: false,
      tickvals: words.map((_, k) => k),
      ticktext: words.map(({ word }) => plotlyText(fitText(word, 12, 100))),
      range: [count - 0.4, -0.6],
    });
    annotations.push(panelTitle(theme, label, { x: xDomain[0]!, y: yTop, width: panelWidth + side - 16 }));
    return {
      type: "bar",
      orientation: "h",
      x: words.map(({ relevance }) => relevance),
      y: words.map((_, k) => k),
      xaxis: `x${number}`,
      yaxis: `y${number}`,
      marker: { color: words.map(({ relevance }) => relevance < 0 ? theme.negative : theme.positive) },
      customdata: words.map(({ word, occurrences }) => `${plotlyText(word)} (${occurrences} times)`),
      hovertemplate: "%{customdata}: %{x:.4~g}<extra></extra>",
    };
  });
  return new Figure({
    data,
    layout: { ...layout, bargap: 0.25 },
    title: heading(title, caption),
    description: sentences(
      "Top words per class",
      title,
      caption,
      ...panels.map(({ label, words }) =>
        `${label}: ${words.map(({ word, relevance }) => `${word} ${formatSigned(relevance)}`).join(", ")}`
      ),
    ),
  });
}
