import { assert, assertEquals } from "@std/assert";
import { lrp, sensitivity } from "../../lib/attribution/mod.ts";
import {
  areaBetweenCurves,
  comprehensiveness,
  conservationGap,
  deletionArea,
  effectiveComplexity,
  entropy,
  faithfulnessCorrelation,
  gini,
  infidelity,
  insertionArea,
  knownCorrelation,
  maxSensitivity,
  metricContext,
  parameterRandomization,
  pixelFlipping,
  pointingGame,
  randomLogit,
  relevanceMass,
  sensitivityN,
  sufficiency,
  tokenAuprc,
  tokenF1,
} from "../../lib/evaluation/mod.ts";
import { tensor } from "../../lib/tensor/mod.ts";
import { assertClose } from "../support/assert_close.ts";
import { assertMessage } from "../support/assert_message.ts";
import { fixedMethod, linearModel } from "../support/linear_model.ts";

/** Scores 3 x_0 + 1 x_1 - 2 x_2 and 0. */
const model = linearModel([[3, 1, -2], [0, 0, 0]]);
const input = { values: tensor([[1], [2], [0.5]]), tokens: ["a", "b", "c"] };
/** Relevance 3, 2, -1; score 4. */
const context = metricContext(model, { input, target: 0 }, { method: lrp() });
const sigmoid = (z: number): number => 1 / (1 + Math.exp(-z));

Deno.test("pixelFlipping() is the mean loss over the steps", async () => {
  assertEquals([...context.relevance as Float64Array], [3, 2, -1]);
  // most relevant first: f = 4, 1, -1, 0; losses 0, 3, 5, 4
  assertEquals(await pixelFlipping().evaluate(context), 12 / 4);
  // least relevant first: f = 4, 5, 3, 0; losses 0, -1, 1, 4
  assertEquals(await pixelFlipping({ order: "least" }).evaluate(context), 4 / 4);
  assertEquals(await areaBetweenCurves().evaluate(context), 3 - 1);
  assertEquals(await pixelFlipping({ steps: 1 }).evaluate(context), 3 / 2);
  // two at a time: f = 4, -1, 0
  assertEquals(await pixelFlipping({ perStep: 2 }).evaluate(context), (5 + 4) / 3);
  // other sign: f = 4, -2, -6, -4
  assertEquals(await pixelFlipping({ fill: "flip" }).evaluate(context), (6 + 10 + 8) / 4);
  // the mean of 1, 2 and 0.5 is 7/6: f = 4, 3·7/6 + 1, 4·7/6 - 1, 2·7/6
  assertClose(
    (await pixelFlipping({ fill: "mean" }).evaluate(context))!,
    (4 * 3 - (3.5 + 1) - (14 / 3 - 1) - 7 / 3) / 4,
    { absolute: 1e-14 },
  );
  // probabilities 1 / (1 + e^-f)
  assertClose(
    (await pixelFlipping({ reading: "probability" }).evaluate(context))!,
    sigmoid(4) - (sigmoid(4) + sigmoid(1) + sigmoid(-1) + 0.5) / 4,
    { absolute: 1e-15 },
  );
});

Deno.test("pixelFlipping() with random numbers stays between the least and the greatest of the input", async () => {
  const seen: number[] = [];
  const probe = {
    ...context.probe,
    read: (numbers: Float64Array) => {
      seen.push(...numbers);
      return 0;
    },
  };
  await pixelFlipping({ fill: "uniform" }).evaluate({ ...context, probe });
  assert(seen.every((value) => value >= 0.5 && value <= 2));
  assert(seen.some((value) => ![1, 2, 0.5].includes(value)));
});

Deno.test("deletion and insertion are areas under the probability", async () => {
  const p = [4, 1, -1, 0].map(sigmoid) as [number, number, number, number];
  assertClose((await deletionArea().evaluate(context))!, (p[0] / 2 + p[1] + p[2] + p[3] / 2) / 3, {
    absolute: 1e-15,
  });
  // put in: nothing, x_0, x_0 and x_1, all
  const q = [0, 3, 5, 4].map(sigmoid) as [number, number, number, number];
  assertClose((await insertionArea().evaluate(context))!, (q[0] / 2 + q[1] + q[2] + q[3] / 2) / 3, {
    absolute: 1e-15,
  });
});

Deno.test("comprehensiveness and sufficiency take the evidence away or leave it alone", async () => {
  const shares = [1 / 3, 2 / 3];
  // without x_0, without x_0 and x_1
  assertClose(
    (await comprehensiveness({ shares }).evaluate(context))!,
    sigmoid(4) - (sigmoid(1) + sigmoid(-1)) / 2,
    { absolute: 1e-15 },
  );
  // x_0 alone, x_0 and x_1 alone
  assertClose(
    (await sufficiency({ shares }).evaluate(context))!,
    sigmoid(4) - (sigmoid(3) + sigmoid(5)) / 2,
    {
      absolute: 1e-15,
    },
  );
  // 1 to 20 % of three tokens all mean one token, 50 % two: removals that are the same count once
  assertEquals(
    await comprehensiveness().evaluate(context),
    await comprehensiveness({ shares }).evaluate(context),
  );
});

Deno.test("subsets of a linear net lose what their relevance says", async () => {
  assertClose((await sensitivityN().evaluate(context))!, 1, { absolute: 1e-12 });
  assertClose((await faithfulnessCorrelation().evaluate(context))!, 1, { absolute: 1e-12 });
  assertClose((await infidelity().evaluate(context))!, 0, { absolute: 1e-24 });
  assertEquals(await sensitivityN({ n: 3 }).evaluate(context), undefined); // one subset only
  // relevance of the wrong sign
  const wrong = metricContext(model, { input, target: 0 }, { method: fixedMethod(tensor([-3, -2, 1])) });
  assertClose((await sensitivityN().evaluate(wrong))!, -1, { absolute: 1e-12 });
  // Σ R - loss is -2 · loss: 6 if x_0 is in the subset, 4 if x_1, -2 if x_2, each with probability 1/2 apart:
  // variance (6² + 4² + 2²)/4 and mean 4, so 14 + 16 = 30
  const estimate = (await infidelity({ samples: 20_000 }).evaluate(wrong))!;
  assertClose(estimate, 30, { absolute: 1 }); // some four standard errors
});

Deno.test("sensitivity-n and infidelity by enumeration of all subsets", async () => {
  const bent = linearModel([[0.7, -1.2, 0.4, 0.9], [0.1, 0, 0, 0]], { nonlinear: true });
  const values = tensor([[1], [0.5], [-1], [0.3]]);
  const relevance = [0.5, -0.4, -0.2, 0.3];
  const of = metricContext(bent, { input: { values, tokens: ["a", "b", "c", "d"] }, target: 0 }, {
    method: fixedMethod(tensor(relevance)),
    seed: 3,
  });
  const f = (kept: (i: number) => boolean): number =>
    Math.tanh([0.7, -0.6, -0.4, 0.27].reduce((sum, part, i) => kept(i) ? sum + part : sum, 0));
  const whole = f(() => true);
  const subsets = Array.from({ length: 16 }, (_, bits) => {
    const inside = (i: number): boolean => (bits >> i & 1) === 1;
    const sum = relevance.reduce((total, r, i) => inside(i) ? total + r : total, 0);
    return { size: [0, 1, 2, 3].filter(inside).length, sum, loss: whole - f((i) => !inside(i)) };
  });
  const meanOf = (values: number[]): number => values.reduce((a, b) => a + b) / values.length;
  const pairs = subsets.filter(({ size }) => size === 2);
  const [ms, ml] = [meanOf(pairs.map(({ sum }) => sum)), meanOf(pairs.map(({ loss }) => loss))];
  const moment = (a: "sum" | "loss", b: "sum" | "loss"): number =>
    meanOf(pairs.map((pair) => (pair[a] - (a === "sum" ? ms : ml)) * (pair[b] - (b === "sum" ? ms : ml))));
  const exact = moment("sum", "loss") / Math.sqrt(moment("sum", "sum") * moment("loss", "loss"));
  assertClose((await sensitivityN({ n: 2, samples: 20_000 }).evaluate(of))!, exact, { absolute: 0.01 });
  assertClose((await faithfulnessCorrelation({ share: 0.5, samples: 20_000 }).evaluate(of))!, exact, {
    absolute: 0.01,
  });
  const expected = meanOf(subsets.map(({ sum, loss }) => (sum - loss) ** 2));
  assertClose((await infidelity({ samples: 20_000 }).evaluate(of))!, expected, { relative: 0.05 });
});

Deno.test("maxSensitivity() is bounded by the weights of a linear net, and close to the bound", async () => {
  // |R' - R| = |(3 d_0, d_1, -2 d_2)| with |d| ≤ 0.1; |R| = √14
  const value = (await maxSensitivity({ radius: 0.1, samples: 500 }).evaluate(context))!;
  const bound = 0.1 * Math.sqrt(9 + 1 + 4) / Math.sqrt(14);
  assert(value <= bound && value > 0.8 * bound, `${value} of ${bound}`);
  const none = metricContext(model, { input }, { method: fixedMethod(tensor([0, 0, 0])) });
  assertEquals(await maxSensitivity().evaluate(none), undefined);
});

Deno.test("randomization compares the ranks of relevance", async () => {
  // relevance 3, 2, -1 against 1, 6, -1 of weights 1, 3, -2: ranks 3 2 1 and 2 3 1, d² = 2, 1 - 6·2/(3·8) = 0.5
  const other = linearModel([[1, 3, -2], [0, 0, 0]]), opposite = linearModel([[-3, -1, 2], [0, 0, 0]]);
  assertClose((await parameterRandomization([other]).evaluate(context))!, 0.5, { absolute: 1e-15 });
  assertClose((await parameterRandomization([other, opposite]).evaluate(context))!, 0.75, {
    absolute: 1e-15,
  });
  assertEquals(
    await parameterRandomization([linearModel([[0, 0, 0], [0, 0, 0]])]).evaluate(context),
    undefined,
  );
  const two = linearModel([[3, 1, -2], [1, 3, -2]]);
  const both = metricContext(two, { input, target: 0 }, { method: lrp() });
  assertClose((await randomLogit().evaluate(both))!, 0.5, { absolute: 1e-15 });
  const contrast = metricContext(two, { input, target: { contrast: [0, 1] } }, { method: lrp() });
  assertEquals(await randomLogit().evaluate(contrast), undefined);
});

Deno.test("localisation by hand", async () => {
  const gold = [0, 1, 1, 0];
  assertEquals(await pointingGame().evaluate({ relevance: [0.4, 0.5, 0, -9], gold }), 1);
  assertEquals(await pointingGame().evaluate({ relevance: [0.5, 0.5, 0, 0], gold }), 0); // the first of equals
  assertEquals(await pointingGame().evaluate({ relevance: [1, 0], gold: [true, false] }), 1);
  assertEquals(await relevanceMass().evaluate({ relevance: [1, 2, -4, 1], gold }), 0.5); // 2 / (1 + 2 + 1)
  assertEquals(await relevanceMass().evaluate({ relevance: [-1, -2, -4, -1], gold }), undefined);
  assertEquals(await tokenF1().evaluate({ relevance: [4, 3, 2, 1], gold }), 0.5); // 1 of 2 among the first 2
  assertEquals(await tokenF1({ k: 3 }).evaluate({ relevance: [4, 3, 2, 1], gold }), 0.8); // 2 · 2 / (3 + 2)
  // evidence at ranks 2 and 3: (1/2 + 2/3) / 2
  assertClose((await tokenAuprc().evaluate({ relevance: [4, 3, 2, 1], gold }))!, 7 / 12, { absolute: 1e-15 });
  // all equal: one threshold with precision 2/4
  assertEquals(await tokenAuprc().evaluate({ relevance: [1, 1, 1, 1], gold }), 0.5);
  for (const metric of [pointingGame(), relevanceMass(), tokenF1(), tokenAuprc()]) {
    assertEquals(await metric.evaluate({ relevance: [1, 2] }), undefined);
    assertEquals(await metric.evaluate({ relevance: [1, 2], gold: [0, 0] }), undefined);
  }
  // distances (-1, 0, 1) and (-1, 1, 0)
  assertClose((await knownCorrelation().evaluate({ relevance: [1, 2, 3], known: [1, 3, 2] }))!, 0.5, {
    absolute: 1e-15,
  });
  assertEquals(await knownCorrelation().evaluate({ relevance: [1, 2, 3], known: [1, 1, 1] }), undefined);
  assertEquals(await knownCorrelation().evaluate({ relevance: [1, 2, 3] }), undefined);
});

Deno.test("complexity by hand", async () => {
  // shares 1/2, 1/4, 1/4: entropy 1.5 ln 2
  assertClose((await entropy().evaluate({ relevance: [2, -1, 1] }))!, 1.5 * Math.log(2), { absolute: 1e-15 });
  // ascending 1, 1, 2: (-2·1 + 0·1 + 2·2) / (3·4)
  assertClose((await gini().evaluate({ relevance: [2, -1, 1] }))!, 2 / 12, { absolute: 1e-15 });
  assertEquals(await effectiveComplexity({ share: 0.5 }).evaluate({ relevance: [2, -1, 1.5] }), 2);
  assertEquals(await entropy().evaluate({ relevance: [0, 0] }), undefined);
  assertEquals(await gini().evaluate({ relevance: [0, 0] }), undefined);
  assertEquals(await effectiveComplexity().evaluate({ relevance: [0, 0] }), 0);
});

Deno.test("conservationGap() is the part of the score that is not shared out", async () => {
  assertEquals(await conservationGap().evaluate(context), 0);
  // squared gradients 9 + 1 + 4 against a score of 4
  const squared = metricContext(model, { input, target: 0 }, { method: sensitivity() });
  assertEquals(await conservationGap().evaluate(squared), 10 / 4);
  assertEquals(
    await conservationGap().evaluate(metricContext(model, { input, target: 1 }, { method: lrp() })),
    undefined,
  );
});

Deno.test("pixels and regions of an image are units", async () => {
  // two channels of 2 × 3 pixels
  const image = { values: tensor([[[1, 2, 3], [4, 5, 6]], [[7, 8, 9], [10, 11, 12]]]), tokens: [] };
  const sum = linearModel([new Array(12).fill(1)]);
  const pixels = metricContext(sum, { input: image }, { method: lrp() });
  assertEquals([...pixels.relevance as Float64Array], [1 + 7, 2 + 8, 3 + 9, 4 + 10, 5 + 11, 6 + 12]);
  const regions = metricContext(sum, { input: image }, { method: lrp(), region: 2 });
  assertEquals([...regions.relevance as Float64Array], [8 + 10 + 14 + 16, 12 + 18]);
  // f = 78, 78 - 48, 0
  assertEquals(await pixelFlipping().evaluate(regions), (48 + 78) / 3);
  const plain = metricContext(linearModel([[2, 3]]), { input: { values: tensor([1, 1]), tokens: [] } }, {
    method: lrp(),
  });
  assertEquals([...plain.relevance as Float64Array], [2, 3]);
  assertMessage(
    () => metricContext(sum, { input: image }, { method: lrp(), region: 0 }),
    RangeError,
    "Cannot split the input: region must be a positive integer, got 0",
  );
});
