import type { ColorScale } from "../color/color_scale.ts";
import { escapeMarkup, hash } from "../text/escape.ts";
import { formatSigned } from "../text/format_number.ts";
import { BOLD, fitText, textWidth } from "../text/text_width.ts";
import type { Theme } from "../color/theme.ts";

/** A coordinate without needless digits. */
export function coordinate(value: number): string {
  return String(Math.round(value * 100) / 100);
}

/** A minus sign as it is printed, for numbers that people read in a picture. */
export function printed(value: number): string {
  return formatSigned(value).replaceAll("-", "−");
}

/** How a piece of text is set. */
export interface TextStyle {
  readonly x: number;
  readonly y: number;
  readonly size: number;
  readonly fill?: string;
  readonly anchor?: "start" | "middle" | "end";
  readonly bold?: boolean;
}

/** One line of text. */
export function textElement(text: string, { x, y, size, fill, anchor, bold }: TextStyle): string {
  const attributes = [
    `x="${coordinate(x)}" y="${coordinate(y)}" font-size="${size}"`,
    fill === undefined ? "" : ` fill="${fill}"`,
    anchor === undefined || anchor === "start" ? "" : ` text-anchor="${anchor}"`,
    bold === true ? ' font-weight="600"' : "",
  ].join("");
  return `<text ${attributes}>${escapeMarkup(text)}</text>`;
}

/** A text broken into lines at spaces; a word that is longer than a line is cut. */
export function wrapText(text: string, size: number, width: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const part of text.split(/\s+/).filter((part) => part !== "")) {
    const word = fitText(part, size, width);
    const longer = line === "" ? word : `${line} ${word}`;
    if (line !== "" && textWidth(longer, size) > width) {
      lines.push(line);
      line = word;
    } else line = longer;
  }
  return line === "" ? lines : [...lines, line];
}

/** The height that {@linkcode colorBar} takes. */
export const COLOR_BAR_HEIGHT = 34;

/** A horizontal color bar from `-limit` to `limit` with numbers under it. */
export function colorBar(
  scale: ColorScale,
  { x, y, width, theme, label }: { x: number; y: number; width: number; theme: Theme; label: string },
): string {
  const { table, limit } = scale;
  const last = table.length - 1;
  // Named after its colors: several pictures may be put into one page.
  const name = `scale-${hash(table.join(""))}`;
  const steps = Math.min(32, Math.max(1, last));
  const stops = Array.from({ length: steps + 1 }, (_, i) => {
    const color = table[Math.round(i * last / steps)]!;
    return `<stop offset="${coordinate(i / steps)}" stop-color="${color}"/>`;
  });
  const five = [-limit, -limit / 2, 0, limit / 2, limit];
  const needed = Math.max(...five.map((value) => textWidth(printed(value), 11))) + 6;
  const ticks = limit === 0 ? [0] : needed <= width / 4 ? five : [-limit, 0, limit];
  const numbers = ticks.map((value) => {
    const at = x + width * (limit === 0 ? 0.5 : 0.5 + value / limit / 2);
    return `<path d="M${coordinate(at)} ${y + 10}v4" stroke="${theme.muted}"/>` +
      textElement(printed(value), { x: at, y: y + 26, size: 11, fill: theme.muted, anchor: "middle" });
  });
  return `<defs><linearGradient id="${name}">${stops.join("")}</linearGradient></defs>` +
    `<rect x="${coordinate(x)}" y="${y}" width="${
      coordinate(width)
    }" height="10" fill="url(#${name})" stroke="${theme.grid}"/>` +
    numbers.join("") +
    textElement(label, { x: x + width + 26, y: y + 10, size: 11, fill: theme.muted });
}

/** The margin around drawings. */
export const MARGIN = 12;

/** Title and caption at the top of a drawing, and how far down they reach. */
export function headline(
  { title, caption, width, theme }: { title: string; caption: string; width: number; theme: Theme },
): { content: string; bottom: number } {
  const content: string[] = [];
  let y = MARGIN;
  for (const line of wrapText(title, 15 * BOLD, width - 2 * MARGIN)) {
    content.push(textElement(line, { x: MARGIN, y: y + 13, size: 15, bold: true }));
    y += 20;
  }
  for (const line of wrapText(caption, 12, width - 2 * MARGIN)) {
    content.push(textElement(line, { x: MARGIN, y: y + 12, size: 12, fill: theme.muted }));
    y += 17;
  }
  return { content: content.join(""), bottom: y };
}
