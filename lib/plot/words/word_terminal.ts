import type { ColorScale } from "../color/color_scale.ts";
import { visible } from "../text/escape.ts";
import { formatSigned } from "../text/format_number.ts";
import type { TerminalOptions } from "../display/picture.ts";
import { columnWidth } from "../text/text_width.ts";
import { inkOn } from "../color/theme.ts";
import type { WordRow } from "./word_rows.ts";

const RESET = "\u001b[0m";

/** Words on 24-bit colors for a terminal, with a color bar; without colors each word carries its number. */
export function terminalWords(
  tokens: readonly string[],
  rows: readonly WordRow[],
  { scale, title, caption, color = "always", width = 80 }: TerminalOptions & {
    scale: ColorScale;
    title: string;
    caption: string;
  },
): string {
  const colored = color === "always" || color === "auto" && !noColor();
  const labelColumns = Math.max(...rows.map((row) => columnWidth(row.label)));
  const indent = labelColumns === 0 ? 0 : labelColumns + 2;
  const lines = [[title, caption].filter((part) => part !== "").map(visible).join(" · ")];
  for (const { label, values } of rows) {
    let line = visible(label).padEnd(indent);
    let column = indent;
    tokens.forEach((token, i) => {
      const value = values[i]!;
      const text = colored ? ` ${visible(token)} ` : `${visible(token)}(${formatSigned(value)}) `;
      const columns = columnWidth(text);
      if (column > indent && column + columns > width) {
        lines.push(line.trimEnd());
        line = " ".repeat(indent);
        column = indent;
      }
      line += colored ? paint(text, scale.color(value)) : text;
      column += columns;
    });
    lines.push(line.trimEnd());
  }
  const [low, high] = [formatSigned(-scale.limit), formatSigned(scale.limit)];
  if (!colored) return [...lines, `scale ${low} to ${high}`].join("\n");
  const cells = Array.from({ length: 21 }, (_, i) => paint(" ", scale.color((i - 10) / 10 * scale.limit)));
  return [...lines, `${low} ${cells.join("")} ${high}`].join("\n");
}

function paint(text: string, background: string): string {
  const bytes = (color: string): string =>
    [1, 3, 5].map((at) => parseInt(color.slice(at, at + 2), 16)).join(";");
  return `\u001b[48;2;${bytes(background)}m\u001b[38;2;${bytes(inkOn(background))}m${text}${RESET}`;
}

function noColor(): boolean {
  return (globalThis as { Deno?: { noColor: boolean } }).Deno?.noColor ?? false;
}
