import { assert, assertEquals } from "@std/assert";
import { lrp } from "../../lib/attribution/mod.ts";
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
  type Metric,
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
import { assertRejectsWith } from "../support/assert_message.ts";
import { linearModel } from "../support/linear_model.ts";

const model = linearModel([[3, 1, -2], [0, 0, 0]]);
const input = { values: tensor([[1], [2], [0.5]]), tokens: ["a", "b", "c"] };
const context = metricContext(model, { input, target: 0 }, { method: lrp() });

Deno.test("every metric names its direction, category and source", () => {
  const metrics: Metric[] = [
    areaBetweenCurves(),
    comprehensiveness(),
    conservationGap(),
    deletionArea(),
    effectiveComplexity(),
    entropy(),
    faithfulnessCorrelation(),
    gini(),
    infidelity(),
    insertionArea(),
    knownCorrelation(),
    maxSensitivity(),
    parameterRandomization([model]),
    pixelFlipping(),
    pixelFlipping({ order: "least" }),
    pointingGame(),
    randomLogit(),
    relevanceMass(),
    sensitivityN(),
    sufficiency(),
    tokenAuprc(),
    tokenF1(),
  ];
  assertEquals(new Set(metrics.map(({ name }) => name)).size, metrics.length);
  for (const { name, direction, category, source } of metrics) {
    assert(["higher", "lower"].includes(direction), name);
    assert(category.length > 0 && /\d{4}$/.test(source), name);
  }
});

Deno.test("options out of range say so", async () => {
  const cases: [() => unknown, string][] = [
    [() => pixelFlipping({ steps: 0 }), "Cannot flip pixels: steps must be a positive integer, got 0"],
    [
      () => areaBetweenCurves({ perStep: 0.5 }),
      "Cannot flip pixels: perStep must be a positive integer, got 0.5",
    ],
    [
      () => pixelFlipping({ fill: "blur" as "zero" }).evaluate(context),
      'Cannot change the input: fill must be one of zero, mean, uniform, flip, got "blur"',
    ],
    [
      () => comprehensiveness({ shares: [0.5, 2] }),
      "Cannot measure comprehensiveness: shares must be above 0 and at most 1, got 2",
    ],
    [
      () => sufficiency({ shares: [] }),
      "Cannot measure sufficiency: shares must be above 0 and at most 1, got none",
    ],
    [() => tokenF1({ k: 0 }), "Cannot measure token F1: k must be a positive integer, got 0"],
    [
      () => effectiveComplexity({ share: -1 }),
      "Cannot measure effective complexity: share must be from 0 to 1, got -1",
    ],
    [() => sensitivityN({ n: 0 }), "Cannot measure sensitivity-n: n must be a positive integer, got 0"],
    [
      () => sensitivityN({ samples: 0 }),
      "Cannot measure sensitivity-n: samples must be a positive integer, got 0",
    ],
    [
      () => faithfulnessCorrelation({ share: 1 }),
      "Cannot measure faithfulness correlation: share must be between 0 and 1, got 1",
    ],
    [
      () => infidelity({ samples: 0 }),
      "Cannot measure infidelity: samples must be a positive integer, got 0",
    ],
    [
      () => maxSensitivity({ radius: 0 }),
      "Cannot measure max-sensitivity: radius must be a number above 0, got 0",
    ],
    [
      () => maxSensitivity({ samples: 0 }),
      "Cannot measure max-sensitivity: samples must be a positive integer, got 0",
    ],
    [
      () => parameterRandomization([]),
      "Cannot measure parameter randomization: at least one model is required, got none",
    ],
  ];
  for (const [call, message] of cases) await assertRejectsWith(call, RangeError, message);
});
