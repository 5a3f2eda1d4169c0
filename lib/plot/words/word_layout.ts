import { fitText, textWidth } from "../text/text_width.ts";
import { visible } from "../text/escape.ts";

/** A word and the box it is drawn in. */
export interface PlacedWord {
  readonly index: number;
  readonly text: string;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  /** The width of the text alone. */
  readonly textWidth: number;
}

/** Words in lines. */
export interface WordLayout {
  readonly words: readonly PlacedWord[];
  readonly height: number;
}

const PADDING = 5;
const GAP = 3;
const RIGHT_TO_LEFT = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff]/;

/** True if most of the words that have a direction are of a script that runs from right to left. */
export function isRightToLeft(tokens: readonly string[]): boolean {
  const rightToLeft = tokens.filter((token) => RIGHT_TO_LEFT.test(token)).length;
  const letters = tokens.filter((token) => /\p{L}/u.test(token)).length;
  return rightToLeft * 2 > letters;
}

/** Puts words into lines of a width, from right to left where the script asks for it. */
export function layoutWords(
  tokens: readonly string[],
  { size, width, lineHeight, minimum }: {
    size: number;
    width: number;
    lineHeight: number;
    /** The least width of the box of a word, by its index. */
    minimum: (index: number) => number;
  },
): WordLayout {
  const mirrored = isRightToLeft(tokens);
  const words: PlacedWord[] = [];
  let x = 0;
  let y = 0;
  tokens.forEach((token, index) => {
    const text = fitText(visible(token), size, width - 2 * PADDING);
    const own = textWidth(text, size);
    const box = Math.min(width, Math.max(own, minimum(index)) + 2 * PADDING);
    if (x > 0 && x + box > width) {
      x = 0;
      y += lineHeight;
    }
    words.push({ index, text, x: mirrored ? width - x - box : x, y, width: box, textWidth: own });
    x += box + GAP;
  });
  return { words, height: y + lineHeight };
}
