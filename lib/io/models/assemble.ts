import { formatList } from "../../errors.ts";
import { lstmClassifier } from "../../recurrent/lstm_classifier.ts";
import type { GateOrder, LstmLayerParameters, RecurrentClassifier } from "../../recurrent/mod.ts";
import type { NumericArray } from "../../tensor/mod.ts";
import type { Failure } from "../failure.ts";
import type { ResolvedOptions } from "./model_options.ts";

/** A layer of one matrix: an embedding, or a linear layer, whose matrix has one row per output. */
export interface MatrixLayer {
  readonly weight: NumericArray;
  readonly bias?: NumericArray;
}

/** The layers of a file, by what they are. */
export interface FoundLayers {
  /** The LSTM layers from the input upward. */
  readonly lstm: readonly LstmLayerParameters[];
  /** All other layers by name: the embedding and the output layer should be among them, and nothing else. */
  readonly matrices: ReadonlyMap<string, MatrixLayer>;
}

/** The names that the user gives the layers at both ends. */
export interface EndNames {
  readonly embedding?: string | undefined;
  readonly output?: string | undefined;
}

/** Makes a classifier of the layers of a file; which is which of both ends is told by the names given, else by shape. */
export function assemble(
  { lstm, matrices }: FoundLayers,
  { gateOrder, names, options, fail }: {
    gateOrder: GateOrder;
    names: EndNames;
    options: ResolvedOptions;
    fail: Failure;
  },
): RecurrentClassifier {
  const all = [...matrices.keys()];
  const inputSize = lstm[0]!.forward.inputWeights.shape[1]!;
  const units = hiddenUnits(lstm.at(-1)!);
  const fitting = (columns: number, rows: number | undefined, mayHaveBias: boolean): string[] => {
    const byColumns = all.filter((name) => {
      const { weight, bias } = matrices.get(name)!;
      return weight.shape.length === 2 && weight.shape[1] === columns && (mayHaveBias || !bias);
    });
    // The number of rows tells candidates apart; a single one with another number is an error of its own.
    const byRows = byColumns.filter((name) => matrices.get(name)!.weight.shape[0] === rows);
    return byRows.length > 0 ? byRows : byColumns;
  };
  const tables = fitting(inputSize, options.vocabulary?.length, false);
  const linear = fitting(units, options.labels?.length, true);
  const candidates = {
    embedding: names.embedding === undefined
      ? without(tables, [names.output, ...alone(linear)])
      : [names.embedding],
    output: names.output === undefined
      ? without(linear, [names.embedding, ...alone(tables)])
      : [names.output],
  };
  const embedding = theOne("embedding", candidates.embedding, all, fail);
  const output = theOne("output", candidates.output, all, fail);
  if (output === undefined) {
    throw fail(
      `an output layer that reads ${units} hidden units must be found, got ${formatList(all) || "none"}`,
    );
  }
  const rest = without(all, [embedding, output]);
  if (rest.length > 0) {
    throw fail(`every layer must be the embedding, an LSTM or the output layer, got ${formatList(rest)}`);
  }
  const { weight: weights, bias } = matrices.get(output)!;
  return lstmClassifier({
    layers: lstm,
    gateOrder,
    output: { weights, ...(bias && { bias }) },
    ...(embedding !== undefined && { embeddings: matrices.get(embedding)!.weight }),
    ...options,
  });
}

function hiddenUnits({ forward, reverse }: LstmLayerParameters): number {
  return forward.recurrentWeights.shape[1]! + (reverse?.recurrentWeights.shape[1] ?? 0);
}

/** What can be nothing else. */
function alone(names: readonly string[]): readonly string[] {
  return names.length === 1 ? names : [];
}

function without(names: readonly string[], others: readonly (string | undefined)[]): string[] {
  return names.filter((name) => !others.includes(name));
}

function theOne(
  what: keyof EndNames,
  candidates: readonly string[],
  all: readonly string[],
  fail: Failure,
): string | undefined {
  const [first] = candidates;
  if (candidates.length > 1) {
    throw fail(
      `one layer must fit as ${what}, or option ${what} must name it, got ${formatList(candidates)}`,
    );
  }
  if (first !== undefined && !all.includes(first)) {
    throw fail(`option ${what} must name one of the layers ${formatList(all)}, got ${JSON.stringify(first)}`);
  }
  return first;
}
