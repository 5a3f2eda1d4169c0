import { formatList } from "../../errors.ts";
import type { OutputLayer } from "../../recurrent/mod.ts";
import type { NumericArray } from "../../tensor/mod.ts";
import type { Failure } from "../failure.ts";

/** A layer of one matrix: an embedding, or a linear layer, whose matrix has one row per output. */
export interface MatrixLayer {
  readonly weight: NumericArray;
  readonly bias?: NumericArray;
}

/** What is known about the layers at both ends of a recurrent net. */
export interface EndsQuery {
  /** Size of the vectors that the recurrent layers read. */
  readonly inputSize: number;
  /** Number of hidden units that the output layer reads. */
  readonly units: number;
  /** Number of words of the vocabulary, if there is one. */
  readonly words: number | undefined;
  /** Number of labels, if there are any. */
  readonly classes: number | undefined;
  /** The name that the user gives the embedding. */
  readonly embedding: string | undefined;
  /** The name that the user gives the output layer. */
  readonly output: string | undefined;
  readonly fail: Failure;
}

/** Tells which layer is the embedding and which is the output layer, by the names given, else by their shapes. */
export function chooseEnds(
  layers: ReadonlyMap<string, MatrixLayer>,
  query: EndsQuery,
): { embeddings?: NumericArray; output: OutputLayer } {
  const { inputSize, units, words, classes, fail } = query;
  const all = [...layers.keys()];
  const fitting = (columns: number, rows: number | undefined): string[] =>
    all.filter((name) => {
      const { shape } = layers.get(name)!.weight;
      return shape.length === 2 && shape[1] === columns && (rows === undefined || shape[0] === rows);
    });
  const without = (names: string[], other: string[]): string[] =>
    other.length === 1 ? names.filter((name) => name !== other[0]) : names;
  const named = (name: string | undefined, found: string[]): string[] => name === undefined ? found : [name];
  // A linear layer may have a bias, an embedding never has one.
  const tables = named(query.embedding, fitting(inputSize, words).filter((name) => !layers.get(name)!.bias));
  const linear = without(named(query.output, fitting(units, classes)), tables);
  const embedding = one("embedding", without(tables, linear), { all, query });
  const output = one("output", linear, { all, query });
  if (output === undefined) {
    throw fail(
      `an output layer that reads ${units} hidden units must be found, got ${formatList(all) || "none"}`,
    );
  }
  const rest = all.filter((name) => name !== embedding && name !== output);
  if (rest.length > 0) {
    throw fail(`every layer must be the embedding, an LSTM or the output layer, got ${formatList(rest)}`);
  }
  const { weight, bias } = layers.get(output)!;
  return {
    ...(embedding !== undefined && { embeddings: layers.get(embedding)!.weight }),
    output: { weights: weight, ...(bias && { bias }) },
  };
}

function one(
  what: "embedding" | "output",
  names: readonly string[],
  { all, query }: { all: readonly string[]; query: EndsQuery },
): string | undefined {
  const given = query[what];
  if (given !== undefined && !all.includes(given)) {
    throw query.fail(
      `option ${what} must name a layer, one of ${formatList(all) || "none"}, got ${JSON.stringify(given)}`,
    );
  }
  if (names.length > 1) {
    throw query.fail(
      `one layer must fit as ${what}, or option ${what} must name it, got ${formatList(names)}`,
    );
  }
  return names[0];
}
