import { assertEquals } from "@std/assert";
import { lrp, sensitivity } from "../../lib/attribution/mod.ts";
import { wordDeletion } from "../../lib/evaluation/mod.ts";
import { randomGenerator } from "../../lib/random.ts";
import { tensor } from "../../lib/tensor/mod.ts";
import { assertClose } from "../support/assert_close.ts";
import { assertRejectsWith } from "../support/assert_message.ts";
import { fixedMethod, linearModel } from "../support/linear_model.ts";

/** Class 0 where the sum is positive, else class 1 (its score is 0). */
const model = linearModel([[1, 1, 1, 1], [0, 0, 0, 0]]);
const sentence = (...values: number[]) => ({
  values: tensor(values.map((value) => [value])),
  tokens: values.map((_, i) => `${i}`),
});

Deno.test("wordDeletion() deletes in falling order where the net was right, in rising order where it was wrong", async () => {
  const examples = [
    // right: relevance 3, 1, -1, -2; sums 1, -2 (without 3), -3
    { input: sentence(3, 1, -1, -2), class: 0 },
    // right: 5, 4, -1, 0; sums 8, 3, -1
    { input: sentence(5, 4, -1, 0), class: 0 },
    // wrong: predicted 1; relevance for class 0 is -4, 1, 1, -1: without -4 the sum is 1
    { input: sentence(-4, 1, 1, -1), class: 0 },
    // wrong: -2, -2, 1, 1: without both -2
    { input: sentence(-2, -2, 1, 1), class: 0 },
    // too short
    { input: sentence(1), class: 0 },
  ];
  const result = await wordDeletion(model, examples, {
    methods: [lrp()],
    words: 2,
    atLeast: 4,
    randomRuns: 0,
  });
  assertEquals([result.correct.count, result.wrong.count], [2, 2]);
  assertEquals([...result.correct.accuracy.get("LRP")!], [1, 0.5, 0]);
  // the fourth without one -2 is 0: a draw goes to the first class, so it is right already
  assertEquals([...result.wrong.accuracy.get("LRP")!], [0, 1, 1]);
  const table = result.table("correct");
  assertEquals(table.columns, ["method", "0", "1", "2"]);
  assertEquals(table.rows, [["LRP", "100.0", "50.0", "0.0"]]);
});

Deno.test("methods without sign, and the predicted class, delete in falling order in both groups", async () => {
  const examples = [{ input: sentence(-4, 1, 1, -1), class: 0 }];
  const fixed = fixedMethod(tensor([9, 1, 2, 3]), "Size");
  const options = { methods: [fixed], words: 1, atLeast: 1, randomRuns: 0 };
  const signed = await wordDeletion(model, examples, options);
  assertEquals([...signed.wrong.accuracy.get("Size")!], [0, 0]); // deletes a 1
  const unsigned = await wordDeletion(model, examples, { ...options, unsigned: ["Size"] });
  assertEquals([...unsigned.wrong.accuracy.get("Size")!], [0, 1]); // deletes the -4
  const predicted = await wordDeletion(model, examples, { ...options, target: "predicted" });
  assertEquals([...predicted.wrong.accuracy.get("Size")!], [0, 1]);
  const bySensitivity = await wordDeletion(model, examples, { ...options, methods: [sensitivity()] });
  assertEquals([...bySensitivity.wrong.accuracy.get("Sensitivity")!], [0, 1]); // all equal: the first
});

Deno.test("the control averages random orders, and sentences may be shorter than the number of words", async () => {
  const examples = [{ input: sentence(2, -1, -0.5, 0.1), class: 0 }];
  const { correct } = await wordDeletion(model, examples, {
    methods: [lrp()],
    words: 6,
    atLeast: 1,
    randomRuns: 4000,
  });
  const curve = correct.accuracy.get("Random order")!;
  // one word: wrong only without the 2, so right in 3 of 4; all words: a sum of 0 is class 0
  assertEquals(Math.abs(curve[1]! - 0.75) < 0.03, true);
  assertEquals(Math.abs(curve[4]! - 1) < 1e-9, true);
  assertEquals(Math.abs(curve[6]! - 1) < 1e-9, true);
});

Deno.test("accuracies are counted again by deleting words from lists", async () => {
  const random = randomGenerator(31);
  const weights = [0, 1, 2].map(() => Array.from({ length: 6 }, () => random.normal()));
  const examples = Array.from({ length: 80 }, () => {
    const words = Array.from({ length: 6 }, () => random.normal());
    return { words, input: sentence(...words), class: random.integer(3) };
  });
  const result = await wordDeletion(linearModel(weights), examples, {
    methods: [lrp()],
    words: 4,
    atLeast: 1,
    randomRuns: 0,
  });
  const says = (words: readonly number[]): number => {
    const scores = weights.map((w) => w.reduce((sum, value, i) => sum + value * words[i]!, 0));
    return scores.indexOf(Math.max(...scores));
  };
  for (const group of ["correct", "wrong"] as const) {
    const members = examples.filter((one) => (says(one.words) === one.class) === (group === "correct"));
    const expected = [0, 0, 0, 0, 0];
    for (const { words, class: truth } of members) {
      const relevance = words.map((value, i) => value * weights[truth]![i]!), left = [...words];
      for (let k = 0; k <= 4; k++) {
        expected[k]! += says(left) === truth ? 1 / members.length : 0;
        const next = group === "correct" ? Math.max(...relevance) : Math.min(...relevance);
        const word = relevance.indexOf(next);
        left[word] = 0;
        relevance[word] = group === "correct" ? -Infinity : Infinity;
      }
    }
    assertEquals(result[group].count, members.length);
    assertClose(result[group].accuracy.get("LRP")!, expected, { absolute: 1e-12 });
  }
});

Deno.test("options out of range say so", async () => {
  await assertRejectsWith(
    () => wordDeletion(model, [], { methods: [lrp()], words: 0 }),
    RangeError,
    "Cannot delete words: words must be a positive integer, got 0",
  );
  await assertRejectsWith(
    () => wordDeletion(model, [], { methods: [lrp()], atLeast: 0 }),
    RangeError,
    "Cannot delete words: atLeast must be a positive integer, got 0",
  );
  await assertRejectsWith(
    () => wordDeletion(model, [], { methods: [lrp()], ...{ word: 2 } }),
    TypeError,
    'Cannot delete words: options must be among methods, words, atLeast, target, unsigned, randomRuns, seed, onProgress, signal, got "word"',
  );
});
