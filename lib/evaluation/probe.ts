import {
  type EncodedInput,
  explain,
  type Explainable,
  type Method,
  type Target,
} from "../attribution/mod.ts";
import type { ResolvedTarget } from "../attribution/mod.ts";
import { explainBatch } from "../attribution/explain_run.ts";
import { requireMethod } from "../attribution/require_method.ts";
import { requireOptions } from "../options.ts";
import { randomGenerator } from "../random.ts";
import { RecurrentClassifier } from "../recurrent/mod.ts";
import { contiguous, tensor } from "../tensor/mod.ts";
import type { MetricContext } from "./metric.ts";
import { unitRelevance, unitsOf } from "./units.ts";

/** What is read off the network: the explained score, or its probability under the softmax over all scores. */
export type Reading = "score" | "probability";

/** Asks the network and the method about changed inputs. */
export interface Probe {
  /** The numbers of the input, row-major. They are not to be changed. */
  readonly values: Float64Array;
  /** The places of each unit in the numbers. */
  readonly units: readonly Int32Array[];
  /** Runs the network on other numbers and reads what the target is worth. */
  read(values: Float64Array, reading?: Reading): number;
  /** Explains other numbers, or another target, by the same method, `[U]`. */
  explain(values: Float64Array, target?: Target): ArrayLike<number>;
  /** Explains the same input by the same method in another network, `[U]`. */
  explainIn(model: Explainable<EncodedInput>): ArrayLike<number>;
}

/** One example to judge explanations by. */
export interface EvaluationExample<Input> {
  /** The input. */
  readonly input: Input;
  /** What is explained. Default `"predicted"`. */
  readonly target?: Target;
  /** Which units are evidence, `[U]`. */
  readonly gold?: ArrayLike<number | boolean>;
  /** What each unit is known to contribute, `[U]`. */
  readonly known?: ArrayLike<number>;
}

/**
 * Explains one example and prepares what metrics look at.
 *
 * @param options.method The method that is judged.
 * @param options.seed Seed of random changes. Default 0.
 * @param options.region Edge of the square regions that are the units of an image. Default 1: pixels.
 *
 * @example A metric of one sentence
 * ```ts
 * import { sensitivity } from "@relprop/lrp/attribution";
 * import { gini, metricContext } from "@relprop/lrp/evaluation";
 * import { lstmClassifier } from "@relprop/lrp/recurrent";
 * import { tensor, zeros } from "@relprop/lrp/tensor";
 * import { assertAlmostEquals } from "@std/assert";
 *
 * const model = lstmClassifier({
 *   layers: [{ forward: { inputWeights: tensor([[0], [0], [1], [0]]), recurrentWeights: zeros([4, 1]) } }],
 *   output: { weights: tensor([[1]]) },
 * });
 * const context = metricContext(model, { input: { values: tensor([[2]]) } }, { method: sensitivity() });
 * assertAlmostEquals((await gini().evaluate(context))!, 0, 1e-15); // one token alone is no concentration
 * ```
 */
export function metricContext<Input>(
  model: Explainable<Input>,
  example: EvaluationExample<Input>,
  options: { readonly method: Method; readonly seed?: number; readonly region?: number },
): MetricContext {
  const action = "prepare an example";
  requireOptions(options, { action, known: ["method", "seed", "region"], required: ["method"] });
  const steps = metricContextSteps(model, example, options);
  let step = steps.next();
  while (!step.done) step = steps.next();
  return step.value;
}

/** The same for work that pauses between runs of the network. */
export function* metricContextSteps<Input>(
  model: Explainable<Input>,
  example: EvaluationExample<Input>,
  { method, seed = 0, region = 1 }: {
    readonly method: Method;
    readonly seed?: number;
    readonly region?: number;
  },
): Generator<undefined, MetricContext> {
  requireMethod(method, "judge a method");
  const { input, target = "predicted", gold, known } = example;
  const encoded = model.encode(input);
  const same = encodedModel(model);
  // Methods that ask the network many times pause between the runs.
  const attribution = method.attributeAll
    ? (yield* explainBatch(same, [encoded], { method, target }))[0]!
    : explain(same, encoded, { method, target });
  const units = unitsOf(encoded, region);
  const values = contiguous(encoded.values);
  const shaped = (numbers: Float64Array): EncodedInput => ({
    ...encoded,
    values: tensor(numbers.slice(), encoded.values.shape),
  });
  const explained = (
    where: Explainable<EncodedInput>,
    what: EncodedInput,
    of: Target,
  ): ArrayLike<number> => unitRelevance(explain(where, what, { method, target: of }).relevance, units);
  // Changed inputs are explained for the class that was explained, whatever they are predicted to be.
  const fixed = { weights: attribution.target.weights };
  return {
    relevance: unitRelevance(attribution.relevance, units),
    ...(gold && { gold }),
    ...(known && { known }),
    attribution,
    random: randomGenerator(seed),
    probe: {
      values,
      units,
      read: (numbers, reading = "score") =>
        readTarget(model.forward(shaped(numbers)).scores, attribution.target, reading),
      explain: (numbers, other) => explained(same, shaped(numbers), other ?? fixed),
      explainIn: (other) => explained(other, encoded, fixed),
    },
  };
}

/** A model that takes its own encoded inputs, so that they are looked up once. Recurrent nets do so anyway. */
export function encodedModel<Input>(model: Explainable<Input>): Explainable<EncodedInput> {
  if (model instanceof RecurrentClassifier) return model;
  return {
    labels: model.labels,
    encode: (input) => input,
    forward: (input) => model.forward(input),
    ...model.forwardAll && { forwardAll: (inputs) => model.forwardAll!(inputs) },
  };
}

function readTarget(scores: Float64Array, { weights }: ResolvedTarget, reading: Reading): number {
  let highest = -Infinity, total = 0, sum = 0;
  for (const score of scores) highest = Math.max(highest, score);
  scores.forEach((score, k) => {
    const value = reading === "score" ? score : Math.exp(score - highest);
    total += value;
    if (weights[k] !== 0) sum += weights[k]! * value;
  });
  return reading === "score" ? sum : sum / total;
}
