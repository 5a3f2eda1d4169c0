import { batchContext, singlePass } from "../attribution/batch_context.ts";
import { argmax, explain, type Explainable, type Method, type Point } from "../attribution/mod.ts";
import { LONG_WORK_OPTIONS, longWork, type LongWorkOptions } from "../long_work.ts";
import { requireOptions } from "../options.ts";
import { randomGenerator } from "../random.ts";
import { contiguous, type Tensor, tensor } from "../tensor/mod.ts";
import { byRelevance, requirePositive } from "./perturb.ts";
import { encodedModel } from "./probe.ts";
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
  /** The methods that say which words. */
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

/** An order in which the words of a sentence are deleted, and whether it is classified rightly after 0, 1, … words. */
interface DeletionOrder {
  readonly name: string;
  readonly order: readonly number[];
  /** What it counts among the orders of its name. */
  readonly share: number;
  readonly hits: boolean[];
}

/** A sentence without some of its words. */
interface Deletion extends Point, Pick<DeletionOrder, "hits"> {}

/** The name of the control. */
const CONTROL = "Random order";

/**
 * Word deletion: the vectors of the most relevant words are set to zero, one after the other, and the accuracy is watched.
 *
 * Sentences that the network got right lose words in decreasing order of relevance. Of those that it got wrong, words go in
 * increasing order of relevance for the true class (or in decreasing order for the predicted one): what spoke against the
 * truth goes first.
 *
 * **Shapes** accuracies `[words + 1]`, the first 1 or 0. **Better** a steeper fall, and a steeper rise. Progress is
 * counted in sentences.
 *
 * @throws {TypeError} If an option is misspelt or missing.
 * @throws {RangeError} If an option is out of range.
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
  const random = randomGenerator(seed);
  const same = encodedModel(model);
  const groups = [true, false].map(() => ({ count: 0, right: new Map<string, Float64Array>() }));
  for (const { right } of groups) {
    for (const { name } of methods) right.set(name, new Float64Array(words + 1));
    if (randomRuns > 0) right.set(CONTROL, new Float64Array(words + 1));
  }
  await longWork(async ({ pause }) => {
    for (const [index, { input, class: truth }] of examples.entries()) {
      await pause(index, examples.length);
      const encoded = model.encode(input);
      const length = encoded.tokens.length;
      if (length < atLeast) continue;
      const pass = model.forward(encoded);
      const isCorrect = argmax(pass.scores) === truth, group = groups[isCorrect ? 0 : 1]!;
      group.count++;
      const orders: DeletionOrder[] = [];
      for (const method of methods) {
        const explained = explain(same, encoded, { method, target: target === "true" ? truth : "predicted" });
        const order = byRelevance(explained.tokenRelevance);
        const falling = isCorrect || target === "predicted" || unsigned.includes(method.name);
        orders.push({
          name: method.name,
          order: falling ? order : order.reverse(),
          share: 1,
          hits: [isCorrect],
        });
        await pause(index, examples.length);
      }
      for (let run = 0; run < randomRuns; run++) {
        const order = random.permutation(length);
        orders.push({ name: CONTROL, order, share: 1 / randomRuns, hits: [isCorrect] });
      }
      const { scoresAt } = batchContext(model, { inputs: [encoded], pass: singlePass(pass), targets: [] });
      const points = shortened(encoded.values, orders, words);
      const take = (scores: Float64Array, { hits }: Deletion): unknown => hits.push(argmax(scores) === truth);
      for (const _ of scoresAt(points, take)) await pause(index, examples.length);
      for (const { name, share, hits } of orders) {
        const sums = group.right.get(name)!;
        // When all words are gone nothing changes any more.
        for (let k = 0; k <= words; k++) sums[k]! += hits[Math.min(k, hits.length - 1)] ? share : 0;
      }
    }
    await pause(examples.length, examples.length);
  }, options);
  const [correct, wrong] = groups.map(({ count, right }): DeletionGroup => ({
    count,
    accuracy: new Map(
      Array.from(right, ([name, sums]) => [name, sums.map((sum) => count === 0 ? 0 : sum / count)]),
    ),
  })) as [DeletionGroup, DeletionGroup];
  return new WordDeletion(correct, wrong);
}

/** A sentence after each deletion of each order. */
function* shortened(
  sentence: Tensor,
  orders: readonly DeletionOrder[],
  words: number,
): Generator<Deletion> {
  const flat = contiguous(sentence), { shape } = sentence, size = flat.length / shape[0]!;
  for (const { order, hits } of orders) {
    const values = flat.slice();
    for (const word of order.slice(0, words)) {
      values.fill(0, word * size, (word + 1) * size);
      yield { example: 0, values: tensor(values.slice(), shape), hits };
    }
  }
}
