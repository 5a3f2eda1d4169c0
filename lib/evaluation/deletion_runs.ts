import { batchContext } from "../attribution/batch_context.ts";
import { explainTogether } from "../attribution/explain_together.ts";
import {
  type EncodedInput,
  explain,
  type Explainable,
  type Method,
  type Target,
} from "../attribution/mod.ts";
import { blockSequence } from "../attribution/read_blocks.ts";
import { type BlockAnswer, type BlockItem, ZERO_VECTOR } from "../kernels/mod.ts";
import { runBlocks } from "../recurrent/batch_runner.ts";
import { blockChoice } from "../recurrent/block_limits.ts";
import { deleteTokens, type RecurrentClassifier, type Sequence } from "../recurrent/mod.ts";
import { networkWeights } from "../recurrent/network_weights.ts";
import { contiguous, tensor } from "../tensor/mod.ts";
import { encodedModel } from "./probe.ts";

/** So many tokens of whole sentences fill blocks of similar length. */
const TOKENS = 2 ** 13;

/** So many tokens of shortened sentences are held at a time. */
const LEFT = 2 ** 18;

/** What is asked of shortened sentences. */
const SCORES = { send: "nothing", directions: false } as const, CHOICE = { choice: -1 };

/** Stands in the place of an id for the vector that the sentence itself has. */
const OWN_VECTOR = -1;

/** A sentence that loses words. */
export interface Sentence {
  readonly encoded: EncodedInput;
  /** What is explained of it. */
  readonly target: Target;
}

/** A sentence without some of its words. */
export interface Deletion {
  /** The place of the sentence among those that are run together. */
  readonly sentence: number;
  readonly gone: readonly number[];
}

/** What a network says of a whole sentence, and the relevance of its tokens by each method. */
export interface ExplainedSentence {
  readonly scores: Float64Array;
  readonly relevance: readonly Float64Array[];
}

/** How a network explains sentences and runs them without some words; both pause between runs. */
export interface DeletionRuns {
  /** Tokens that are worth being gathered, so that sentences run side by side; 0 for one sentence after the other. */
  readonly tokens: number;
  /** What each method says of each sentence. */
  explain(
    sentences: readonly Sentence[],
    methods: readonly Method[],
  ): Generator<undefined, ExplainedSentence[]>;
  /** The scores of shortened sentences; those of one sentence in their order. */
  scores<D extends Deletion>(
    sentences: readonly Sentence[],
    deletions: IteratorObject<D>,
    take: (scores: Float64Array, deletion: D) => void,
  ): Generator<undefined, void>;
}

/** Runs sentences of any network, one at a time, and what is left of it side by side. */
export function runsAlone<Input>(model: Explainable<Input>): DeletionRuns {
  const same = encodedModel(model);
  return {
    tokens: 0,
    *explain([sentence], methods): Generator<undefined, ExplainedSentence[]> {
      const { encoded, target } = sentence!, { scores } = model.forward(encoded);
      const relevance: Float64Array[] = [];
      for (const method of methods) {
        relevance.push(explain(same, encoded, { method, target }).tokenRelevance);
        yield;
      }
      return [{ scores, relevance }];
    },
    *scores([sentence], deletions, take): Generator<undefined, void> {
      const { encoded } = sentence!, { values: { shape } } = encoded;
      const flat = contiguous(encoded.values), size = flat.length / shape[0]!;
      const points = deletions.map((deletion) => {
        const left = flat.slice();
        for (const word of deletion.gone) left.fill(0, word * size, (word + 1) * size);
        return { example: 0, values: tensor(left, shape), deletion };
      });
      const pass = { scores: [], gradients: () => [] };
      const { scoresAt } = batchContext(model, { inputs: [encoded], pass, targets: [] });
      yield* scoresAt(points, (scores, { deletion }) => take(scores, deletion));
    },
  };
}

/** Runs many sentences of a recurrent net side by side; nothing where the kernels or the network cannot. */
export function runsTogether(model: RecurrentClassifier): DeletionRuns | undefined {
  if (!networkWeights(model) || !blockChoice(model.precision)) return undefined;
  const read = (sequence: Sequence): BlockItem =>
    blockSequence(sequence, { model, index: 0, target: CHOICE });
  const scoresOf = (answer: BlockAnswer, sequence: () => Sequence): Float64Array =>
    // By itself it says which layer is to blame.
    answer.finite ? answer.scores : model.forward(sequence()).scores;
  return {
    tokens: TOKENS,
    *explain(sentences, methods): Generator<undefined, ExplainedSentence[]> {
      const questions = sentences.map(({ encoded, target }) => ({ sequence: encoded, target }));
      const scores: Float64Array[] = [], relevance: Float64Array[][] = sentences.map(() => []);
      for (const method of methods) {
        const attributions = yield* explainTogether(model, questions, method);
        attributions.forEach((attribution, i) => {
          scores[i] ??= attribution.scores;
          relevance[i]!.push(attribution.tokenRelevance);
        });
      }
      if (methods.length === 0) {
        const items = sentences.map(({ encoded }, place) => ({ ...read(encoded), place }));
        for (const { items: run, answers } of runBlocks(model, items, SCORES)!) {
          run.forEach(({ place }, i) =>
            scores[place] = scoresOf(answers[i]!, () => sentences[place]!.encoded)
          );
          yield;
        }
      }
      return scores.map((of, i) => ({ scores: of, relevance: relevance[i]! }));
    },
    *scores(sentences, deletions, take): Generator<undefined, void> {
      const whole = sentences.map(({ encoded }) => read(encoded));
      const items = deletions.map((deletion) => {
        const item = whole[deletion.sentence]!;
        const ids = item.ids ? Int32Array.from(item.ids) : new Int32Array(item.steps).fill(OWN_VECTOR);
        for (const word of deletion.gone) ids[word] = ZERO_VECTOR;
        return { ...item, ids, deletion };
      });
      for (const some of gathered(items, LEFT)) {
        for (const { items: run, answers } of runBlocks(model, some, SCORES)!) {
          run.forEach(({ deletion }, i) => {
            const left = (): Sequence => deleteTokens(sentences[deletion.sentence]!.encoded, deletion.gone);
            take(scoresOf(answers[i]!, left), deletion);
          });
          yield;
        }
      }
    },
  };
}

/** Items in groups of a number of tokens, the last perhaps of fewer. */
function* gathered<Item extends BlockItem>(items: Iterable<Item>, tokens: number): Generator<Item[]> {
  let group: Item[] = [], held = 0;
  for (const item of items) {
    group.push(item);
    held += item.steps;
    if (held < tokens) continue;
    yield group;
    group = [];
    held = 0;
  }
  if (group.length > 0) yield group;
}
