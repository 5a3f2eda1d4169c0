import { explain, type Method } from "../attribution/mod.ts";
import { type LongWorkOptions, mapWithProgress } from "../map_with_progress.ts";
import { randomGenerator } from "../random.ts";
import type { RecurrentClassifier } from "../recurrent/mod.ts";
import { mean, pearson } from "../statistics.ts";
import { tensor } from "../tensor/mod.ts";
import type { Example } from "./network_description.ts";

/** A sequence of the arithmetic task. */
export interface ArithmeticSequence extends Example {
  /** `[T, 2]`: numbers that count in the first column, all others in the second. */
  readonly values: Float64Array;
  /** The sum or the difference of the two numbers that count. */
  readonly target: Float64Array;
  /** Where the first of them stands. */
  readonly first: number;
  /** Where the second of them stands. */
  readonly second: number;
}

/**
 * Sequences of the toy arithmetic task: two numbers count, at places that chance chose, all others do not.
 *
 * ```text
 * addition      numbers from [-1, -0.5] and [0.5, 1]      y = n_a + n_b
 * subtraction   numbers from [0.5, 1]                     y = n_a - n_b
 * ```
 *
 * **Shapes** each sequence `[T, 2]`: a number stands in the first column where it counts, in the second where it does not.
 *
 * @param options.lengths The lengths T, equally likely.
 *
 * @example What counts
 * ```ts
 * import { arithmeticTask } from "@relprop/lrp/training";
 * import { assertEquals } from "@std/assert";
 *
 * const [{ values, target, first, second }] = arithmeticTask("subtraction", { count: 1, lengths: [6], seed: 1 });
 * assertEquals(target![0], values![2 * first!]! - values![2 * second!]!);
 * ```
 *
 * @see Arras et al. 2019, Evaluating Recurrent Neural Network Explanations, https://arxiv.org/abs/1904.11829
 */
export function arithmeticTask(
  operation: "addition" | "subtraction",
  { count, lengths, seed }: {
    readonly count: number;
    readonly lengths: readonly number[];
    readonly seed: number;
  },
): ArithmeticSequence[] {
  const random = randomGenerator(seed);
  const number = (): number => {
    const size = random.uniform(0.5, 1);
    return operation === "addition" && random.uniform() < 0.5 ? -size : size;
  };
  return Array.from({ length: count }, () => {
    const steps = lengths[random.integer(lengths.length)]!;
    const [first, second] = random.permutation(steps).slice(0, 2).sort((a, b) => a - b) as [number, number];
    const values = new Float64Array(2 * steps);
    for (let t = 0; t < steps; t++) values[2 * t + (t === first || t === second ? 0 : 1)] = number();
    const a = values[2 * first]!, b = values[2 * second]!;
    return { values, target: Float64Array.of(operation === "addition" ? a + b : a - b), first, second };
  });
}

/** How well relevance finds the two numbers that count, over many sequences. */
export interface ArithmeticMeasures {
  /** Correlation of the first number and its relevance. */
  readonly first: number;
  /** Correlation of the second number and its relevance. */
  readonly second: number;
  /** Mean share of the absolute relevance that the two have. */
  readonly portion: number;
  /** Mean squared distance of their summed relevance from the prediction. */
  readonly squaredError: number;
}

/**
 * The four measures of the toy arithmetic task for one network and one method.
 *
 * ```text
 * corr(n_a, R_a)    corr(n_b, R_b)    E[(|R_a| + |R_b|) / Σ_t |R_t|]    E[((R_a + R_b) - y_predicted)²]
 * ```
 *
 * @param options.method The method that is measured.
 *
 * @example An untrained unit
 * ```ts
 * import { lrp } from "@relprop/lrp/attribution";
 * import {
 *   arithmeticMeasures, arithmeticTask, createNetwork, recurrentClassifierOf,
 * } from "@relprop/lrp/training";
 * import { assertEquals } from "@std/assert";
 *
 * const network = createNetwork({ kind: "lstm", inputSize: 2, hiddenSizes: [1], outputs: 1 }, { seed: 1 });
 * const sequences = arithmeticTask("addition", { count: 20, lengths: [5], seed: 1 });
 * const model = recurrentClassifierOf(network);
 * const { portion } = await arithmeticMeasures(model, sequences, { method: lrp() });
 * assertEquals(portion > 0 && portion < 1, true);
 * ```
 *
 * @see Arras et al. 2019, Evaluating Recurrent Neural Network Explanations, https://arxiv.org/abs/1904.11829
 */
export async function arithmeticMeasures(
  model: RecurrentClassifier,
  sequences: readonly ArithmeticSequence[],
  { method, ...long }: LongWorkOptions & { readonly method: Method },
): Promise<ArithmeticMeasures> {
  const found = await mapWithProgress(sequences, ({ values, first, second }) => {
    const { tokenRelevance: R, score } = explain(model, { values: tensor(values, [values.length / 2, 2]) }, {
      method,
      target: 0,
    });
    const all = R.reduce((sum, r) => sum + Math.abs(r), 0);
    const a = R[first]!, b = R[second]!;
    // Without any relevance nothing was found.
    const portion = all === 0 ? 0 : (Math.abs(a) + Math.abs(b)) / all;
    return { na: values[2 * first]!, nb: values[2 * second]!, a, b, portion, error: (a + b - score) ** 2 };
  }, long);
  const column = (key: keyof typeof found[number]): number[] => found.map((row) => row[key]);
  return {
    first: pearson(column("na"), column("a")),
    second: pearson(column("nb"), column("b")),
    portion: mean(column("portion")),
    squaredError: mean(column("error")),
  };
}
