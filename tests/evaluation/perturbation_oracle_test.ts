/** Metrics that ask the network again, against loops over scalars written from their definitions. */
import { assert } from "@std/assert";
import { gradientTimesInput, lrp } from "../../lib/attribution/mod.ts";
import {
  areaBetweenCurves,
  comprehensiveness,
  deletionArea,
  type Fill,
  insertionArea,
  maxSensitivity,
  metricContext,
  parameterRandomization,
  pixelFlipping,
  randomLogit,
  type Reading,
  sufficiency,
} from "../../lib/evaluation/mod.ts";
import { randomGenerator } from "../../lib/random.ts";
import { tensor } from "../../lib/tensor/mod.ts";
import { assertClose } from "../support/assert_close.ts";
import { linearModel } from "../support/linear_model.ts";

/** A small image of one channel under a network of three classes; its units are square regions. */
interface Case {
  readonly weights: readonly (readonly number[])[];
  readonly x: readonly number[];
  readonly shape: readonly [height: number, width: number];
  readonly region: number;
  readonly target: number;
  readonly seed: number;
}

const random = randomGenerator(23);
const draw = (count: number): number[] => Array.from({ length: count }, () => random.uniform(-1, 1));
const cases: Case[] = Array.from({ length: 60 }, (_, seed) => {
  const shape = [2 + random.integer(4), 2 + random.integer(4)] as const, size = shape[0] * shape[1];
  return {
    weights: [draw(size), draw(size), draw(size)],
    // Whole numbers, so that pixels share a relevance of 0.
    x: Array.from({ length: size }, () => random.integer(5) - 2),
    shape,
    region: 1 + random.integer(3),
    target: random.integer(3),
    seed,
  };
});

/** What the network says of numbers, from its definition: tanh(w_k · x). */
function read({ weights, target }: Case, x: readonly number[], reading: Reading): number {
  const scores = weights.map((w) => {
    let sum = 0;
    for (let i = 0; i < x.length; i++) sum += w[i]! * x[i]!;
    return Math.tanh(sum);
  });
  if (reading === "score") return scores[target]!;
  let total = 0;
  for (const score of scores) total += Math.exp(score);
  return Math.exp(scores[target]!) / total;
}

/** The region of pixel i, counted row by row. */
function regionOf({ shape: [, width], region }: Case, i: number): number {
  const y = Math.floor(i / width), x = i % width;
  return Math.floor(y / region) * Math.ceil(width / region) + Math.floor(x / region);
}

/** Relevance of the regions by w x of the target. */
function relevanceOf(c: Case): number[] {
  const sums: number[] = [];
  c.x.forEach((value, i) => {
    const at = regionOf(c, i);
    sums[at] = (sums[at] ?? 0) + c.weights[c.target]![i]! * value;
  });
  return sums;
}

/** Place of each region in the order of relevance: 0 is the most relevant, of equals the first. */
function placesOf(relevance: readonly number[]): number[] {
  return relevance.map((r, unit) => {
    let before = 0;
    for (let j = 0; j < relevance.length; j++) {
      if (relevance[j]! > r || (relevance[j] === r && j < unit)) before++;
    }
    return before;
  });
}

/** The numbers with all regions changed that the test names. */
function changed(c: Case, fill: Fill, gone: (unit: number) => boolean): number[] {
  let sum = 0;
  for (const value of c.x) sum += value;
  const instead = (value: number): number =>
    fill === "zero" ? 0 : fill === "mean" ? sum / c.x.length : -value;
  return c.x.map((value, i) => gone(regionOf(c, i)) ? instead(value) : value);
}

/** Scores tanh(w_k · x); relevance w x. */
const contextOf = (c: Case, method = lrp()): ReturnType<typeof metricContext> =>
  metricContext(
    linearModel(c.weights, { nonlinear: true }),
    { input: { values: tensor([...c.x], [1, ...c.shape]), tokens: [] }, target: c.target },
    { method, region: c.region, seed: c.seed },
  );

const FILLS: Fill[] = ["zero", "mean", "flip"];

Deno.test("AOPC of pixels and regions, most and least relevant first, is the mean loss over the steps", async () => {
  let regions = 0, ties = 0;
  for (const c of cases) {
    const relevance = relevanceOf(c), places = placesOf(relevance), units = relevance.length;
    if (c.region > 1) regions++;
    if (new Set(relevance).size < units) ties++;
    for (const fill of FILLS) {
      for (const reading of ["score", "probability"] as const) {
        for (const [steps, perStep] of [[undefined, 1], [2, 1], [undefined, 3]] as const) {
          const aopc = (isGone: (unit: number, taken: number) => boolean): number => {
            const most = Math.min(steps ?? Infinity, Math.ceil(units / perStep));
            let sum = 0;
            for (let step = 0; step <= most; step++) {
              const now = changed(c, fill, (unit) => isGone(unit, step * perStep));
              sum += read(c, c.x, reading) - read(c, now, reading);
            }
            return sum / (most + 1);
          };
          const morf = aopc((unit, taken) => places[unit]! < taken);
          const lerf = aopc((unit, taken) => places[unit]! >= units - taken);
          const options = { fill, reading, perStep, ...(steps !== undefined && { steps }) };
          const context = contextOf(c), tolerance = { absolute: 1e-13 };
          assertClose((await pixelFlipping(options).evaluate(context))!, morf, tolerance);
          assertClose(
            (await pixelFlipping({ ...options, order: "least" }).evaluate(context))!,
            lerf,
            tolerance,
          );
          assertClose((await areaBetweenCurves(options).evaluate(context))!, morf - lerf, tolerance);
        }
      }
    }
  }
  assert(regions > 20 && ties > 10, `${regions} with regions, ${ties} with ties`);
});

Deno.test("deletion and insertion are trapezoids under the probability over the share of regions", async () => {
  for (const c of cases) {
    const places = placesOf(relevanceOf(c)), units = places.length;
    for (const fill of FILLS) {
      const area = (isGone: (unit: number, count: number) => boolean): number => {
        let sum = 0;
        for (let count = 0; count < units; count++) {
          for (const end of [count, count + 1]) {
            sum += read(c, changed(c, fill, (unit) => isGone(unit, end)), "probability") / 2;
          }
        }
        return sum / units;
      };
      const context = contextOf(c), tolerance = { absolute: 1e-13 };
      const deletion = area((unit, count) => places[unit]! < count);
      const insertion = area((unit, count) => places[unit]! >= count);
      assertClose((await deletionArea({ fill }).evaluate(context))!, deletion, tolerance);
      assertClose((await insertionArea({ fill }).evaluate(context))!, insertion, tolerance);
    }
  }
});

Deno.test("random fill draws a number for each pixel as it goes, from the least to the greatest of the image", async () => {
  for (const c of cases) {
    const places = placesOf(relevanceOf(c)), units = places.length;
    let least = Infinity, greatest = -Infinity;
    for (const value of c.x) {
      if (value < least) least = value;
      if (value > greatest) greatest = value;
    }
    for (const reading of ["score", "probability"] as const) {
      const draws = randomGenerator(c.seed);
      const aopc = (isNext: (unit: number, step: number) => boolean): number => {
        const now = [...c.x];
        let sum = 0;
        for (let step = 0; step < units; step++) {
          now.forEach((_, i) => {
            if (isNext(regionOf(c, i), step)) now[i] = least + (greatest - least) * draws.uniform();
          });
          sum += read(c, c.x, reading) - read(c, now, reading);
        }
        return sum / (units + 1);
      };
      const morf = aopc((unit, step) => places[unit] === step);
      const lerf = aopc((unit, step) => places[unit] === units - 1 - step);
      const options = { fill: "uniform", reading } as const, tolerance = { absolute: 1e-13 };
      assertClose((await pixelFlipping(options).evaluate(contextOf(c)))!, morf, tolerance);
      assertClose((await areaBetweenCurves(options).evaluate(contextOf(c)))!, morf - lerf, tolerance);
    }
  }
});

Deno.test("comprehensiveness and sufficiency are mean losses without the evidence, and with it alone", async () => {
  for (const c of cases) {
    const places = placesOf(relevanceOf(c)), units = places.length;
    for (const shares of [[0.01, 0.05, 0.1, 0.2, 0.5], [0.3], [1]]) {
      const sizes: number[] = [];
      for (const share of shares) {
        let size = 0;
        while (size < share * units) size++;
        if (!sizes.includes(size)) sizes.push(size);
      }
      let without = 0, alone = 0;
      for (const size of sizes) {
        const whole = read(c, c.x, "probability") / sizes.length;
        const isEvidence = (unit: number): boolean => places[unit]! < size;
        without += whole - read(c, changed(c, "zero", isEvidence), "probability") / sizes.length;
        alone += whole -
          read(c, changed(c, "zero", (unit) => !isEvidence(unit)), "probability") / sizes.length;
      }
      const context = contextOf(c), tolerance = { absolute: 1e-13 };
      assertClose((await comprehensiveness({ shares }).evaluate(context))!, without, tolerance);
      assertClose((await sufficiency({ shares }).evaluate(context))!, alone, tolerance);
    }
  }
});

/** Spearman's correlation, with ranks counted from the signs of all differences. */
function spearman(a: readonly number[], b: readonly number[]): number {
  const rank = (values: readonly number[]): number[] =>
    values.map((value) => values.reduce((sum, other) => sum + Math.sign(value - other), 0) / 2);
  const [r, s] = [rank(a), rank(b)]; // their mean is 0
  let rs = 0, rr = 0, ss = 0;
  for (let i = 0; i < r.length; i++) {
    rs += r[i]! * s[i]!;
    rr += r[i]! ** 2;
    ss += s[i]! ** 2;
  }
  return rs / Math.sqrt(rr * ss);
}

Deno.test("parameter randomization is the mean size of the rank correlation with other networks", async () => {
  for (const c of cases) {
    const others = [0, 1].map(() => ({ ...c, weights: c.weights.map(({ length }) => draw(length)) }));
    let sum = 0;
    for (const other of others) sum += Math.abs(spearman(relevanceOf(c), relevanceOf(other))) / 2;
    const metric = parameterRandomization(others.map(({ weights }) => linearModel(weights)));
    const found = await metric.evaluate(contextOf(c));
    if (Number.isNaN(sum)) assert(found === undefined);
    else assertClose(found!, sum, { absolute: 1e-13 });
  }
});

Deno.test("random logit is the size of the rank correlation with one of the other classes, each now and then", async () => {
  const drawn = [0, 0];
  for (const c of cases) {
    const likeness = [1, 2].map((step) => {
      const other = { ...c, target: (c.target + step) % 3 };
      return Math.abs(spearman(relevanceOf(c), relevanceOf(other)));
    });
    const found = await randomLogit().evaluate(contextOf(c));
    if (likeness.some(Number.isNaN)) {
      assert(found === undefined);
      continue;
    }
    const which = likeness.findIndex((value) => Math.abs(value - found!) < 1e-13);
    assert(which >= 0, `${found} is none of ${likeness}`);
    if (likeness[0] !== likeness[1]) drawn[which]!++;
  }
  assert(drawn.every((count) => count > 10), `drawn ${drawn}`);
});

Deno.test("max-sensitivity is the largest relative distance of relevance over the moved inputs", async () => {
  for (const c of cases) {
    const context = contextOf(c, gradientTimesInput());
    const own = relevanceOf(c);
    let norm = 0;
    for (const r of own) norm += r * r;
    const moves: number[] = [];
    const probe = {
      ...context.probe,
      explain: (values: Float64Array) => {
        const x = [...values];
        x.forEach((value, i) => assert(Math.abs(value - c.x[i]!) <= 0.1));
        const moved = relevanceOf({ ...c, x });
        let squares = 0;
        for (let unit = 0; unit < own.length; unit++) squares += (moved[unit]! - own[unit]!) ** 2;
        moves.push(Math.sqrt(squares / norm));
        return context.probe.explain(values);
      },
    };
    const found = await maxSensitivity({ radius: 0.1, samples: 7 }).evaluate({ ...context, probe });
    if (norm === 0) {
      assert(found === undefined);
      continue;
    }
    assert(moves.length === 7);
    let most = 0;
    for (const move of moves) if (move > most) most = move;
    assertClose(found!, most, { relative: 1e-11 });
  }
});
