/** Metrics that ask the network, beside those of the Quantus package on the same images. */
import { assert, assertEquals } from "@std/assert";
import { lrp } from "../../lib/attribution/mod.ts";
import {
  faithfulnessCorrelation,
  metricContext,
  pixelFlipping,
  randomLogit,
  tokenF1,
} from "../../lib/evaluation/mod.ts";
import { rankCorrelation } from "../../lib/evaluation/rank_correlation.ts";
import { tensor } from "../../lib/tensor/mod.ts";
import { assertClose } from "../support/assert_close.ts";
import { linearModel } from "../support/linear_model.ts";

interface Fixture {
  readonly weights: number[][];
  readonly images: number[][][];
  readonly targets: number[];
  readonly gold: number[][];
  readonly pixelFlipping: number[][];
  readonly pixelFlippingBy3: number[][];
  readonly regionsMost: number[][];
  readonly regionsLeast: number[][];
  readonly faithfulnessCorrelation: number[];
  readonly randomLogit: number[];
  readonly rankAccuracy: number[];
}

const fixture: Fixture = JSON.parse(
  await Deno.readTextFile(new URL("../fixtures/quantus/faithfulness.json", import.meta.url)),
);
const model = linearModel(fixture.weights, { nonlinear: true });
const contexts = (region = 1, seed = 0): ReturnType<typeof metricContext>[] =>
  fixture.images.map((image, i) =>
    metricContext(model, {
      input: { values: tensor([image]), tokens: [] },
      target: fixture.targets[i]!,
      gold: fixture.gold[i]!,
    }, { method: lrp(), region, seed })
  );
const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value) / values.length;
/** Quantus runs the model in float32. */
const SINGLE = { absolute: 1e-6 };

Deno.test("AOPC is the score less the mean of Quantus' PixelFlipping and the score: it leaves step 0 out", async () => {
  for (const [i, context] of contexts().entries()) {
    const whole = context.attribution.score;
    for (const [perStep, curves] of [[1, fixture.pixelFlipping], [3, fixture.pixelFlippingBy3]] as const) {
      const expected = whole - mean([whole, ...curves[i]!]);
      assertClose((await pixelFlipping({ perStep }).evaluate(context))!, expected, SINGLE);
    }
  }
});

Deno.test("AOPC of regions is the mean of Quantus' RegionPerturbation and 0: it leaves step 0 out", async () => {
  for (const [i, context] of contexts(2).entries()) {
    const most = mean([0, ...fixture.regionsMost[i]!]), least = mean([0, ...fixture.regionsLeast[i]!]);
    assertEquals(fixture.regionsMost[i]!.length, context.probe.units.length);
    assertClose((await pixelFlipping().evaluate(context))!, most, SINGLE);
    assertClose((await pixelFlipping({ order: "least" }).evaluate(context))!, least, SINGLE);
  }
});

Deno.test("faithfulness correlation is Quantus' but for the subsets that each draws", async () => {
  for (const [i, context] of contexts().entries()) {
    // 5 of 24 units, as 0.2 of them rounds to; two draws of 4000 subsets differ by some hundredths of 1 - r².
    const own = (await faithfulnessCorrelation({ share: 0.2, samples: 4000 }).evaluate(context))!;
    const theirs = fixture.faithfulnessCorrelation[i]!;
    assertClose(own, theirs, { absolute: 4 * Math.SQRT2 * (1 - theirs ** 2) / Math.sqrt(4000) + 1e-4 });
  }
});

Deno.test("random logit is the size of Quantus' correlation, for the class that each draws", async () => {
  let same = 0;
  for (const [i, context] of contexts().entries()) {
    const target = fixture.targets[i]!;
    const likeness = [0, 1, 2].filter((other) => other !== target)
      .map((other) =>
        rankCorrelation(context.relevance, context.probe.explain(context.probe.values, other))!
      );
    const isOne = (value: number): boolean => likeness.some((other) => Math.abs(other - value) < 1e-12);
    assert(isOne(fixture.randomLogit[i]!), `${fixture.randomLogit[i]} is none of ${likeness}`);
    const own = (await randomLogit().evaluate(context))!;
    assert(isOne(own) || isOne(-own), `${own} is the size of none of ${likeness}`);
    if (Math.abs(own - Math.abs(fixture.randomLogit[i]!)) < 1e-12) same++;
  }
  assert(same > 0, "both drew the same class somewhere");
});

Deno.test("token F1 of as many tokens as are evidence is Quantus' RelevanceRankAccuracy", async () => {
  for (const [i, context] of contexts().entries()) {
    assertClose((await tokenF1().evaluate(context))!, fixture.rankAccuracy[i]!, { absolute: 1e-15 });
  }
});
