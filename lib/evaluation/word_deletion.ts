import { argmax, type EncodedInput, type Explainable, type Method } from "../attribution/mod.ts";
import { LONG_WORK_OPTIONS, longWork, type LongWorkOptions } from "../long_work.ts";
import { requireOptions } from "../options.ts";
import { randomGenerator } from "../random.ts";
import { RecurrentClassifier } from "../recurrent/mod.ts";
import { requireDeletionOptions } from "./deletion_options.ts";
import { type DeletionRuns, runsAlone, runsTogether, type Sentence } from "./deletion_runs.ts";
import { byRelevance, requirePositive } from "./perturb.ts";
import { Table } from "./table.ts";

/** A sentence and its class. */
export interface LabelledExample<Input> {
  /** The sentence. */
  readonly input: Input;
  /** The number of its class. */
  readonly class: number;
}

/** How words are deleted. */
export interface WordDeletionOptions extends LongWorkOptions {
  /** The methods that say which words, of different names. */
  readonly methods: readonly Method[];
  /** How many words are deleted at most. Default 5. */
  readonly words?: number;
  /** Shorter sentences are left out. Default 10. */
  readonly atLeast?: number;
  /** Whether the true or the predicted class is explained. Default `"true"`. */
  readonly target?: "true" | "predicted";
  /** Names of methods that tell size without sign: their largest are deleted first in both groups. Default Sensitivity. */
  readonly unsigned?: readonly string[];
  /** How many random orders the control is averaged over; 0 leaves it out. Default 10. */
  readonly randomRuns?: number;
  /** Seed of the random orders. Default 0. */
  readonly seed?: number;
}

/** How the accuracy of one group of sentences changes as words are deleted. */
export interface DeletionGroup {
  /** How many sentences. */
  readonly count: number;
  /** Accuracy after 0, 1, … words, from 0 to 1, by method. */
  readonly accuracy: ReadonlyMap<string, Float64Array>;
}

/** What {@linkcode wordDeletion} found. */
export class WordDeletion {
  /** The sentences that the network got right: their accuracy falls. */
  readonly correct: DeletionGroup;
  /** The sentences that it got wrong: their accuracy rises where misleading words are deleted. */
  readonly wrong: DeletionGroup;

  /** Keeps the groups. */
  constructor(correct: DeletionGroup, wrong: DeletionGroup) {
    this.correct = correct;
    this.wrong = wrong;
  }

  /** The accuracies of a group in percent, one row per method. */
  table(group: "correct" | "wrong"): Table {
    const { count, accuracy } = this[group];
    const length = accuracy.values().next().value?.length ?? 1;
    return new Table({
      title: `Accuracy in % of ${count} sentences that were initially ${group}, by number of deleted words`,
      columns: ["method", ...Array.from({ length }, (_, k) => `${k}`)],
      rows: Array.from(
        accuracy,
        ([method, curve]) => [method, ...Array.from(curve, (a) => (100 * a).toFixed(1))],
      ),
    });
  }
}

/** A sentence that is long enough, and the random orders of its control. */
interface Example extends Sentence {
  /** Its place among all examples. */
  readonly index: number;
  readonly truth: number;
  readonly control: readonly (readonly number[])[];
}

/** An order in which the words of a sentence are deleted, and whether it is classified rightly after 0, 1, … words. */
interface DeletionOrder {
  readonly name: string;
  readonly order: readonly number[];
  readonly hits: boolean[];
}

/** What became of a sentence. */
interface Outcome {
  readonly isCorrect: boolean;
  readonly orders: readonly DeletionOrder[];
}

/** So many places of words, in all random orders, are held at a time. */
const ORDERED = 2 ** 18;

/** The name of the control. */
const CONTROL = "Random order";

/**
 * Word deletion: the vectors of the most relevant words are set to zero, one after the other, and the accuracy is watched.
 *
 * Sentences that the network got right lose words in decreasing order of relevance. Of those that it got wrong, words go in
 * increasing order of relevance for the true class (or in decreasing order for the predicted one): what spoke against the
 * truth goes first.
 *
 * Sentences of a recurrent net run side by side, thousands of tokens at a time.
 *
 * **Shapes** accuracies `[words + 1]`, the first 1 or 0. **Better** a steeper fall, and a steeper rise. Progress is
 * counted in sentences.
 *
 * @throws {TypeError} If an option is misspelt or missing, or `unsigned` is no list of names.
 * @throws {RangeError} If an option is out of range, or two methods, or a method and the control, have the same name.
 *
 * @example The word that decides
 * ```ts
 * import { lrp } from "@relprop/lrp/attribution";
 * import { wordDeletion } from "@relprop/lrp/evaluation";
 * import { lstmClassifier } from "@relprop/lrp/recurrent";
 * import { tensor, zeros } from "@relprop/lrp/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * const model = lstmClassifier({
 *   layers: [{ forward: { inputWeights: tensor([[0], [0], [1], [0]]), recurrentWeights: zeros([4, 1]) } }],
 *   output: { weights: tensor([[1], [-1]]), bias: tensor([0, 0.1]) },
 * });
 * const examples = [{ input: { values: tensor([[0.01], [2]]) }, class: 0 }];
 * const { correct } = await wordDeletion(model, examples, { methods: [lrp()], words: 1, atLeast: 1 });
 * assertEquals([...correct.accuracy.get("LRP")!], [1, 0]);
 * ```
 *
 * @see Arras, Montavon, Müller, Samek 2017, https://aclanthology.org/W17-5221
 */
export async function wordDeletion<Input>(
  model: Explainable<Input>,
  examples: readonly LabelledExample<Input>[],
  options: WordDeletionOptions,
): Promise<WordDeletion> {
  const known = ["methods", "words", "atLeast", "target", "unsigned", "randomRuns", "seed"];
  requireOptions(options, {
    action: "delete words",
    known: [...known, ...LONG_WORK_OPTIONS],
    required: ["methods"],
    choices: { target: ["true", "predicted"] },
  });
  const { methods, words = 5, atLeast = 10, target = "true", unsigned = ["Sensitivity"] } = options;
  const { randomRuns = 10, seed = 0 } = options;
  requirePositive(words, "delete words", "words");
  requirePositive(atLeast, "delete words", "atLeast");
  const names = methods.map(({ name }) => name);
  if (randomRuns > 0) names.push(CONTROL);
  requireDeletionOptions({ randomRuns, unsigned, names });
  const random = randomGenerator(seed);
  const groups = [true, false].map(() => ({
    count: 0,
    right: new Map(names.map((name) => [name, new Float64Array(words + 1)])),
  }));
  const alone = runsAlone(model);
  const together = model instanceof RecurrentClassifier ? runsTogether(model) : undefined;
  const enough = Math.min(together?.tokens ?? 0, ORDERED / (1 + randomRuns));
  await longWork(async ({ pause }) => {
    let gathered: Example[] = [], tokens = 0;
    const finish = async (): Promise<void> => {
      const [first] = gathered;
      if (!first) return;
      const steps = outcomesOf(gathered, { alone, together, options: { methods, words, target, unsigned } });
      let step = steps.next();
      for (; !step.done; step = steps.next()) await pause(first.index + step.value, examples.length);
      for (const { isCorrect, orders } of step.value) {
        const group = groups[isCorrect ? 0 : 1]!;
        group.count++;
        for (const { name, hits } of orders) {
          const sums = group.right.get(name)!;
          // When all words are gone nothing changes any more.
          for (let k = 0; k <= words; k++) sums[k]! += hits[Math.min(k, hits.length - 1)] ? 1 : 0;
        }
      }
      gathered = [];
      tokens = 0;
    };
    for (const [index, { input, class: truth }] of examples.entries()) {
      await pause(gathered[0]?.index ?? index, examples.length);
      let encoded: EncodedInput;
      try {
        encoded = model.encode(input);
      } catch (error) {
        // Those before it may be to blame for something first.
        await finish();
        throw error;
      }
      const length = encoded.tokens.length;
      if (length < atLeast) continue;
      const control = Array.from({ length: randomRuns }, () => random.permutation(length));
      gathered.push({
        index,
        encoded,
        truth,
        target: target === "true" ? truth : "predicted",
        control,
      });
      tokens += length;
      if (tokens >= enough) await finish();
    }
    await finish();
    await pause(examples.length, examples.length);
  }, options);
  const [correct, wrong] = groups.map(({ count, right }): DeletionGroup => ({
    count,
    accuracy: new Map(
      Array.from(right, ([name, sums]) => {
        // Shares that are added up would not make a whole.
        const runs = name === CONTROL && randomRuns > 0 ? count * randomRuns : count;
        return [name, sums.map((sum) => runs === 0 ? 0 : sum / runs)];
      }),
    ),
  })) as [DeletionGroup, DeletionGroup];
  return new WordDeletion(correct, wrong);
}

type Settings = Required<Pick<WordDeletionOptions, "methods" | "words" | "target" | "unsigned">>;

/** Runs sentences together if that can be done; it tells how many are finished. */
function* outcomesOf(
  examples: readonly Example[],
  { alone, together, options }: {
    alone: DeletionRuns;
    together: DeletionRuns | undefined;
    options: Settings;
  },
): Generator<number, readonly Outcome[]> {
  try {
    if (together) return yield* deleteWords(examples, together, options);
  } catch {
    // One of them is to blame: alone, each has an answer or an error of its own.
  }
  const outcomes: Outcome[] = [];
  for (const [place, example] of examples.entries()) {
    const steps = deleteWords([example], alone, options);
    let step = steps.next();
    for (; !step.done; step = steps.next()) yield place;
    outcomes.push(...step.value);
  }
  return outcomes;
}

/** Deletes words of sentences that are run together; it tells how many are finished. */
function* deleteWords(
  examples: readonly Example[],
  runs: DeletionRuns,
  { methods, words, target, unsigned }: Settings,
): Generator<number, readonly Outcome[]> {
  let finished = 0;
  function* counted<Result>(work: Generator<undefined, Result>): Generator<number, Result> {
    let step = work.next();
    for (; !step.done; step = work.next()) yield finished;
    return step.value;
  }
  const explained = yield* counted(runs.explain(examples, methods));
  const outcomes = explained.map(({ scores, relevance }, i): Outcome => {
    const { truth, control } = examples[i]!, isCorrect = argmax(scores) === truth;
    const orders = relevance.map((ofTokens, m): DeletionOrder => {
      const { name } = methods[m]!, order = byRelevance(ofTokens);
      const falling = isCorrect || target === "predicted" || unsigned.includes(name);
      return { name, order: falling ? order : order.reverse(), hits: [isCorrect] };
    });
    for (const order of control) orders.push({ name: CONTROL, order, hits: [isCorrect] });
    return { isCorrect, orders };
  });
  const deletions = outcomes.values().flatMap(({ orders }, sentence) =>
    orders.values().flatMap(({ order, hits }, place) =>
      Array.from({ length: Math.min(words, order.length) }, (_, k) => ({
        sentence,
        gone: order.slice(0, k + 1),
        hits,
        isLast: place === orders.length - 1 && k + 1 === Math.min(words, order.length),
      }))
    )
  );
  yield* counted(runs.scores(examples, deletions, (scores, { sentence, hits, isLast }) => {
    hits.push(argmax(scores) === examples[sentence]!.truth);
    if (isLast) finished++;
  }));
  return outcomes;
}
