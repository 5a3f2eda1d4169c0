import type { Explainable, Method } from "../attribution/mod.ts";
import { LONG_WORK_OPTIONS, longWork, type LongWorkOptions } from "../long_work.ts";
import { requireOptions } from "../options.ts";
import { randomGenerator } from "../random.ts";
import { type BootstrapInterval, bootstrapMean, pairedTest } from "./bootstrap.ts";
import type { Metric } from "./metric.ts";
import { type EvaluationExample, metricContextSteps } from "./probe.ts";
import { Table } from "./table.ts";

/** What methods are compared on. */
export interface ComparisonData<Input> extends LongWorkOptions {
  /** The network. */
  readonly model: Explainable<Input>;
  /** The examples. */
  readonly examples: readonly EvaluationExample<Input>[];
  /** Seed of random changes and of the bootstrap. Default 0. */
  readonly seed?: number;
  /** Edge of the square regions that are the units of an image. Default 1. */
  readonly region?: number;
  /** The method that the others are tested against, by its place. Default: the first. */
  readonly reference?: number;
}

/** One method judged by one metric. */
export interface ComparisonResult extends BootstrapInterval {
  /** The name of the method. */
  readonly method: string;
  /** The name of the metric. */
  readonly metric: string;
  /** Which numbers are better. */
  readonly direction: Metric["direction"];
  /** On how many examples the metric was defined. */
  readonly count: number;
  /** The numbers, one per example; undefined where the metric was not defined. */
  readonly values: readonly (number | undefined)[];
  /** p of the paired test against the reference, not corrected for many tests; undefined for the reference itself. */
  readonly p: number | undefined;
}

/** Methods judged by metrics. */
export class Comparison {
  /** One result per method and metric, metrics of a method together. */
  readonly results: readonly ComparisonResult[];
  /** The name of the method that the others were tested against. */
  readonly reference: string;

  /** Keeps the results. */
  constructor(results: readonly ComparisonResult[], reference: string) {
    this.results = Object.freeze([...results]);
    this.reference = reference;
  }

  /**
   * The result of a method and a metric.
   *
   * @throws {RangeError} If there is no such result.
   */
  result(method: string, metric: string): ComparisonResult {
    const found = this.results.find((result) => result.method === method && result.metric === metric);
    if (found) return found;
    throw new RangeError(
      `Cannot look up a result: method and metric must have been compared, got ${method}, ${metric}`,
    );
  }

  /** One row per method and one column per metric: mean and 95 % interval, a star where p < 0.05. */
  table({ title = "Comparison of methods", digits = 3 }: { title?: string; digits?: number } = {}): Table {
    const methods = [...new Set(this.results.map(({ method }) => method))];
    const metrics = [...new Set(this.results.map(({ metric }) => metric))];
    const cell = ({ mean, low, high, p, count }: ComparisonResult): string => {
      if (count === 0) return "–";
      const [m, l, h] = [mean, low, high].map((value) =>
        Math.abs(value) < 1e5 ? value.toFixed(digits) : value.toExponential(digits)
      );
      return `${m} [${l}, ${h}]${p !== undefined && p < 0.05 ? " *" : ""}`;
    };
    const arrow = (metric: string): string =>
      this.results.find((result) => result.metric === metric)!.direction === "higher" ? "↑" : "↓";
    return new Table({
      title,
      columns: ["method", ...metrics.map((metric) => `${metric} ${arrow(metric)}`)],
      rows: methods.map((method) => [method, ...metrics.map((metric) => cell(this.result(method, metric)))]),
      note: `Mean and 95 % bootstrap interval over examples. ↑ higher, ↓ lower is better. ` +
        `* differs from ${this.reference}: paired sign-flip test, p < 0.05, not corrected for many tests.`,
    });
  }

  /** All results with their numbers, one row each, for spreadsheets. */
  toCSV(): string {
    return new Table({
      title: "",
      columns: ["method", "metric", "direction", "count", "mean", "low", "high", "p"],
      rows: this.results.map(({ method, metric, direction, count, mean, low, high, p }) => [
        method,
        metric,
        direction,
        count,
        ...count === 0 ? ["", "", ""] : [mean, low, high],
        p ?? "",
      ]),
    }).toCSV();
  }
}

/**
 * Judges methods by metrics on the same examples: means with bootstrap intervals, and paired tests against one method.
 *
 * Random changes are the same for every method, so that differences are the methods' own. Progress is counted in
 * explanations that have been judged by all metrics.
 *
 * @throws {TypeError} If an option is misspelt or missing.
 * @throws {RangeError} If there is no method, metric or example, or two methods or two metrics have the same name.
 *
 * @example Two methods, one sentence
 * ```ts
 * import { gradientTimesInput, lrp } from "@relprop/lrp/attribution";
 * import { compare, gini } from "@relprop/lrp/evaluation";
 * import { lstmClassifier } from "@relprop/lrp/recurrent";
 * import { tensor, zeros } from "@relprop/lrp/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * const model = lstmClassifier({
 *   layers: [{ forward: { inputWeights: tensor([[0], [0], [1], [0]]), recurrentWeights: zeros([4, 1]) } }],
 *   output: { weights: tensor([[1]]) },
 * });
 * const examples = [{ input: { values: tensor([[2], [0]]) } }];
 * const comparison = await compare([lrp(), gradientTimesInput()], [gini()], { model, examples });
 * assertEquals(comparison.result("LRP", "Gini index").mean, 0.5);
 * ```
 */
export async function compare<Input>(
  methods: readonly Method[],
  metrics: readonly Metric[],
  data: ComparisonData<Input>,
): Promise<Comparison> {
  const required = ["model", "examples"];
  const known = [...required, "seed", "region", "reference", ...LONG_WORK_OPTIONS];
  requireOptions(data, { action: "compare", known, required });
  const { model, examples, seed = 0, region = 1, reference = 0 } = data;
  for (const [what, list] of Object.entries({ methods, metrics, examples })) {
    if (list.length === 0) throw new RangeError(`Cannot compare: ${what} must not be empty, got none`);
  }
  const names = methods.map(({ name }) => name);
  for (const [what, list] of Object.entries({ methods: names, metrics: metrics.map(({ name }) => name) })) {
    const twice = list.find((name, i) => list.indexOf(name) !== i);
    if (twice === undefined) continue;
    throw new RangeError(
      `Cannot compare: ${what} must have different names, got ${JSON.stringify(twice)} twice`,
    );
  }
  if (!methods[reference]) {
    throw new RangeError(
      `Cannot compare: reference must be from 0 to ${methods.length - 1}, got ${reference}`,
    );
  }
  return await longWork(async ({ pause, wait }) => {
    const judged = methods.length * examples.length;
    let done = 0;
    const values = methods.map(() => metrics.map((): (number | undefined)[] => []));
    for (const [i, method] of methods.entries()) {
      for (const [index, example] of examples.entries()) {
        const steps = metricContextSteps(model, example, { method, region });
        let step = steps.next();
        for (; !step.done; step = steps.next()) await pause(done, judged);
        const context = step.value;
        for (const [m, metric] of metrics.entries()) {
          await pause(done, judged);
          // A metric's random numbers depend neither on the method nor on the metrics before it.
          const random = randomGenerator(seed + index);
          const evaluate = () => metric.evaluate({ ...context, random }, { signal: data.signal });
          values[i]![m]!.push(await wait(evaluate));
        }
        await pause(++done, judged);
      }
    }
    const results: ComparisonResult[] = [];
    for (const [i, method] of methods.entries()) {
      for (const [m, metric] of metrics.entries()) {
        const others = i === reference ? undefined : values[reference]![m]!;
        results.push(summarize(values[i]![m]!, { method, metric, others, seed }));
        await pause(done, judged);
      }
    }
    return new Comparison(results, names[reference]!);
  }, data);
}

function summarize(
  values: readonly (number | undefined)[],
  { method, metric, others, seed }: {
    method: Method;
    metric: Metric;
    others: readonly (number | undefined)[] | undefined;
    seed: number;
  },
): ComparisonResult {
  const defined = values.filter((value) => value !== undefined);
  const differences = values.flatMap((value, e) =>
    value === undefined || others?.[e] === undefined ? [] : [value - others[e]]
  );
  const interval = defined.length > 0 ? bootstrapMean(defined, { seed }) : { mean: NaN, low: NaN, high: NaN };
  return {
    method: method.name,
    metric: metric.name,
    direction: metric.direction,
    count: defined.length,
    values,
    p: differences.length === 0 ? undefined : pairedTest(differences, { seed }),
    ...interval,
  };
}
