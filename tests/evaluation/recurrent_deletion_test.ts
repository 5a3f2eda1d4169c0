import { assert, assertEquals, assertRejects } from "@std/assert";
import {
  argmax,
  explain,
  type Explainable,
  gradientTimesInput,
  lrp,
  type Method,
  occlusion,
  sensitivity,
} from "../../lib/attribution/mod.ts";
import { NumericalError, UnknownTokenError } from "../../lib/errors.ts";
import { wordDeletion, type WordDeletionOptions } from "../../lib/evaluation/mod.ts";
import { type RandomGenerator, randomGenerator } from "../../lib/random.ts";
import { RecurrentClassifier, type SequenceInput } from "../../lib/recurrent/mod.ts";
import { contiguous, tensor } from "../../lib/tensor/mod.ts";
import { assertClose } from "../support/assert_close.ts";
import { randomRecurrent } from "../support/random_gru.ts";
import { randomTensor } from "../support/random_lstm.ts";

const WORDS = 30, INPUT_SIZE = 5;
const VOCABULARY = Array.from({ length: WORDS }, (_, id) => `word${id}`);

type Example = { readonly input: SequenceInput; readonly class: number };

/** A random net, with words or without. */
function randomNet(
  random: RandomGenerator,
  { words = true, ...shape }: {
    kind: "LSTM" | "GRU";
    sizes: number[];
    bidirectional: boolean;
    words?: boolean;
  },
): RecurrentClassifier {
  const { layers, outputWeights } = randomRecurrent(random, { ...shape, inputSize: INPUT_SIZE });
  const table = words
    ? {
      embeddings: randomTensor(random, [WORDS, INPUT_SIZE]),
      vocabulary: VOCABULARY,
      unknownToken: "word0",
    }
    : {};
  const weights = tensor(outputWeights, [3, outputWeights.length / 3]);
  const lopsided = new RecurrentClassifier(layers, { ...table, output: { weights } });
  // No class is far ahead of the others, so that words decide.
  const scores = randomExamples(random, lopsided, 100).map(({ input }) => lopsided.forward(input).scores);
  const bias = tensor([0, 1, 2].map((k) => -mean(scores.map((all) => all[k]!))));
  return new RecurrentClassifier(layers, { ...table, output: { weights, bias } });
}

/** Sentences of all kinds of input that the net can read, each of some class. */
function randomExamples(random: RandomGenerator, model: RecurrentClassifier, count: number): Example[] {
  return Array.from({ length: count }, (_, n) => {
    const length = 1 + random.integer(12), ids = Array.from({ length }, () => random.integer(WORDS));
    const inputs: SequenceInput[] = [
      { values: randomTensor(random, [length, INPUT_SIZE]) },
      { ids },
      ids.map((id, place) => place === 2 ? "unheard" : VOCABULARY[id]!),
    ];
    return { input: inputs[model.table.embeddings ? n % 3 : 0]!, class: random.integer(3) };
  });
}

/** What is defined: one word after the other becomes zeros, the net runs alone on what is left, and it is counted. */
function counted(
  model: RecurrentClassifier,
  examples: readonly Example[],
  { methods, words = 5, atLeast = 10, target = "true", randomRuns = 10, seed = 0 }: WordDeletionOptions,
): { readonly count: number; readonly accuracy: Map<string, number[]> }[] {
  const random = randomGenerator(seed), groups = [true, false].map(() => [] as Map<string, number[]>[]);
  for (const { input, class: truth } of examples) {
    const { values, tokens } = model.encode(input), length = tokens.length;
    if (length < atLeast) continue;
    const rightWithout = (gone: readonly number[]): number => {
      const left = contiguous(values).slice();
      for (const word of gone) left.fill(0, word * INPUT_SIZE, (word + 1) * INPUT_SIZE);
      return argmax(model.forward({ values: tensor(left, [length, INPUT_SIZE]) }).scores) === truth ? 1 : 0;
    };
    const curveOf = (order: readonly number[]): number[] =>
      Array.from({ length: words + 1 }, (_, k) => rightWithout(order.slice(0, k)));
    const isCorrect = rightWithout([]) === 1, curves = new Map<string, number[]>();
    for (const method of methods) {
      const { tokenRelevance } = explain(model, { values }, {
        method,
        target: target === "true" ? truth : target,
      });
      const falling = isCorrect || target === "predicted" || method.name === "Sensitivity";
      const left = [...tokenRelevance.keys()], order: number[] = [];
      while (left.length > 0) {
        const next = left.reduce((best, one) =>
          (tokenRelevance[one]! - tokenRelevance[best]!) * (falling ? 1 : -1) > 0 ? one : best
        );
        order.push(...left.splice(left.indexOf(next), 1));
      }
      curves.set(method.name, curveOf(order));
    }
    const control = Array.from({ length: randomRuns }, () => curveOf(random.permutation(length)));
    if (randomRuns > 0) {
      curves.set("Random order", control[0]!.map((_, k) => mean(control.map((curve) => curve[k]!))));
    }
    groups[isCorrect ? 0 : 1]!.push(curves);
  }
  return groups.map((members) => ({
    count: members.length,
    accuracy: new Map(Array.from(members[0]!.keys(), (name) => [
      name,
      Array.from({ length: words + 1 }, (_, k) => mean(members.map((curves) => curves.get(name)![k]!))),
    ])),
  }));
}

const mean = (numbers: readonly number[]): number =>
  numbers.reduce((sum, number) => sum + number, 0) / numbers.length;

const METHODS: readonly Method[] = [lrp(), sensitivity(), gradientTimesInput(), occlusion()];
const NETS = [
  { kind: "LSTM", sizes: [6], bidirectional: true },
  { kind: "LSTM", sizes: [5, 8], bidirectional: false, words: false },
  { kind: "LSTM", sizes: [4, 7], bidirectional: true },
  { kind: "GRU", sizes: [6], bidirectional: true },
] as const;

for (const { sizes, ...shape } of NETS) {
  Deno.test(`words of a ${shape.kind} ${sizes} are deleted as if one sentence ran after the other`, async () => {
    const random = randomGenerator(sizes.length), model = randomNet(random, { ...shape, sizes: [...sizes] });
    const examples = randomExamples(random, model, 150);
    const halves = shape.kind === "LSTM" ? [lrp({ productRule: "half" }), lrp({ biasFactor: 1 })] : [];
    const orders: WordDeletionOptions[] = [
      { methods: METHODS, words: 4, atLeast: 3, randomRuns: 3, seed: 7 },
      { methods: METHODS, words: 4, atLeast: 3, randomRuns: 0, target: "predicted" },
      { methods: [], words: 2, atLeast: 1 },
      ...halves.map((method): WordDeletionOptions => ({ methods: [method], words: 3, randomRuns: 0 })),
    ];
    for (const options of orders) {
      const found = await wordDeletion(model, examples, options);
      const expected = counted(model, examples, options);
      for (const [i, group] of [found.correct, found.wrong].entries()) {
        const { count, accuracy } = expected[i]!;
        assertEquals([group.count, ...group.accuracy.keys()], [count, ...accuracy.keys()]);
        assert(count > 5);
        assert([...accuracy.values()].every((curve) => new Set(curve).size > 1), "words that matter");
        for (const [name, curve] of accuracy) {
          assertClose(group.accuracy.get(name)!, curve, { absolute: 1e-12 });
        }
      }
    }
  });
}

Deno.test("what the kernels can do is not run one sentence after the other", async () => {
  class Blocks extends RecurrentClassifier {
    override forward(): never {
      throw new Error("alone");
    }
  }
  const random = randomGenerator(5);
  const model = randomNet(random, { kind: "LSTM", sizes: [4], bidirectional: true });
  const output = { weights: tensor(model.outputWeights, [3, 8]), bias: tensor(model.outputBias) };
  const blocks = new Blocks(model.layers, { ...model.table, output });
  const examples = randomExamples(random, model, 40),
    options = { methods: [lrp(), sensitivity()], atLeast: 1 };
  assertEquals(await wordDeletion(blocks, examples, options), await wordDeletion(model, examples, options));
});

Deno.test("more sentences than are held at a time are counted as those of a net of unknown kind, one by one", async () => {
  const random = randomGenerator(6),
    model = randomNet(random, { kind: "GRU", sizes: [3], bidirectional: false });
  const unknown: Explainable<SequenceInput> = {
    labels: model.labels,
    encode: (input) => model.encode(input),
    forward: (input) => model.forward(input),
    forwardAll: (inputs) => model.forwardAll(inputs),
  };
  // 11 orders of 5 words of some 500 sentences have over 2^18 tokens, and the sentences themselves over 2^13.
  const examples = Array.from({ length: 500 }, (_, n) => ({
    input: { ids: Array.from({ length: 10 + random.integer(20) }, () => random.integer(WORDS)) },
    class: n % 3,
  }));
  const options = { methods: [lrp()] };
  assertEquals(await wordDeletion(model, examples, options), await wordDeletion(unknown, examples, options));
});

Deno.test("the first sentence that cannot be run or read says so, whatever is gathered with it", async () => {
  const random = randomGenerator(3);
  const model = randomNet(random, { kind: "LSTM", sizes: [4], bidirectional: true });
  const good = { input: { ids: [1, 2, 3] }, class: 0 };
  const tooLarge = {
    input: { values: tensor(new Float64Array(3 * INPUT_SIZE).fill(1e308), [3, INPUT_SIZE]) },
    class: 0,
  };
  const unreadable = { input: { ids: [1, WORDS] }, class: 0 };
  const options = { methods: [lrp()], atLeast: 1 };
  await assertRejects(
    () => wordDeletion<SequenceInput>(model, [good, tooLarge, unreadable], options),
    NumericalError,
    "pre-activation of ",
  );
  await assertRejects(
    () => wordDeletion<SequenceInput>(model, [good, unreadable, tooLarge], options),
    RangeError,
    `an id must be an integer from 0 to ${WORDS - 1}, got ${WORDS} at 1`,
  );
  const noUnknown = new RecurrentClassifier(model.layers, {
    embeddings: model.table.embeddings!,
    vocabulary: VOCABULARY,
    output: { weights: tensor(model.outputWeights, [3, 8]) },
  });
  await assertRejects(
    () => wordDeletion<SequenceInput>(noUnknown, [good, { input: "unheard", class: 0 }, tooLarge], options),
    UnknownTokenError,
  );
  await assertRejects(
    () => wordDeletion<SequenceInput>(model, [good, { ...good, class: 3 }], options),
    RangeError,
    "Cannot attribute class 3",
  );
});

Deno.test("sentences that run together are told as they are finished, and can be stopped in between", async () => {
  const random = randomGenerator(4);
  const model = randomNet(random, { kind: "LSTM", sizes: [48], bidirectional: true });
  const examples = Array.from({ length: 600 }, () => ({
    input: { ids: Array.from({ length: 12 + random.integer(8) }, () => random.integer(WORDS)) },
    class: 0,
  }));
  const told: number[] = [];
  await wordDeletion(model, examples, {
    methods: [lrp()],
    onProgress: (done, total) => {
      assertEquals(total, 600);
      told.push(done);
    },
  });
  assert(told.length > 3);
  assert(told.every((done, i) => i === 0 || done >= told[i - 1]!), `${told}`);
  assert(told.some((done) => done > 0 && done < 400), "within what is gathered too");
  assertEquals(told.at(-1), 600);
  const stop = new AbortController(), reason = new Error("enough");
  let after = 0;
  await assertRejects(
    () =>
      wordDeletion(model, examples, {
        methods: [lrp()],
        signal: stop.signal,
        onProgress: () => {
          if (stop.signal.aborted) after++;
          stop.abort(reason);
        },
      }),
    Error,
    "enough",
  );
  assertEquals(after, 0);
});
