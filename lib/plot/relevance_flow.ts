import { themeOf } from "./color/theme.ts";
import { Drawing, type Hotspot } from "./display/drawing.ts";
import { absorptionByLayer, type LedgerAccount } from "./ledger_waterfall.ts";
import { listOf, requireTexts } from "./numbers.ts";
import { heading, type PictureOptions, positive, requirePictureOptions } from "./options.ts";
import { flowStages, largestWords } from "./render/flow_stages.ts";
import { type Ribbon, ribbonElement } from "./render/ribbon.ts";
import { headline, MARGIN, printed, textElement, wrapText } from "./render/svg.ts";
import { formatSigned, sentences } from "./text/format_number.ts";
import { isRightToLeft } from "./words/word_layout.ts";
import { fitText } from "./text/text_width.ts";

/** How a relevance flow looks. */
export interface RelevanceFlowOptions extends PictureOptions {
  /** The words at the end of the flow. Default: none, the flow ends at the input. */
  readonly tokens?: readonly string[];
  /** Their relevance. */
  readonly relevance?: ArrayLike<number>;
  /** How many words get a stream of their own; the others share one. Default 20. */
  readonly words?: number;
}

/** Between these, stages share the width that a notebook has. */
const STAGE_WIDTHS = [150, 168] as const;
const USUAL_WIDTH = 820;
const WORDS_WIDTH = 190;
/** How far streams reach that leave or come in. */
const REACH = 26;
const NODE = 10;
const FLOW_HEIGHT = 190;
const SLOT = 16;

/**
 * Relevance flowing from the score through the layers to the input and its words; the width of a stream is its amount.
 * What biases, stabilizers and rules that do not conserve absorb leaves in streams of their own, what they add comes in the same way.
 *
 * @param ledger The account of an attribution. Steps and parallel branches of one layer are added up: the stream between
 * two layers is all relevance in flow there.
 * @throws {ShapeError} If tokens and relevance are not as many.
 * @throws {NumericalError} If an amount is NaN or infinite.
 *
 * @example One layer, two words
 * ```ts
 * import { relevanceFlow } from "@relprop/lrp/plot";
 * import { assertStringIncludes } from "@std/assert";
 *
 * const ledger = { received: 2, input: 1.5, rest: 0, entries: [{ layer: "dense", bias: 0.5, stabilizer: 0 }] };
 * const picture = relevanceFlow(ledger, { tokens: ["good", "film"], relevance: [1.75, -0.25] });
 * assertStringIncludes(picture.description, "dense: bias +0.5 leaves");
 * ```
 */
export function relevanceFlow(ledger: LedgerAccount, options: RelevanceFlowOptions = {}): Drawing {
  const action = "draw the relevance flow";
  requirePictureOptions(options, { action, known: ["tokens", "relevance", "words"] });
  const { title = "Relevance flow", caption = "", tokens = [] } = options;
  const theme = themeOf(options.theme);
  const most = positive(options.words ?? 20, "words", action);
  requireTexts(tokens, { action, where: "tokens" });
  const relevance = tokens.length === 0
    ? []
    : Array.from(listOf(options.relevance!, { action, where: "relevance", length: tokens.length }));
  const words = largestWords(tokens, relevance, most);
  const stages = flowStages(ledger, absorptionByLayer(ledger, action));
  const [speaksFor, speaksAgainst] = [1, -1].map((sign) =>
    words.reduce((sum, { amount }) => sum + Math.max(0, sign * amount), 0)
  ) as [number, number];

  const largest = Math.max(speaksFor + speaksAgainst, ...stages.map(({ size }) => size), Number.MIN_VALUE);
  const px = (amount: number): number =>
    Math.max(amount === 0 ? 0 : 1, Math.abs(amount) / largest * FLOW_HEIGHT);
  const tone = (amount: number): string => amount < 0 ? theme.negative : theme.positive;
  const tints = {
    bias: theme.series[3]!,
    stabilizer: theme.muted,
    rule: theme.series[2]!,
    rest: theme.series[4]!,
  };

  const ends = 2 * MARGIN + 24 + (words.length > 0 ? WORDS_WIDTH : 110);
  const share = ((options.width ?? USUAL_WIDTH) - ends) / (stages.length - 1);
  const stageWidth = Math.floor(Math.min(STAGE_WIDTHS[1], Math.max(STAGE_WIDTHS[0], share)));
  const width = Math.max(options.width ?? 0, ends + (stages.length - 1) * stageWidth);
  const head = headline({ title, caption, width, theme });
  const top = head.bottom + 44;
  const content: string[] = [];
  const labels: string[] = [head.content];
  const hotspots: Hotspot[] = [];
  const draw = (ribbon: Ribbon, label: string): void => {
    content.push(ribbonElement(ribbon));
    const [low, high] = [
      Math.min(ribbon.from.y, ribbon.to.y),
      Math.max(ribbon.from.y + ribbon.width, ribbon.to.y + ribbon.width),
    ];
    hotspots.push({ box: [ribbon.from.x, low, ribbon.to.x, high], label });
  };
  let lowest = top + FLOW_HEIGHT;
  let floor = 0;
  stages.forEach((stage, i) => {
    const x = MARGIN + 8 + i * stageWidth;
    const height = i === stages.length - 1 && words.length > 0
      ? px(speaksFor) + px(speaksAgainst)
      : px(stage.size);
    content.push(
      `<rect x="${x}" y="${top}" width="${NODE}" height="${Math.max(1, height)}" fill="${theme.text}"/>`,
    );
    wrapText(fitText(stage.label, 12, 2 * stageWidth - 40), 12, stageWidth - 16).slice(0, 2).forEach(
      (line, k) => {
        labels.push(textElement(line, { x, y: top - 22 + 14 * k, size: 12, bold: true }));
      },
    );
    const next = stages[i + 1];
    if (next === undefined) return;
    const sent = px(stage.sent);
    const main = {
      from: { x: x + NODE, y: top },
      to: { x: x + stageWidth, y: top },
      width: sent,
      color: tone(stage.sent),
    };
    draw(main, `${stage.label} to ${next.label} ${formatSigned(stage.sent)}`);
    labels.push(
      textElement(printed(stage.sent), {
        x: x + NODE + 8,
        y: top + Math.max(14, sent / 2 + 4),
        size: 11,
        fill: sent > 16 ? "#ffffff" : theme.text,
      }),
    );
    let [leaving, coming] = [top + sent, top + px(stage.received)];
    let [drain, source] = [
      top + Math.max(height, sent) + 26,
      Math.max(floor, top + Math.max(height, px(stage.received)) + 26),
    ];
    for (const { name, amount } of stage.absorbed) {
      const size = px(amount);
      const isLeaving = amount * Math.sign(ledger.received || 1) > 0;
      const words = `${name} ${printed(-amount)}`;
      if (isLeaving) {
        draw({
          from: { x: x + NODE, y: leaving },
          to: { x: x + NODE + REACH, y: drain },
          width: size,
          color: tints[name],
        }, `${stage.label}, ${words}`);
        labels.push(
          textElement(LABELS[name] + printed(-amount), {
            x: x + NODE + REACH + 4,
            y: drain + size / 2 + 4,
            size: 11,
            fill: theme.muted,
          }),
        );
        leaving += size;
        drain += Math.max(size, 11) + 5;
      } else {
        draw(
          { from: { x: x - REACH, y: source }, to: { x, y: coming }, width: size, color: tints[name] },
          `${stage.label}, ${words}`,
        );
        labels.push(
          textElement(LABELS[name] + printed(-amount), {
            x: x - REACH - 4,
            y: source + size / 2 + 4,
            size: 11,
            fill: theme.muted,
            anchor: "end",
          }),
        );
        coming += size;
        source += Math.max(size, 11) + 5;
      }
    }
    floor = drain + 12;
    lowest = Math.max(lowest, drain, source);
  });

  const x = MARGIN + 8 + (stages.length - 1) * stageWidth + NODE;
  let [y, forEdge, againstEdge] = [top, top, top + px(speaksFor)];
  for (const { label, amount } of words) {
    const size = amount === 0 ? 0 : Math.abs(amount) / largest * FLOW_HEIGHT;
    const slot = Math.max(SLOT, size + 3);
    const from = amount < 0 ? againstEdge : forEdge;
    draw({
      from: { x, y: from },
      to: { x: x + 56, y: y + (slot - size) / 2 },
      width: size,
      color: tone(amount),
    }, `${label} ${formatSigned(amount)}`);
    labels.push(
      textElement(
        `${fitText(label, 12, 90)} ${isRightToLeft([label]) ? LEFT_TO_RIGHT : ""}${printed(amount)}`,
        {
          x: x + 61,
          y: y + slot / 2 + 4,
          size: 12,
        },
      ),
    );
    if (amount < 0) againstEdge += size;
    else forEdge += size;
    y += slot;
  }
  if (words.length === 0) {
    labels.push(textElement(printed(ledger.input), { x: x + 6, y: top + 14, size: 11 }));
  }

  return new Drawing({
    title: heading(title, caption),
    description: sentences(
      "Relevance flow",
      title,
      caption,
      `Score ${formatSigned(ledger.received)}`,
      ...stages.flatMap(({ label, absorbed }) =>
        absorbed.length === 0
          ? []
          : [`${label}: ${
            absorbed.map(({ name, amount }) => `${name} ${formatSigned(amount)} leaves`).join(", ")
          }`]
      ),
      `Input ${formatSigned(ledger.input)}`,
      words.map(({ label, amount }) => `${label} ${formatSigned(amount)}`).join(", "),
    ),
    width,
    height: Math.max(lowest, y) + MARGIN,
    content: content.join("") + labels.join(""),
    theme,
    hotspots,
    data: () => ({ received: ledger.received, input: ledger.input, rest: ledger.rest, stages, words }),
  });
}

/** Keeps the sign of a number before it, behind a word of a script that runs to the left. */
const LEFT_TO_RIGHT = "\u200e";

const LABELS = { bias: "bias ", stabilizer: "stabilizer ", rule: "rule ", rest: "rest " };
