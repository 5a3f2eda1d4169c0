/** Advance widths of Helvetica for the characters from space to tilde, in thousandths of the font size. */
const WIDTHS = [
  ...[278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278],
  ...[556, 556, 556, 556, 556, 556, 556, 556, 556, 556, 278, 278, 584, 584, 584, 556],
  ...[1015, 667, 667, 722, 722, 667, 611, 778, 722, 278, 500, 667, 556, 833, 722, 778],
  ...[667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 278, 278, 278, 469, 556],
  ...[333, 556, 556, 500, 556, 556, 278, 556, 556, 222, 222, 500, 222, 833, 556, 556],
  ...[556, 556, 333, 500, 278, 556, 500, 722, 500, 500, 500, 334, 260, 334, 584],
];

const WIDE = /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe4f\uff00-\uff60\uffe0-\uffe6]/;
const PICTOGRAPH = /\p{Extended_Pictographic}|\p{Regional_Indicator}/u;
const ZERO_WIDTH = /^[\p{Mark}\p{Format}]+$/u;

let segmenter: Intl.Segmenter | undefined;

/** What a reader sees as single characters: an emoji of several code points is one. */
export function graphemes(text: string): string[] {
  if (/^[\u0020-\u007e]*$/.test(text)) return [...text];
  segmenter ??= new Intl.Segmenter();
  return Array.from(segmenter.segment(text), ({ segment }) => segment);
}

/** The width of a text in a font like Helvetica or Arial, in the unit of `size`. */
export function textWidth(text: string, size: number): number {
  let width = 0;
  for (const grapheme of graphemes(text)) width += graphemeWidth(grapheme);
  return width * size / 1000;
}

function graphemeWidth(grapheme: string): number {
  const known = WIDTHS[grapheme.charCodeAt(0) - 32];
  if (known !== undefined && grapheme.length === 1) return known;
  if (PICTOGRAPH.test(grapheme)) return 1300;
  if (WIDE.test(grapheme)) return 1000;
  return ZERO_WIDTH.test(grapheme) ? 0 : 640;
}

/** How much wider bold letters are, at most of them. */
export const BOLD = 1.08;

/** How many columns of a terminal a text takes. */
export function columnWidth(text: string): number {
  let columns = 0;
  for (const grapheme of graphemes(text)) {
    columns += PICTOGRAPH.test(grapheme) || WIDE.test(grapheme) ? 2 : ZERO_WIDTH.test(grapheme) ? 0 : 1;
  }
  return columns;
}

/** A text cut to so many columns of a terminal, with an ellipsis where something is missing. */
export function fitColumns(text: string, columns: number): string {
  if (columnWidth(text) <= columns) return text;
  let kept = "";
  for (const grapheme of graphemes(text)) {
    if (columnWidth(kept) + columnWidth(grapheme) >= columns) break;
    kept += grapheme;
  }
  return columns > 0 ? `${kept}…` : "";
}

/** A text cut to a width, with an ellipsis where something is missing. */
export function fitText(text: string, size: number, width: number): string {
  if (textWidth(text, size) <= width) return text;
  const kept: string[] = [];
  let rest = width - size;
  for (const grapheme of graphemes(text)) {
    rest -= graphemeWidth(grapheme) * size / 1000;
    if (rest < 0) break;
    kept.push(grapheme);
  }
  return `${kept.join("")}…`;
}

/** A text cut to a width in its middle, for texts that differ at their ends. */
export function fitMiddle(text: string, size: number, width: number): string {
  if (textWidth(text, size) <= width) return text;
  const letters = graphemes(text);
  let [from, to] = [0, letters.length];
  let rest = width - size;
  for (let i = 0; i < letters.length; i++) {
    rest -= graphemeWidth(letters[i % 2 === 0 ? from : to - 1]!) * size / 1000;
    if (rest < 0) break;
    if (i % 2 === 0) from++;
    else to--;
  }
  return `${letters.slice(0, from).join("")}…${letters.slice(to).join("")}`;
}
