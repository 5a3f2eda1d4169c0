import { assert, assertEquals, assertRejects } from "@std/assert";
import { explainAll, explainTargets, lrp, occlusion } from "../../lib/attribution/mod.ts";
import type { EncodedInput, Explainable } from "../../lib/attribution/mod.ts";
import {
  areaBetweenCurves,
  compare,
  comprehensiveness,
  deletionArea,
  gini,
  infidelity,
  insertionArea,
  maxSensitivity,
  type Metric,
  metricContext,
  parameterRandomization,
  pixelFlipping,
  sensitivityN,
  wordDeletion,
} from "../../lib/evaluation/mod.ts";
import { dense } from "../../lib/layers/mod.ts";
import type { LongWorkOptions } from "../../lib/map_with_progress.ts";
import {
  assign,
  byKind,
  composite,
  conceptGraph,
  referenceSamples,
  sequential,
} from "../../lib/networks/mod.ts";
import { defineRule } from "../../lib/rules/mod.ts";
import { tensor } from "../../lib/tensor/mod.ts";
import { arithmeticMeasures, arithmeticTask, createNetwork, train } from "../../lib/training/mod.ts";
import type { RecurrentClassifier } from "../../lib/recurrent/mod.ts";
import { linearModel } from "../support/linear_model.ts";

/** How long a step of the work holds the thread. */
const STEP_MS = 8;

/** Steps that were taken. */
let steps = 0;

/** Does what a run of a network does: holds the thread. */
function step(): void {
  steps++;
  const start = performance.now();
  while (performance.now() - start < STEP_MS);
}

/** A net each of whose runs takes a step. */
function slowModel(weights: number[][]): Explainable<EncodedInput> {
  const model = linearModel(weights);
  return {
    ...model,
    forward: (input) => {
      step();
      return model.forward(input);
    },
  };
}

const weights = Array.from({ length: 20 }, (_, i) => (7 * i) % 11 - 4);
const model = slowModel([weights, weights.map(() => 0)]);
const input = { values: tensor(weights.map((_, i) => [i % 3 + 0.5])), tokens: weights.map((_, i) => `${i}`) };
const many = <T>(count: number, of: T): T[] => Array.from({ length: count }, () => of);

const layer = dense({ weights: tensor([[1, 0.5], [0.25, 1]]) });
const slowLayer: typeof layer = {
  ...layer,
  forward: (...given) => {
    step();
    return layer.forward(...given);
  },
};
const slowRule = defineRule({
  name: "slow",
  options: {},
  families: ["linear"],
  accounts: false,
  propagate: ({ relevance }) => {
    step();
    return { inputs: [relevance] };
  },
});
const network = sequential({ first: slowLayer, second: slowLayer, third: slowLayer, fourth: slowLayer });
const slow = composite("slow", [assign(byKind("dense"), slowRule)]);

/** Everything that goes through data or asks a network many times, in runs of some 150 ms and more. */
const works: Record<string, (options: LongWorkOptions) => Promise<unknown>> = {
  "explainTargets()": (options) =>
    explainTargets(network, tensor([1, 2]), {
      method: lrp({ composite: slow }),
      targets: many(6, 0),
      ...options,
    }),
  "compare()": async (options) =>
    (await compare([lrp()], [pixelFlipping(), infidelity({ samples: 9 })], {
      model,
      examples: many(1, { input, target: 0 as const }),
      ...options,
    })).toCSV(),
  "compare() of a method that asks the network many times": async (options) =>
    (await compare([occlusion()], [gini()], {
      model,
      examples: many(1, { input, target: 0 as const }),
      ...options,
    })).toCSV(),
  "explainAll() of one input": async ({ onProgress, signal }) =>
    (await Array.fromAsync(explainAll(model, [input, input], {
      method: occlusion(),
      onProgress: (done, total) => onProgress?.(done, total!),
      ...signal && { signal },
    }))).map(({ attribution, error }) => {
      if (error) throw error;
      return [...attribution.tokenRelevance];
    }),
  "wordDeletion()": (options) =>
    wordDeletion(model, many(2, { input, class: 0 }), {
      methods: [lrp()],
      words: 2,
      atLeast: 1,
      randomRuns: 4,
      ...options,
    }),
  "arithmeticMeasures()": (options) =>
    arithmeticMeasures(
      slowModel([[3, 1, -2, 4, 1, 0], [0, 0, 0, 0, 0, 0]]) as unknown as RecurrentClassifier,
      arithmeticTask("addition", { count: 20, lengths: [3], seed: 1 }),
      { method: lrp(), ...options },
    ),
  "train()": async (options) => {
    const started = createNetwork({ kind: "dense", inputSize: 1, hiddenSizes: [], outputs: 1 }, { seed: 1 });
    const training = [{ values: Float64Array.of(1), target: Float64Array.of(2) }];
    const how = { loss: "squaredError", optimizer: { name: "adam" }, epochs: 20, onEpoch: step } as const;
    const { history } = await train(started, { training }, { ...how, ...options });
    return { history, parameters: started.parameters };
  },
  "referenceSamples()": (options) =>
    referenceSamples(network, tensor(many(10, [1, 2])), {
      layer: "first",
      composite: slow,
      batch: 1,
      ...options,
    }),
  "conceptGraph()": (options) =>
    conceptGraph(network, tensor([[1, 2]]), {
      composite: slow,
      seed: tensor([[1, 0]]),
      layers: ["fourth", "third", "second", "first"],
      ...options,
    }),
};

const metrics: readonly Metric[] = [
  areaBetweenCurves(),
  comprehensiveness({ shares: weights.map((_, i) => (i + 1) / 20) }),
  deletionArea(),
  infidelity({ samples: 20 }),
  insertionArea(),
  maxSensitivity({ samples: 20 }),
  parameterRandomization(many(10, model)),
  pixelFlipping(),
  sensitivityN({ samples: 20 }),
];

for (const metric of metrics) {
  works[`${metric.name} of one example`] = async (options) =>
    await metric.evaluate(metricContext(model, { input, target: 0 }, { method: lrp(), seed: 1 }), options);
}

for (const [name, work] of Object.entries(works)) {
  Deno.test(`${name} tells how far it is, gives others their turn, and says the same`, async () => {
    const expected = await work({});
    const told: [number, number][] = [];
    let turns = 0;
    const clock = setInterval(() => turns++, 1);
    const found = await work({ onProgress: (done, total) => void told.push([done, total]) });
    clearInterval(clock);
    assertEquals(found, expected);
    assert(turns >= 2, `${turns} turns`);
    assert(told.length >= 2, `${told.length} reports`);
    told.forEach(([done, total], i) => assert(done <= total && done >= (told[i - 1]?.[0] ?? 0), `${told}`));
    const [done, total] = told.at(-1)!;
    assertEquals(done, total);
  });

  Deno.test(`${name} stops at a signal`, async () => {
    const controller = new AbortController();
    const reason = new Error("enough");
    let before = NaN;
    setTimeout(() => {
      before = steps;
      controller.abort(reason);
    }, 50);
    const error = await assertRejects(() => work({ signal: controller.signal }), Error);
    assert(error === reason);
    // A timer fires in a turn, and after the turn no step is taken.
    assert(steps - before <= 1, `${steps - before} steps`);
    const rejected = await assertRejects(() => work({ signal: AbortSignal.abort(reason) }), Error);
    assert(rejected === reason);
  });
}
