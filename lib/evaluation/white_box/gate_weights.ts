import { lstmClassifier, type RecurrentClassifier } from "../../recurrent/mod.ts";
import { tensor, zeros } from "../../tensor/mod.ts";

/** The pre-activation of one gate as weights that are set one by one; the rest is zero. */
export interface GateWeights {
  /** `[d, symbols]`. */
  readonly input?: readonly (readonly number[])[];
  /** `[d, d]`. */
  readonly recurrent?: readonly (readonly number[])[];
  /** `[d]`. */
  readonly bias?: readonly number[];
}

/** An LSTM that reads one-hot symbols, from its four gates. */
export function whiteBox(
  { symbols, labels, gates, output }: {
    readonly symbols: string;
    readonly labels: readonly string[];
    readonly gates: {
      readonly i: GateWeights;
      readonly f: GateWeights;
      readonly g: GateWeights;
      readonly o: GateWeights;
    };
    readonly output: { readonly weights: readonly (readonly number[])[]; readonly bias: readonly number[] };
  },
): RecurrentClassifier {
  const d = output.weights[0]!.length, e = symbols.length;
  const inputWeights = zeros([4 * d, e]), recurrentWeights = zeros([4 * d, d]), inputBias = zeros([4 * d]);
  [gates.i, gates.f, gates.g, gates.o].forEach((gate, number) => {
    for (let j = 0; j < d; j++) {
      const row = number * d + j;
      for (let k = 0; k < e; k++) inputWeights.set(row, k, gate.input?.[j]?.[k] ?? 0);
      for (let k = 0; k < d; k++) recurrentWeights.set(row, k, gate.recurrent?.[j]?.[k] ?? 0);
      inputBias.set(row, gate.bias?.[j] ?? 0);
    }
  });
  const vocabulary = [...symbols];
  return lstmClassifier({
    layers: [{ forward: { inputWeights, recurrentWeights, inputBias } }],
    output: { weights: tensor(output.weights), bias: tensor(output.bias) },
    embeddings: tensor(vocabulary.map((_, row) => vocabulary.map((_, column) => row === column ? 1 : 0))),
    vocabulary,
    labels,
    tokenize: (text) => [...text],
  });
}

/** `rows` rows of `columns` numbers. */
export function matrix(
  rows: number,
  columns: number,
  value: (row: number, column: number) => number,
): number[][] {
  return Array.from(
    { length: rows },
    (_, row) => Array.from({ length: columns }, (_, column) => value(row, column)),
  );
}

/** The same number many times. */
export function repeat(value: number, count: number): number[] {
  return new Array<number>(count).fill(value);
}
