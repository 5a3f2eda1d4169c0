import { described } from "../../described.ts";
import { ShapeError } from "../../errors.ts";
import { isNdArray } from "../../tensor/is_nd_array.ts";
import { contiguous, type NumericArray, requireFinite } from "../../tensor/mod.ts";
import { entriesOf, type Labelled, requireNumbers, requireTexts } from "../numbers.ts";

/** The relevance of words: one number per word, or an attribution that holds them. */
export type WordRelevance = ArrayLike<number> | NumericArray | { readonly tokenRelevance: ArrayLike<number> };

/** Several rows of relevance by their labels; entries (`[label, relevance]`) for labels that are numbers. */
export type WordRows = Labelled<WordRelevance>;

/** One labelled row of numbers. */
export interface WordRow {
  readonly label: string;
  readonly values: ArrayLike<number>;
}

/** Rows with as many finite numbers as there are words. */
export function wordRows(
  tokens: readonly string[],
  relevance: WordRelevance | WordRows,
  action: string,
): WordRow[] {
  requireTexts(tokens, { action, where: "the words" });
  if (tokens.length === 0) {
    throw new RangeError(`Cannot ${action}: at least one word is required, got 0`);
  }
  if (typeof relevance !== "object" || relevance === null) {
    throw new TypeError(
      `Cannot ${action}: relevance must be a list of numbers, an attribution, or rows of these by label, got ${
        described(relevance)
      }`,
    );
  }
  const rows: WordRow[] = isSingle(relevance)
    ? [{ label: "", values: numbers(relevance, "relevance", action) }]
    : entriesOf(relevance, { action, where: "the rows of relevance" }).map(([label, row]) => ({
      label,
      values: numbers(row, `relevance of row ${JSON.stringify(label)}`, action),
    }));
  for (const { label, values } of rows) {
    const where = label === "" ? "relevance" : `relevance of row ${JSON.stringify(label)}`;
    if (values.length !== tokens.length) {
      throw new ShapeError(
        `Cannot ${action}: ${where} must have one number for each of ${tokens.length} words, got ${values.length}`,
        { where, expected: [tokens.length], actual: [values.length] },
      );
    }
    requireFinite(values, [values.length], { action, where });
  }
  return rows;
}

function isSingle(relevance: WordRelevance | WordRows): relevance is WordRelevance {
  if (ArrayBuffer.isView(relevance) || isNdArray(relevance)) return true;
  if (Array.isArray(relevance)) return relevance.length === 0 || !Array.isArray(relevance[0]);
  return Object(relevance) === relevance && "tokenRelevance" in relevance;
}

function numbers(relevance: WordRelevance, where: string, action: string): ArrayLike<number> {
  if (isNdArray(relevance) && relevance.shape.length !== 1) {
    throw new ShapeError(
      `Cannot ${action}: relevance must have shape [words], got [${relevance.shape.join(", ")}]`,
      { where: "relevance", expected: [-1], actual: relevance.shape },
    );
  }
  const isAttribution = Object(relevance) === relevance && "tokenRelevance" in relevance;
  const list = isAttribution ? relevance.tokenRelevance : relevance as ArrayLike<number> | NumericArray;
  const values = isNdArray(list) ? contiguous(list) : list;
  requireNumbers(values, { action, where });
  return values;
}
