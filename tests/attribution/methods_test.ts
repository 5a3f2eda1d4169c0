import { assertEquals, assertStringIncludes } from "@std/assert";
import {
  Attribution,
  explain,
  explainTargets,
  gradientTimesInput,
  integratedGradients,
  lrp,
  occlusion,
  randomAttribution,
  resolveTarget,
  sensitivity,
} from "../../lib/attribution/mod.ts";
import { ShapeError } from "../../lib/errors.ts";
import { intentClassifier } from "../../lib/io/mod.ts";
import { randomGenerator } from "../../lib/random.ts";
import { lstmClassifier } from "../../lib/recurrent/mod.ts";
import { exactSum } from "../../lib/statistics.ts";
import { tensor, zeros } from "../../lib/tensor/mod.ts";
import { assertClose } from "../support/assert_close.ts";
import { assertMessage, assertRejectsWith } from "../support/assert_message.ts";
import { randomLstm, randomTensor } from "../support/random_lstm.ts";

/** score_k = w_k · tanh(tanh(x)/2)/2 at the last step; only the last step reaches it through the candidate. */
const unit = lstmClassifier({
  layers: [{ forward: { inputWeights: tensor([[0], [0], [1], [0]]), recurrentWeights: zeros([4, 1]) } }],
  output: { weights: tensor([[2], [-1], [0.5]]) },
  labels: ["yes", "no", "maybe"],
});
const h = (x: number): number => 0.5 * Math.tanh(0.5 * Math.tanh(x));
/** dh/dx by the chain rule: 1/2 (1 - tanh²(c)) · 1/2 (1 - tanh²(x)), c = tanh(x)/2. */
const slope = (x: number): number =>
  0.25 * (1 - Math.tanh(0.5 * Math.tanh(x)) ** 2) * (1 - Math.tanh(x) ** 2);

const random = randomGenerator(11);
const { model } = randomLstm(random, { inputSize: 4, hiddenSizes: [5], classes: 3, bidirectional: true });
const input = { values: randomTensor(random, [6, 4]) };

Deno.test("sensitivity() is the squared gradient", () => {
  const { relevance, tokenRelevance, directions, ledger, rest } = explain(unit, { values: tensor([[0.7]]) }, {
    method: sensitivity(),
    target: 0,
  });
  // Some ten functions and products deep, each right to a few units in the last place.
  assertClose(relevance, [[(2 * slope(0.7)) ** 2]], { relative: 4e-15 });
  assertClose(tokenRelevance, [(2 * slope(0.7)) ** 2], { relative: 4e-15 });
  assertEquals([directions, ledger, rest], [undefined, undefined, 0]);
});

Deno.test("gradientTimesInput() is the gradient times the input, directions apart", () => {
  const { relevance } = explain(unit, { values: tensor([[0.7]]) }, {
    method: gradientTimesInput(),
    target: 1,
  });
  assertClose(relevance, [[-1 * slope(0.7) * 0.7]], { relative: 1e-15 });
  const both = explain(model, input, { method: gradientTimesInput() });
  const { forward, reverse } = both.directions!;
  assertClose(forward.data.map((r, i) => r + reverse.data[i]!), both.relevance.data, { absolute: 1e-15 });
});

Deno.test("occlusion() is the loss of score, or of probability, without a token", () => {
  const values = tensor([[0.3], [0.7]]);
  // without the second step: c = f · c_1 = tanh(0.3)/4 instead of tanh(0.3)/4 + tanh(0.7)/2
  const score = (first: number, second: number): number =>
    0.5 * Math.tanh(Math.tanh(first) / 4 + Math.tanh(second) / 2);
  const { tokenRelevance } = explain(unit, { values }, { method: occlusion(), target: 0 });
  const whole = 2 * score(0.3, 0.7);
  assertClose(tokenRelevance, [whole - 2 * score(0, 0.7), whole - 2 * score(0.3, 0)], { absolute: 1e-15 });

  const probability = (s: number): number => {
    const powers = [2, -1, 0.5].map((w) => Math.exp(w * s));
    return powers[0]! / (powers[0]! + powers[1]! + powers[2]!);
  };
  const attribution = explain(unit, { values }, { method: occlusion({ of: "probability" }), target: 0 });
  const all = probability(score(0.3, 0.7));
  const expected = [all - probability(score(0, 0.7)), all - probability(score(0.3, 0))];
  assertClose(attribution.tokenRelevance, expected, { absolute: 1e-15 });
  assertEquals(attribution.method.name, "Occlusion (probability)");
});

Deno.test("integratedGradients() adds up to the difference of the scores, and says by how much it misses", () => {
  const reference = randomTensor(randomGenerator(2), [6, 4], 0.1);
  for (const options of [{}, { reference }]) {
    const attribution = explain(model, input, {
      method: integratedGradients({ steps: 400, ...options }),
      target: 2,
    });
    const start = "reference" in options ? reference : zeros([6, 4]);
    const difference = attribution.score - model.forward({ values: start }).scores[2]!;
    // The midpoint rule's error falls with steps²: some 1e-5 at 400 steps.
    assertClose(exactSum(attribution.tokenRelevance), difference, { absolute: 1e-5 });
    assertEquals(attribution.notes.length, 1);
  }
  // one step: (x - 0) · gradient at x/2
  const { relevance } = explain(unit, { values: tensor([[0.8]]) }, {
    method: integratedGradients({ steps: 1 }),
    target: 0,
  });
  assertClose(relevance, [[0.8 * 2 * slope(0.4)]], { relative: 1e-15 });
  const { notes } = explain(unit, { values: tensor([[0.8]]) }, {
    method: integratedGradients({ steps: 1 }),
    target: 0,
  });
  const gap = 2 * h(0.8) - 0.8 * 2 * slope(0.4);
  assertEquals(notes, [
    `the shares miss the difference of the scores, ${(2 * h(0.8)).toPrecision(6)}, by ${
      gap.toExponential(1)
    }`,
  ]);
});

Deno.test("relevance is linear in the target", async () => {
  const method = lrp({ epsilon: 0.01 });
  const [first, second, contrast, mixed] = await explainTargets(model, input, {
    method,
    targets: [0, 1, { contrast: [0, 1] }, { weights: [0.5, -2, 0] }],
  });
  const combine = (a: number, b: number) =>
    first!.relevance.data.map((r, i) => a * r + b * second!.relevance.data[i]!);
  assertClose(contrast!.relevance.data, combine(1, -1), { absolute: 1e-12 });
  assertClose(mixed!.relevance.data, combine(0.5, -2), { absolute: 1e-12 });
  assertEquals(contrast!.score, contrast!.scores[0]! - contrast!.scores[1]!);
  assertEquals(contrast!.target.name, "0 - 1");
});

Deno.test("an attribution carries what was explained and how", () => {
  const attribution = explain(unit, { values: tensor([[1], [2]]), tokens: ["a", "b"] }, { method: lrp() });
  assertEquals(attribution instanceof Attribution, true);
  assertEquals(attribution.target.name, "yes");
  assertEquals(attribution.target.class, 0);
  assertEquals(attribution.method, {
    name: "LRP",
    options: { epsilon: 0.001, biasFactor: 0, productRule: "all" },
  });
  const json = JSON.parse(JSON.stringify(attribution));
  assertEquals(json.tokens, ["a", "b"]);
  assertEquals(json.labels, ["yes", "no", "maybe"]);
  assertEquals(json.relevance, [...attribution.tokenRelevance]);
  assertEquals(json.method, { name: "LRP", epsilon: 0.001, biasFactor: 0, productRule: "all" });
  assertEquals(Object.keys(json.ledger), ["received", "input", "rest", "bias", "stabilizer", "gap"]);
});

Deno.test("targets are named, and those that do not exist say so", () => {
  const labels = ["yes", "no", "maybe"];
  assertEquals(resolveTarget("predicted", [1, 3, 3], labels).name, "no"); // the first of the highest
  assertEquals([...resolveTarget({ label: "maybe" }, [0, 0, 0], labels).weights], [0, 0, 1]);
  assertEquals(resolveTarget({ weights: [1, 2, 3] }, [0, 0, 0], labels).name, "weighted scores");
  assertEquals([...resolveTarget({ contrast: [1, 1] }, [0, 0, 0], labels).weights], [0, 0, 0]);
  const resolve = (target: unknown) => () => resolveTarget(target as never, [0, 0, 0], labels);
  for (const index of [3, -1, 1.5, NaN]) {
    assertMessage(
      resolve(index),
      RangeError,
      `Cannot attribute class ${index}: the network has 3 classes, numbered 0 to 2`,
    );
  }
  assertMessage(
    resolve({ contrast: [0, 7] }),
    RangeError,
    "Cannot attribute class 7: the network has 3 classes, numbered 0 to 2",
  );
  assertMessage(
    resolve({ label: "perhaps" }),
    RangeError,
    'Cannot attribute a label: it must be one of yes, no, maybe, got "perhaps"',
  );
  assertMessage(
    resolve({ weights: [1, NaN, 0] }),
    RangeError,
    "Cannot attribute weighted scores: weights must be 3 finite numbers, got 1, NaN, 0",
  );
  for (const target of [{ contrast: 5 }, { weights: null }, {}, null]) {
    assertMessage(
      resolve(target),
      TypeError,
      'Cannot attribute: the target must be "predicted", a class, { label }, { contrast } or { weights }, got ' +
        JSON.stringify(target),
    );
  }
  assertMessage(
    resolve("yes"),
    TypeError,
    'Cannot attribute: the target must be "predicted", a class, { label }, { contrast } or { weights }, got "yes"',
  );
});

Deno.test("options that are misspelt or missing say so, since cells are not type-checked", async () => {
  // deno-lint-ignore no-explicit-any
  const loose = { lrp, explain, explainTargets, occlusion, integratedGradients, randomAttribution } as any;
  const messages: [() => unknown, string][] = [
    [
      () => loose.lrp({ eps: 10 }),
      'Cannot use LRP: options must be among epsilon, biasFactor, productRule, composite, got "eps"',
    ],
    [() => loose.lrp(null), "Cannot use LRP: options must be an object, got null"],
    [() => loose.occlusion({ off: "score" }), 'Cannot use occlusion: options must be among of, got "off"'],
    [
      () => loose.integratedGradients({ step: 3 }),
      'Cannot use integrated gradients: options must be among steps, reference, got "step"',
    ],
    [
      () => loose.randomAttribution({}),
      "Cannot use random attribution: the option seed must be given, got undefined",
    ],
    [
      () => loose.explain(model, input, { method: lrp(), targets: [1] }),
      'Cannot explain: options must be among method, target, got "targets"',
    ],
    [() => loose.explain(model, input, {}), "Cannot explain: the option method must be given, got undefined"],
    [
      () => loose.explainTargets(model, input, { method: lrp() }),
      "Cannot explain targets: the option targets must be given, got undefined",
    ],
  ];
  for (const [call, message] of messages) await assertRejectsWith(call, TypeError, message);
});

Deno.test("relevance that grows beyond measure is noted", async () => {
  // A word said a thousand times drives the shipped model's cells to where each step multiplies what flows.
  const model = await intentClassifier();
  const ids = new Array(1000).fill(5);
  const wild = explain(model, { ids }, { method: lrp() });
  assertEquals(wild.ledger!.scale > 1e6 * Math.abs(wild.score), true);
  assertEquals(wild.notes.length, 1);
  assertStringIncludes(wild.notes[0]!, "the shares are differences of large numbers and say little");
  assertEquals(explain(model, { ids: ids.slice(0, 20) }, { method: lrp() }).notes, []);
});

Deno.test("occlusion() of probabilities bears scores that would overflow", () => {
  const steep = lstmClassifier({
    layers: [{ forward: { inputWeights: tensor([[0], [0], [1], [0]]), recurrentWeights: zeros([4, 1]) } }],
    output: { weights: tensor([[5000], [0]]) }, // score 5000 · tanh(tanh(3)/2)/2, about 1150: exp of it is infinite
  });
  const method = occlusion({ of: "probability" });
  const { tokenRelevance, scores } = explain(steep, { values: tensor([[3]]) }, { method, target: 0 });
  assertEquals(scores[0]! > 1000, true);
  assertEquals([...tokenRelevance], [0.5]); // from 1 to 1/2
});

Deno.test("parameters out of range say so", () => {
  const lrpError = "Cannot use LRP: ";
  for (const epsilon of [-1, NaN, Infinity, "0.1" as unknown as number, null as unknown as number]) {
    assertMessage(
      () => lrp({ epsilon }),
      RangeError,
      lrpError + `epsilon must be a finite number of at least 0, got ${epsilon}`,
    );
  }
  assertMessage(
    () => lrp({ biasFactor: NaN }),
    RangeError,
    lrpError + "biasFactor must be a finite number, got NaN",
  );
  assertMessage(
    () => lrp({ productRule: "none" as "all" }),
    RangeError,
    lrpError + 'productRule must be one of all, half, prop, abs, got "none"',
  );
  assertMessage(
    () => occlusion({ of: "loss" as "score" }),
    RangeError,
    'Cannot use occlusion: of must be "score" or "probability", got "loss"',
  );
  assertMessage(
    () => integratedGradients({ steps: 0 }),
    RangeError,
    "Cannot use integrated gradients: steps must be a positive integer, got 0",
  );
  assertMessage(
    () => explain(model, input, { method: integratedGradients({ reference: zeros([2, 4]) }) }),
    ShapeError,
    "Cannot use integrated gradients: the reference must have the shape [6, 4] of the input, got [2, 4]",
  );
});
