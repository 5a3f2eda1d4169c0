/**
 * The table of rules by layers that README and `lib/rules/TABLE.md` show, made from what the code does:
 *
 *     deno run --allow-read --allow-write tests/support/rule_table.ts && deno fmt README.md lib/rules/TABLE.md
 */
import { UnsupportedLayerError } from "../../lib/errors.ts";
import { eagerOps } from "../../lib/ops/mod.ts";
import { randomGenerator } from "../../lib/random.ts";
import { propagate, type Rule } from "../../lib/rules/mod.ts";
import { layerCases, randomTensor } from "./layer_cases.ts";
import { RULE_CASES } from "./rule_cases.ts";

/** Rules by what they are called, each once. */
const SHOWN: Readonly<Record<string, string>> = {
  "zero": "zero",
  "epsilon": "epsilon",
  "epsilon, all shared": "epsilon, bias and stabilizer shared",
  "gamma": "gamma",
  "z-plus": "z-plus",
  "alpha-beta": "alpha-beta",
  "w-square": "w-square",
  "flat": "flat",
  "z-box": "z-box",
  "norm": "norm",
  "pass": "pass",
  "winner take all": "winner take all",
  "shared ties": "shared ties",
  "uniform": "uniform",
  "product all": "product all, half, prop, abs",
  "matmul": "bilinear (AttnLRP, CP-LRP)",
  "softmax": "softmax Taylor (AttnLRP)",
  "normalization": "fixed deviation",
  "guided": "guided backpropagation",
  "deconvnet": "deconvnet",
  "gradient": "gradient",
  "stop": "stop",
};

/** The columns: the kinds of layers that need a rule. */
export const GROUPS: Readonly<Record<string, readonly string[]>> = {
  "dense": ["dense"],
  "convolutions": ["convolution", "transposedConvolution"],
  "average, sum pooling": ["averagePooling", "sumPooling", "adaptiveAveragePooling", "meanPooling"],
  "sum": ["add"],
  "batch norm, scale": ["batchNorm", "scale"],
  "layer, RMS, group norm": ["layerNorm", "rmsNorm", "groupNorm"],
  "max pooling": ["maxPooling"],
  "activations": ["relu", "leakyRelu", "elu", "gelu", "silu", "sigmoid", "tanh", "softplus", "clip"],
  "product": ["multiply"],
  "matmul": ["matmul"],
  "softmax": ["softmax"],
  "rotary": ["rotary"],
};

function defined(rule: Rule, kinds: readonly string[]): boolean {
  const random = randomGenerator(1);
  return layerCases().filter(({ layer }) => kinds.includes(layer.kind)).every(({ layer, inputs }) => {
    const values = inputs.map((shape) => randomTensor(random, shape));
    const relevance = randomTensor(random, layer.forward(eagerOps, values).shape);
    try {
      propagate(layer, rule, { inputs: values, relevance });
      return true;
    } catch (error) {
      if (error instanceof UnsupportedLayerError) return false;
      throw error;
    }
  });
}

/** The table in Markdown. */
export function ruleTable(): string {
  const columns = Object.keys(GROUPS);
  const rows = Object.entries(SHOWN).map(([name, title]) => {
    const marks = Object.values(GROUPS).map((kinds) => defined(RULE_CASES[name], kinds) ? "✔" : "–");
    return `| ${[title, ...marks].join(" | ")} |`;
  });
  return [
    `| ${["rule", ...columns].join(" | ")} |`,
    `| --- |${columns.map(() => " :-: |").join("")}`,
    ...rows,
  ].join("\n");
}

/** The file that holds the table. */
export const RULE_TABLE_FILE: URL = new URL("../../lib/rules/TABLE.md", import.meta.url);

/** The table in Markdown with what its signs mean. */
function explained(): string[] {
  return [
    "✔ the rule is defined on every layer of the column; – it is not, and says so in an error that names what to use.",
    "Layers that only move values (reshape, transpose, slice, concatenate, dropout) need no rule, embeddings end relevance, and",
    "recurrent layers are steps of the others. Made by `tests/support/rule_table.ts` from what the code does.",
    "",
    ruleTable(),
    "",
  ];
}

/** The whole text of the file. */
export function ruleTableText(): string {
  return ["# Rules by layers", "", ...explained()].join("\n");
}

/** The README, which holds a copy between two markers. */
export const README_FILE: URL = new URL("../../README.md", import.meta.url);

/** A text with the table between its markers; the text itself where it has none. */
export function withRuleTable(text: string): string {
  const [open, close] = ["<!-- rules -->", "<!-- /rules -->"];
  const [start, end] = [text.indexOf(open), text.indexOf(close)];
  if (start < 0 || end < start) return text;
  return `${text.slice(0, start)}${open}\n\n${explained().join("\n")}\n${text.slice(end)}`;
}

if (import.meta.main) {
  await Deno.writeTextFile(RULE_TABLE_FILE, ruleTableText());
  await Deno.writeTextFile(README_FILE, withRuleTable(await Deno.readTextFile(README_FILE)));
}
