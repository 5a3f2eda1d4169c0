import { described } from "../described.ts";
import { requireOptions } from "../options.ts";

/** The options of a rule by name: their values where there are only a few. */
export type RuleOptionChoices = Readonly<Record<string, readonly unknown[] | "any">>;

/** Options that most rules share. */
export const STABILIZED: RuleOptionChoices = { stabilizer: "any", dialect: "any" };

/** Options of rules in which the bias takes part. */
export const LINEAR: RuleOptionChoices = { ...STABILIZED, bias: ["keep", "ignore"] };

/** Options of rules that can send on what bias and stabilizer absorb. */
export const SHARING: RuleOptionChoices = { ...LINEAR, biasFactor: "any" };

/** What rules by signs can look at. */
export const SIGNS: readonly string[] = ["inputs and weights", "weights"];

/** Throws if an option of a rule is misspelt, missing, or has not one of its few values. */
export function requireRuleOptions(
  rule: string,
  options: object,
  { choices, required = [] }: { choices: RuleOptionChoices; required?: readonly string[] },
): void {
  const few = Object.entries(choices).filter(([, values]) => values !== "any");
  requireOptions(options, {
    action: `make ${rule} rule`,
    known: Object.keys(choices),
    required,
    choices: Object.fromEntries(few) as Record<string, readonly unknown[]>,
  });
  const { biasFactor = 0 } = options as { biasFactor?: number };
  if (!(Number.isFinite(biasFactor) && biasFactor >= 0 && biasFactor <= 1)) {
    throw new RangeError(
      `Cannot make ${rule} rule: biasFactor must be from 0 to 1, got ${described(biasFactor)}`,
    );
  }
}
