import { ShapeError } from "../../errors.ts";
import { entriesOf, type Labelled } from "../numbers.ts";
import { contiguous, type NumericArray, requireFinite } from "../../tensor/mod.ts";

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
  if (tokens.length === 0) {
    throw new RangeError(`Cannot ${action}: at least one word is required, got 0`);
  }
  const rows: WordRow[] = isSingle(relevance)
    ? [{ label: "", values: numbers(relevance, action) }]
    : entriesOf(relevance, { action, where: "the rows of relevance" }).map(([label, row]) => ({
      label,
      values: numbers(row, action),
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
  if (ArrayBuffer.isView(relevance)) return true;
  if (Array.isArray(relevance)) return relevance.length === 0 || typeof relevance[0] === "number";
  return "tokenRelevance" in relevance || "stride" in relevance;
}

function numbers(relevance: WordRelevance, action: string): ArrayLike<number> {
  if ("tokenRelevance" in relevance) return relevance.tokenRelevance;
  if (!("stride" in relevance)) return relevance;
  if (relevance.shape.length === 1) return contiguous(relevance);
  throw new ShapeError(
    `Cannot ${action}: relevance must have shape [words], got [${relevance.shape.join(", ")}]`,
    { where: "relevance", expected: [-1], actual: relevance.shape },
  );
}
