/**
 * Compares every rule with the live peers, and writes the table that stands in this folder:
 *
 *     python tests/peers/make_cases.py FOLDER && deno run -A tests/peers/compare.ts FOLDER
 */
// deno-lint-ignore-file no-console
import { writeNpz } from "../../lib/io/mod.ts";
import { networkCases } from "./network_cases.ts";
import { LAYER_RULES } from "./layer_rules.ts";
import { propagate } from "../../lib/rules/mod.ts";
import { layerOf } from "../support/peer_layers.ts";
import { largestError } from "../support/assert_close.ts";
import { type PeerCase, PeerFile, type Position } from "./peer_file.ts";

/** What the comparison of one rule found. */
interface Row {
  cases: number;
  largest: number;
}

const folder = Deno.args[0];
const file = await PeerFile.open(folder);
const rows = new Map<string, Row>();

function note(group: string, name: string, differences: readonly number[]): void {
  const key = `${group}|${name}`;
  const row = rows.get(key) ?? { cases: 0, largest: 0 };
  row.cases++;
  row.largest = Math.max(row.largest, ...differences);
  rows.set(key, row);
}

function compareLayer(given: PeerCase): void {
  const layer = layerOf(given.kind, given.options, file.named(given.parameters));
  const inputs = given.inputs.map((at) => file.array(at));
  for (const [name, expected] of Object.entries(given.expected)) {
    const rule = LAYER_RULES[name];
    if (rule === undefined) throw new Error(`no rule stands for ${name}`);
    const found = propagate(layer, rule, { inputs, relevance: file.array(given.seed!) }).inputs;
    note(
      "layer",
      name,
      expected.map((at: Position, i: number) => largestError(found[i], file.array(at)).scaled),
    );
  }
}

let compared = 0;
for (const given of file.cases) {
  if (given.group === "layer") compareLayer(given);
  else {for (const { name, difference } of await networkCases(file, given)) {
      note(given.group, name, [difference]);
    }}
  compared++;
}

const layers = file.cases.filter(({ group }) => group === "layer").length;
const networks = file.cases.filter(({ group }) => group === "network").length;
const table = (group: string): string[] => [
  "| peer | cases | largest difference |",
  "| --- | ---: | ---: |",
  ...[...rows].filter(([key]) => key.startsWith(`${group}|`)).map(([key, { cases, largest }]) =>
    `| ${key.split("|")[1]} | ${cases} | ${largest.toExponential(1)} |`
  ),
];
const versions = Object.entries(file.versions).map(([name, version]) => `${name} ${version}`).join(", ");
const text = [
  "# Comparison with the peers",
  "",
  `${layers} random layers and ${networks} random networks, float64, explained by ${versions} and by this project.`,
  "The difference is the largest of an array, divided by the largest number of that array; the worst case of each row is shown.",
  "Where z is close to -ε or 0, the quotient magnifies rounding: the largest differences of the epsilon rule.",
  "captum explains with its batches and we with ours; its SmoothGrad, VarGrad and GradientShap were given our random numbers. Its occlusion averages windows in float32. Its DeepLIFT works out the multipliers of a max pooling as we do, but with",
  "this torch they do not reach the layer below, and its shares miss the difference of the scores; without max pooling both",
  "agree.",
  "Made by `make_cases.py` and `compare.ts` in this folder.",
  "",
  "## Rules on random layers",
  "",
  ...table("layer"),
  "",
  "## Random networks",
  "",
  ...table("network"),
  "",
  "## The networks that ship with the project",
  "",
  ...table("shipped"),
  "",
].join("\n");
await Deno.writeTextFile(new URL("TABLE.md", import.meta.url), text);
// What the tests keep of the networks that ship with the project.
const kept = file.cases.filter(({ group }) => group === "shipped").flatMap((
  { kind, inputs, seed, expected },
) => [
  [`${kind} input`, file.array(inputs[0])] as const,
  [`${kind} seed`, file.array(seed!)] as const,
  ...Object.entries(expected).map(([name, [at]]) => [`${kind} ${name}`, file.array(at)] as const),
]);
await Deno.writeFile(
  new URL("../fixtures/peers/shipped.npz", import.meta.url),
  await writeNpz(Object.fromEntries(kept)),
);
console.log(text);
console.log(`${compared} cases compared`);
