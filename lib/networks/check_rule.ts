import { described } from "../described.ts";
import { ShapeError, UnsupportedLayerError } from "../errors.ts";
import { eagerOps as ops } from "../ops/mod.ts";
import { requireOptions } from "../options.ts";
import { randomGenerator } from "../random.ts";
import {
  alphaBetaRule,
  epsilonRule,
  flatRule,
  gammaRule,
  passRule,
  propagate,
  type Rule,
  type Shares,
  wSquareRule,
  zeroRule,
  zPlusRule,
} from "../rules/mod.ts";
import { requireRule } from "../rules/rule.ts";
import { exactSum } from "../statistics.ts";
import { contiguous, type Tensor } from "../tensor/mod.ts";
import { formatTable, htmlTable } from "../rules/table.ts";
import { type RuleTrial, ruleTrials } from "./rule_trials.ts";
import { total } from "./total.ts";

/** What {@linkcode checkRule} found out about one law. */
export interface RuleFinding {
  /** The law, such as `linear in the relevance`. */
  readonly law: string;
  /** Whether the rule keeps it in all trials. */
  readonly kept: boolean;
  /** By how much it is broken at most, relative to the relevance in flow, or what else there is to say. */
  readonly detail: string;
}

const HEAD = ["law", "kept", "detail"];

/** The laws that a rule keeps and breaks. */
export class RuleReport {
  /** The name of the rule. */
  readonly rule: string;
  /** The kinds of layers that it answered for. */
  readonly layers: readonly string[];
  /** One finding per law. */
  readonly findings: readonly RuleFinding[];

  /** Puts the parts together. */
  constructor(rule: string, layers: readonly string[], findings: readonly RuleFinding[]) {
    this.rule = rule;
    this.layers = Object.freeze([...layers]);
    this.findings = Object.freeze([...findings]);
  }

  /** Whether a law is kept. */
  keeps(law: string): boolean {
    return this.findings.find((finding) => finding.law === law)?.kept ?? false;
  }

  /** The findings as a table for a terminal. */
  toString(): string {
    return `rule "${this.rule}" on ${this.layers.join(", ")}\n${formatTable(HEAD, this.#cells())}`;
  }

  /** What a notebook shows when a cell ends with a report. */
  [Symbol.for("Jupyter.display")](): Record<string, string> {
    return { "text/html": htmlTable(HEAD, this.#cells()), "text/plain": this.toString() };
  }

  #cells(): string[][] {
    return this.findings.map(({ law, kept, detail }) => [law, kept ? "yes" : "no", detail]);
  }
}

const size = (x: Tensor): number => exactSum(contiguous(x).map(Math.abs));
const flow = (parts: readonly Tensor[]): number => Math.max(...parts.map(size), Number.MIN_VALUE);
const distance = (a: readonly Tensor[], b: readonly Tensor[]): number =>
  Math.max(...a.map((x, i) => size(ops.subtract(x, b[i])))) / flow([...a, ...b]);

/** The rules that a rule is compared with. */
const KNOWN: readonly Rule[] = [
  zeroRule(),
  epsilonRule(),
  zPlusRule(),
  gammaRule(),
  alphaBetaRule(),
  flatRule(),
  wSquareRule(),
  passRule(),
];

/** What counts as rounding, relative to the relevance in flow. */
const ROUNDING = 1e-10;

/**
 * Tries a rule on small random layers of every family, and says which laws it keeps: shapes, finite numbers, the sum of
 * relevance (conservation) and its account, linearity, one example at a time, sign, and with which known rules it agrees.
 *
 * @param options.trials How many sets of layers. Default 5.
 * @param options.seed The seed of the random numbers. Default 0.
 * @throws {TypeError} If this is no rule, or an option is not known.
 * @throws {RangeError} If `trials` is no positive integer.
 * @throws {UnsupportedLayerError} If the rule is defined on none of the layers.
 *
 * @example A rule that forgets to divide
 * ```ts
 * import { checkRule } from "@relprop/lrp/networks";
 * import { customRule } from "@relprop/lrp/rules";
 * import { assertEquals } from "@std/assert";
 *
 * const rule = customRule("no quotient", ({ ops, input, layer, relevance }) =>
 *   ops.multiply(input, layer.pullback(relevance)));
 * const report = checkRule(rule);
 * assertEquals(report.keeps("linear in the relevance"), true);
 * assertEquals(report.keeps("conserves without bias"), false);
 * ```
 */
export function checkRule(rule: Rule, options: { trials?: number; seed?: number } = {}): RuleReport {
  requireOptions(options, { action: "check a rule", known: ["trials", "seed"] });
  requireRule(rule, "check a rule");
  const { trials = 5 } = options;
  if (!(Number.isInteger(trials) && trials > 0)) {
    throw new RangeError(`Cannot check a rule: trials must be a positive integer, got ${described(trials)}`);
  }
  try {
    return examine(rule, options);
  } catch (error) {
    if (!(error instanceof ShapeError)) throw error;
    const finding = { law: "gives the shapes of the inputs", kept: false, detail: error.message };
    return new RuleReport(rule.name, [error.where], [finding]);
  }
}

function examine(rule: Rule, options: { trials?: number; seed?: number }): RuleReport {
  const random = randomGenerator(options.seed ?? 0);
  const answered: RuleTrial[] = [];
  for (let k = 0; k < (options.trials ?? 5); k++) {
    answered.push(...ruleTrials(random).filter((trial) => defined(rule, trial)));
  }
  if (answered.length === 0) {
    throw new UnsupportedLayerError(
      `Cannot check rule "${rule.name}": it must be defined on a layer, got none of ${
        [...new Set(ruleTrials(random).map(({ layer }) => layer.kind))].join(", ")
      }`,
      { layer: "any", rule: rule.name },
    );
  }
  const run = ({ layer, ...point }: RuleTrial, relevance: Tensor): Shares<Tensor> =>
    propagate(layer, rule, { ...point, relevance });
  const results = answered.map((trial) => ({ trial, shares: run(trial, trial.relevance) }));
  const worst = (of: (result: typeof results[number]) => number): number => Math.max(...results.map(of));
  const findings: RuleFinding[] = [];
  const law = (name: string, amount: number): void => {
    const kept = amount <= ROUNDING;
    findings.push({
      law: name,
      kept,
      detail: kept ? "" : `off by up to ${amount.toExponential(1)} of the flow`,
    });
  };
  const shapes = results.every(({ trial, shares }) => shares.inputs.length === trial.inputs.length);
  findings.push({ law: "gives the shapes of the inputs", kept: shapes, detail: "" });
  const finite = results.every(({ shares }) =>
    shares.inputs.every((share) => contiguous(share).every(Number.isFinite))
  );
  findings.push({ law: "gives finite numbers", kept: finite, detail: "" });
  if (!shapes || !finite) return new RuleReport(rule.name, kindsOf(answered), findings);

  const gap = ({ trial, shares }: typeof results[number], parts: readonly Tensor[]): number =>
    Math.abs(exactSum([...shares.inputs, ...parts].map(total)) - total(trial.relevance)) /
    flow([...shares.inputs, trial.relevance]);
  // A stabilizer of 1e-6 takes about that part: it is no loss of the rule.
  const small = (result: typeof results[number]): Tensor[] =>
    spread(result.shares.stabilizer, result.trial.relevance);
  law("conserves with bias", worst((result) => gap(result, small(result))));
  const plain = results.filter(({ trial }) => trial.layer.parameters.bias === undefined);
  if (plain.length > 0) {
    law("conserves without bias", Math.max(...plain.map((result) => gap(result, small(result)))));
  }
  law(
    "accounts for what does not arrive",
    worst((result) =>
      gap(
        result,
        [result.shares.bias, result.shares.stabilizer, result.shares.lost].flatMap((part) =>
          spread(part, result.trial.relevance)
        ),
      )
    ),
  );
  law(
    "linear in the relevance",
    worst(({ trial, shares }) => {
      const other = ops.add(ops.multiply(trial.relevance, -0.5), 0.3);
      const sum = run(trial, ops.add(trial.relevance, ops.multiply(other, 2))).inputs;
      const apart = run(trial, other).inputs.map((share, i) =>
        ops.add(shares.inputs[i], ops.multiply(share, 2))
      );
      return distance(sum, apart);
    }),
  );
  law(
    "treats each example alone",
    worst(({ trial, shares }) => {
      const first = (x: Tensor): Tensor => ops.slice(x, 0, 0, 1);
      const origins = trial.origins?.map((origin) => ({
        ...origin,
        preactivation: first(origin.preactivation),
      }));
      const one = { ...trial, inputs: trial.inputs.map(first), ...origins && { origins } };
      const alone = run(one, first(trial.relevance)).inputs;
      return distance(alone, shares.inputs.map(first));
    }),
  );
  law(
    "keeps the sign of relevance",
    worst(({ trial }) => {
      const { inputs } = run(trial, ops.absolute(trial.relevance));
      return -Math.min(0, ...inputs.flatMap((share) => [...contiguous(share)])) / flow(inputs);
    }),
  );
  const same = KNOWN.filter((known) => results.every(({ trial, shares }) => agrees(known, trial, shares)));
  findings.push({
    law: "agrees with a known rule",
    kept: same.length > 0,
    detail: same.map(({ name }) => name).join(", "),
  });
  return new RuleReport(rule.name, kindsOf(answered), findings);
}

function defined(rule: Rule, { layer, ...point }: RuleTrial): boolean {
  try {
    propagate(layer, rule, point);
    return true;
  } catch (error) {
    if (error instanceof UnsupportedLayerError) return false;
    throw error;
  }
}

function agrees(known: Rule, trial: RuleTrial, shares: Shares<Tensor>): boolean {
  if (!defined(known, trial)) return false;
  const { layer, ...point } = trial;
  const other = propagate(layer, known, point).inputs;
  return other.every((share) => contiguous(share).every(Number.isFinite)) &&
    distance(shares.inputs, other) <= ROUNDING;
}

function spread(part: Tensor | undefined, like: Tensor): Tensor[] {
  return part === undefined ? [] : [ops.expandLike(part, like)];
}

function kindsOf(trials: readonly RuleTrial[]): string[] {
  return [...new Set(trials.map(({ layer }) => layer.kind))];
}
