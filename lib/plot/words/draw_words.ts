import type { ColorScale } from "../color/color_scale.ts";
import { inkOn } from "../color/theme.ts";
import type { Hotspot } from "../display/drawing.ts";
import { coordinate, printed, textElement } from "../render/svg.ts";
import { escapeMarkup } from "../text/escape.ts";
import { formatSigned } from "../text/format_number.ts";
import { textWidth } from "../text/text_width.ts";
import { isRightToLeft, layoutWords } from "./word_layout.ts";
import type { WordRow } from "./word_rows.ts";

/** Words on their colors, in lines of a width. */
export function drawWords(
  tokens: readonly string[],
  { label, values: relevance }: WordRow,
  { x, y, width, size, scale, values }: {
    x: number;
    y: number;
    width: number;
    size: number;
    scale: ColorScale;
    values: boolean;
  },
): { content: string; hotspots: Hotspot[]; height: number } {
  const small = Math.round(size * 0.66 * 10) / 10;
  const box = size * 1.6 + (values ? small * 1.2 : 0);
  const minimum = (index: number): number => values ? textWidth(printed(relevance[index]!), small) : 0;
  const { words, height } = layoutWords(tokens, { size, width, lineHeight: box + 5, minimum });
  const hotspots: Hotspot[] = [];
  const content = words.map((word) => {
    const value = relevance[word.index]!;
    const color = scale.color(value);
    const ink = inkOn(color);
    const left = x + word.x;
    const top = y + word.y;
    const middle = coordinate(left + word.width / 2);
    hotspots.push({
      box: [left, top, left + word.width, top + box],
      label: `${label === "" ? "" : `${label}: `}${tokens[word.index]} ${formatSigned(value)}`,
    });
    // The text is forced into the width it was given: fonts differ from machine to machine.
    const fit = `textLength="${coordinate(word.textWidth)}" lengthAdjust="spacingAndGlyphs"`;
    return `<rect x="${coordinate(left)}" y="${coordinate(top)}" width="${coordinate(word.width)}" height="${
      coordinate(box)
    }" rx="3" fill="${color}"/><text x="${middle}" y="${coordinate(top + size * 1.15)}" ${
      word.textWidth > 0 ? fit : ""
    } fill="${ink}">${escapeMarkup(word.text)}</text>` +
      (values
        ? textElement(printed(value), {
          x: left + word.width / 2,
          y: top + box - small * 0.5,
          size: small,
          fill: ink,
        })
        : "");
  });
  const direction = isRightToLeft(tokens) ? ' direction="rtl"' : "";
  return {
    content: `<g font-size="${size}" text-anchor="middle"${direction}>${content.join("")}</g>`,
    hotspots,
    height,
  };
}
