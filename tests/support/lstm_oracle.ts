import { readNpz } from "../../lib/io/mod.ts";
import { deleteTokens, type RecurrentClassifier } from "../../lib/recurrent/mod.ts";
import { contiguous, type NumericArray } from "../../lib/tensor/mod.ts";
import { assertClose } from "./assert_close.ts";

/** The largest errors found by {@linkcode checkOracle}, each over all sentences. */
export interface OracleErrors {
  readonly sentences: number;
  /** Absolute. */
  readonly scores: number;
  /** Relative to the largest |gradient| of the sentence. */
  readonly gradient: number;
  /** Relative to the largest |relevance| of the sentence, by key of the oracle. */
  readonly relevance: Readonly<Record<string, number>>;
}

const EPSILONS = { "eps1e-3": 1e-3, "eps1e-2": 1e-2, "eps1e-6": 1e-6 };

/** Compares everything that an oracle of the reference holds with what the model gives, and throws beyond the tolerances. */
export async function checkOracle(
  model: RecurrentClassifier,
  arraysPath: string,
  indexPath: string,
): Promise<OracleErrors> {
  const arrays = await readNpz(await Deno.readFile(arraysPath));
  const index = JSON.parse(await Deno.readTextFile(indexPath));
  const read = (key: string): NumericArray => {
    const array = arrays.get(key);
    if (!array) throw new Error(`Cannot check the oracle: it must hold ${key}, got ${[...arrays.keys()]}`);
    return array;
  };
  const errors = { sentences: 0, scores: 0, gradient: 0, relevance: {} as Record<string, number> };
  const offsets = read("offsets");
  const classes = model.labels.length;
  for (const sentence of index.sentences) {
    const n: number = sentence.i;
    const [from, to] = [offsets.get(n), offsets.get(n + 1)];
    const rows = (key: string): Float64Array =>
      contiguous(read(key).lo(from, 0).hi(to - from, model.inputSize));
    const ids = sentence.ids as number[];
    const sequence = model.encode({ ids });
    const pass = model.forward(sequence);
    const close = (
      actual: ArrayLike<number>,
      expected: ArrayLike<number>,
      absolute: number,
      where: string,
    ): number => {
      assertClose(actual, expected, { absolute, where: `sentence ${n}: ${where}` });
      return Array.from(actual).reduce(
        (worst, value, i) => Math.max(worst, Math.abs(value - expected[i]!)),
        0,
      );
    };
    const scores = contiguous(read("scores").pick(n, null));
    errors.scores = Math.max(errors.scores, close(pass.scores, scores, 1e-14, "scores"));
    const deleted = model.forward(deleteTokens(sequence, sentence.delete_pos)).scores;
    const expectedDeleted = contiguous(read("deleted_scores").pick(n, null));
    errors.scores = Math.max(errors.scores, close(deleted, expectedDeleted, 1e-14, "scores after deletion"));

    for (const [target, chosen] of [["pred", sentence.predicted], ["fixed", index.fixed_class]] as const) {
      const weights = Float64Array.from({ length: classes }, (_, k) => k === chosen ? 1 : 0);
      const gradient = pass.gradient(weights).directions!;
      const gradients = [rows(`Gx__${target}`), rows(`Gx_rev__${target}`)];
      const steepest = largest(...gradients);
      [gradient.forward, gradient.reverse].forEach((g, side) => {
        const error = close(g.data, gradients[side]!, 1e-10 * steepest, `gradient, ${target}`);
        errors.gradient = Math.max(errors.gradient, error / steepest);
      });
      for (const [name, epsilon] of Object.entries(EPSILONS)) {
        for (const biasFactor of [0, 1]) {
          const key = `${name}__bf${biasFactor}__${target}`;
          const { directions, rest } = pass.relevance(weights, { epsilon, biasFactor });
          const expected = [rows(`Rx__${key}`), rows(`Rx_rev__${key}`), [read(`R_rest__${key}`).get(n)]];
          const actual = [directions!.forward.data, directions!.reverse.data, [rest]];
          const scale = largest(...expected);
          const tolerance = biasFactor === 1 && epsilon === 1e-6 ? 1e-8 : 1e-10;
          actual.forEach((values, part) => {
            const error = close(values, expected[part]!, tolerance * scale, key) / scale;
            errors.relevance[key] = Math.max(errors.relevance[key] ?? 0, error);
          });
        }
      }
    }
    errors.sentences++;
  }
  return errors;
}

function largest(...arrays: ArrayLike<number>[]): number {
  return Math.max(
    ...arrays.map((array) => Array.from(array).reduce((max, r) => Math.max(max, Math.abs(r)), 0)),
  );
}
