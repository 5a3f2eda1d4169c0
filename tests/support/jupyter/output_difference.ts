import { codeCells, joinText, type Notebook, type StoredOutput } from "./notebook.ts";

/** Numbers that agree to about four significant digits are the same; other processors round otherwise. */
const RELATIVE = 5e-4;

/** What is left of sums that should be 0 differs from processor to processor. */
const NOISE = 1e-9;

/** A number with its sign; what a unit of time or a rate follows is caught apart. */
const NUMBER = /[-+]?\d+(?:\.\d+)?(?:e[-+]?\d+)?/g;
const TIME = /[-+]?\d+(?:\.\d+)?(?=(?:\s?(?:ns|µs|ms|s|min|seconds?|minutes?)|\/s)\b)/g;

const PLOTLY = "application/vnd.plotly.v1+json";

/** What a text says: its words, whatever the width of its columns, with the places of its numbers, and these. */
function saidBy(text: string): { words: string; numbers: number[] } {
  const timeless = text.replaceAll(TIME, "time");
  return {
    words: timeless.replaceAll(NUMBER, "#").replaceAll(/-{2,}/g, "--").replaceAll(/\s+/g, " ").trim(),
    numbers: (timeless.match(NUMBER) ?? []).map(Number),
  };
}

function numbersIn(value: unknown): number[] {
  if (typeof value === "number") return [value];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(numbersIn) : [];
}

/** The words and the numbers of an output; of a picture, what stands in its place and the numbers that it draws. */
function partsOf(output: StoredOutput): { words: string; numbers: number[] }[] {
  if (output.output_type === "stream") {
    return [{ words: output.name, numbers: [] }, saidBy(joinText(output.text))];
  }
  if (output.output_type === "error") return [{ words: `${output.ename}: ${output.evalue}`, numbers: [] }];
  const { data } = output;
  const texts = Object.keys(data).filter((type) => /^text\/(?!html)/.test(type)).sort();
  const drawn = numbersIn((data[PLOTLY] as { data?: unknown } | undefined)?.data);
  return [
    { words: `${output.output_type} ${Object.keys(data).sort()}`, numbers: [] },
    ...texts.map((type) => saidBy(joinText(data[type] as string | string[]))),
    { words: "numbers of the picture", numbers: drawn },
  ];
}

const close = (a: number, b: number): boolean =>
  Math.abs(a - b) <= Math.max(NOISE, RELATIVE * Math.max(Math.abs(a), Math.abs(b)));

function differenceOf(fresh: StoredOutput, stored: StoredOutput): string | undefined {
  const [now, then] = [partsOf(fresh), partsOf(stored)];
  for (const [i, { words, numbers }] of now.entries()) {
    const other = then[i];
    if (words !== other?.words) return `"${words}" instead of "${other?.words}"`;
    if (numbers.length !== other.numbers.length) {
      return `${numbers.length} numbers instead of ${other.numbers.length} in "${words}"`;
    }
    const at = numbers.findIndex((number, k) => !close(number, other.numbers[k]!));
    if (at >= 0) return `${numbers[at]} instead of ${other.numbers[at]}, number ${at + 1} of "${words}"`;
  }
  return undefined;
}

/**
 * Where a run of a notebook shows something else than the stored one: the first other word, or number that differs
 * in the first four significant digits; undefined if there is none. Times and rates may differ.
 */
export function outputDifference(fresh: Notebook, stored: Notebook): string | undefined {
  const now = codeCells(fresh);
  const then = codeCells(stored);
  if (now.length !== then.length) return `${now.length} code cells instead of ${then.length}`;
  for (const [i, cell] of now.entries()) {
    const [shown, kept] = [cell.outputs ?? [], then[i]!.outputs ?? []];
    if (shown.length !== kept.length) {
      return `code cell ${i + 1}: ${shown.length} outputs instead of ${kept.length}`;
    }
    for (const [k, output] of shown.entries()) {
      const difference = differenceOf(output, kept[k]!);
      if (difference !== undefined) return `code cell ${i + 1}: ${difference}`;
    }
  }
  return undefined;
}
