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

Deno.test("the control counts whole hits: its first accuracy is 1 or 0, the others are fractions of all its runs", async () => {
  const examples = [
    // right, with a sum of 0.6; the 2 decides
    ...Array.from({ length: 7 }, () => ({ input: sentence(2, -1, -0.5, 0.1), class: 0 })),
    // wrong: the sum is -1.4; only without the -2 it is 0.6
    ...Array.from({ length: 3 }, () => ({ input: sentence(-2, 0.5, 0.1, 0), class: 0 })),
  ];
  const result = await wordDeletion(model, examples, { methods: [], words: 4, atLeast: 1, randomRuns: 10 });
  assertEquals([result.correct.count, result.wrong.count], [7, 3]);
  const right = result.correct.accuracy.get("Random order")!;
  const wrong = result.wrong.accuracy.get("Random order")!;
  // without any word the sum is 0, which is class 0: every run is right
  assertEquals([right[0], right[4]], [1, 1]);
  assertEquals([wrong[0], wrong[4]], [0, 1]);
  for (const [curve, runs] of [[right, 70], [wrong, 30]] as const) {
    assertEquals([...curve], Array.from(curve, (accuracy) => Math.round(accuracy * runs) / runs));
  }
});

Deno.test("methods of one name are refused, not added up; with names of their own each has its row", async () => {
  const one = fixedMethod(tensor([9, 1, 2, 3]), "Size"), other = fixedMethod(tensor([1, 9, 2, 3]), "Size");
  const examples = [{ input: sentence(2, -1, -0.5, 0.1), class: 0 }];
  const options = { words: 1, atLeast: 1, randomRuns: 0 };
  await assertRejectsWith(
    () => wordDeletion(model, examples, { ...options, methods: [one, lrp(), other] }),
    RangeError,
    'Cannot delete words: methods and the control must have different names, got "Size" twice',
  );
  await assertRejectsWith(
    () => wordDeletion(model, examples, { methods: [lrp({ epsilon: 0.1 }), lrp({ epsilon: 0.001 })] }),
    RangeError,
    'Cannot delete words: methods and the control must have different names, got "LRP" twice',
  );
  const { correct } = await wordDeletion(model, examples, {
    ...options,
    methods: [one, { ...other, name: "Size 2" }],
  });
  // without the 2 the sum is -1.4, without the -1 it is 1.6
  assertEquals([...correct.accuracy.get("Size")!], [1, 0]);
  assertEquals([...correct.accuracy.get("Size 2")!], [1, 1]);
});

Deno.test("a method has the name of the control only where there is no control", async () => {
  const examples = [{ input: sentence(2, -1, -0.5, 0.1), class: 0 }];
  const methods = [fixedMethod(tensor([9, 1, 2, 3]), "Random order")];
  await assertRejectsWith(
    () => wordDeletion(model, examples, { methods, words: 1, atLeast: 1, randomRuns: 1 }),
    RangeError,
    'Cannot delete words: methods and the control must have different names, got "Random order" twice',
  );
  const { correct } = await wordDeletion(model, examples, { methods, words: 1, atLeast: 1, randomRuns: 0 });
  assertEquals([...correct.accuracy.get("Random order")!], [1, 0]); // without the 2
});

Deno.test("the number of random runs is a non-negative integer, methods without sign are a list of names", async () => {
  for (const [randomRuns, got] of [[-3, "-3"], [1.5, "1.5"], [NaN, "NaN"], ["3", '"3"']] as const) {
    await assertRejectsWith(
      () => wordDeletion(model, [], { methods: [lrp()], randomRuns: randomRuns as number }),
      RangeError,
      `Cannot delete words: randomRuns must be a non-negative integer, got ${got}`,
    );
  }
  const wrong: readonly (readonly [unknown, string])[] = [
    ["Sensitivity", '"Sensitivity"'],
    [null, "null"],
    [["LRP", sensitivity()], 'an object called "Sensitivity" at 1'],
  ];
  for (const [unsigned, got] of wrong) {
    await assertRejectsWith(
      () => wordDeletion(model, [], { methods: [lrp()], unsigned: unsigned as string[] }),
      TypeError,
      `Cannot delete words: unsigned must be a list of names, got ${got}`,
    );
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
