import { assert, assertEquals } from "@std/assert";
import { lrp, type Method, randomAttribution, sensitivity } from "../../lib/attribution/mod.ts";
import {
  bootstrapMean,
  compare,
  Comparison,
  gini,
  infidelity,
  pairedTest,
  pixelFlipping,
  pointingGame,
  Table,
} from "../../lib/evaluation/mod.ts";
import { randomGenerator } from "../../lib/random.ts";
import { tensor } from "../../lib/tensor/mod.ts";
import { assertClose } from "../support/assert_close.ts";
import { assertMessage, assertRejectsWith } from "../support/assert_message.ts";
import { linearModel } from "../support/linear_model.ts";

Deno.test("bootstrap intervals hold the true mean about as often as they say", () => {
  // 4000 studies gave these shares; the test repeats 400 and allows four standard errors.
  const shares = { normal: { 20: 0.921, 60: 0.940 }, exponential: { 20: 0.908, 60: 0.927 } } as const;
  for (const draw of ["normal", "exponential"] as const) {
    for (const count of [20, 60] as const) {
      let held = 0;
      for (let study = 0; study < 400; study++) {
        const random = randomGenerator(1000 + study);
        const values = Array.from(
          { length: count },
          () => draw === "normal" ? random.normal() : -Math.log(1 - random.uniform()),
        );
        const { low, high } = bootstrapMean(values, { resamples: 500, seed: study });
        const truth = draw === "normal" ? 0 : 1;
        if (low <= truth && truth <= high) held++;
      }
      const expected = shares[draw][count], error = Math.sqrt(expected * (1 - expected) / 400);
      assert(Math.abs(held / 400 - expected) < 4 * error, `${draw}, ${count}: ${held / 400}`);
    }
  }
});

Deno.test("bootstrap means of two numbers are three, with known chances", () => {
  // Means 0, 1/2, 1 with chances 1/4, 1/2, 1/4: the middle 40 % are all 1/2.
  assertEquals(bootstrapMean([0, 1], { level: 0.4 }), { mean: 0.5, low: 0.5, high: 0.5 });
  assertEquals(bootstrapMean([0, 1], { level: 0.9 }), { mean: 0.5, low: 0, high: 1 });
  assertMessage(
    () => bootstrapMean([1], { level: 1 }),
    RangeError,
    "Cannot bootstrap: level must be between 0 and 1, got 1",
  );
  assertMessage(
    () => bootstrapMean([1], { resamples: 0 }),
    RangeError,
    "Cannot bootstrap: resamples must be a positive integer, got 0",
  );
});

Deno.test("paired tests count sign patterns", () => {
  // sums of ±1 ±2 ±4: eight different ones; 7 and -7 are as far as 7
  assertEquals(pairedTest([1, 2, 4]), 2 / 8);
  // the given one is 3 = 1 - 2 + 4; as far: ±3, ±5, ±7
  assertEquals(pairedTest([1, -2, 4]), 6 / 8);
  assertEquals(pairedTest([0, 0]), 1);
  // beyond 12 numbers patterns are drawn: of 14 equal differences 2 in 16384 are as far
  assert(pairedTest(new Array(14).fill(1)) < 0.002);
  assertEquals(pairedTest(new Array(40).fill(1)), 1 / 10_000);
  assertMessage(
    () => pairedTest([]),
    RangeError,
    "Cannot test differences: at least one is required, got none",
  );
});

Deno.test("p values of paired tests are uniform when nothing differs", () => {
  let below = 0;
  for (let study = 0; study < 300; study++) {
    const random = randomGenerator(study);
    if (
      pairedTest(Array.from({ length: 20 }, () => random.normal()), { resamples: 199, seed: study }) <= 0.05
    ) below++;
  }
  // 5 % of 300 with a standard deviation of 3.8
  assert(below >= 4 && below <= 27, `${below} of 300`);
});

const model = linearModel([[3, 1, -2], [0, 0, 0]]);
const random = randomGenerator(2);
const examples = Array.from({ length: 20 }, () => ({
  input: { values: tensor(Array.from({ length: 3 }, () => [random.normal()])), tokens: ["a", "b", "c"] },
  target: 0 as const,
}));
const methods = [lrp(), sensitivity(), randomAttribution({ seed: 4 })];

Deno.test("compare() judges methods on the same examples", async () => {
  const comparison = await compare(methods, [pixelFlipping(), infidelity(), pointingGame()], {
    model,
    examples,
  });
  assertEquals(comparison.reference, "LRP");
  const exact = comparison.result("LRP", "Infidelity"),
    squared = comparison.result("Sensitivity", "Infidelity");
  assertClose(exact.mean, 0, { absolute: 1e-20 });
  assert(squared.mean > 1 && squared.low > 0 && squared.p! < 0.01);
  assertEquals([exact.p, exact.count], [undefined, 20]);
  assertEquals(comparison.result("LRP", "Pointing game").count, 0); // no gold
  const again = await compare(methods, [infidelity()], { model, examples });
  assertEquals(again.result("Sensitivity", "Infidelity"), squared); // whatever else is compared
  const table = comparison.table({ digits: 2 });
  assertEquals(table.columns, ["method", "AOPC ↑", "Infidelity ↓", "Pointing game ↑"]);
  assertEquals(table.rows.map((row) => row[3]), ["–", "–", "–"]);
  assertEquals(table.rows[0]![2], "0.00 [0.00, 0.00]");
  assert(table.rows[1]![2]!.endsWith(" *"));
  assertEquals(comparison.toCSV().split("\n")[0], "method,metric,direction,count,mean,low,high,p");
  assertMessage(
    () => comparison.result("LRP", "Gini index"),
    RangeError,
    "Cannot look up a result: method and metric must have been compared, got LRP, Gini index",
  );
});

Deno.test("tables write very large numbers with a power of ten", () => {
  const result = { method: "A", metric: "B", direction: "lower", mean: 123456, low: 2, high: 3e9 } as const;
  const comparison = new Comparison([{ ...result, count: 1, values: [123456], p: undefined }], "A");
  assertEquals(comparison.table({ digits: 1 }).rows, [["A", "1.2e+5 [2.0, 3.0e+9]"]]);
});

Deno.test("compare() says what it cannot compare", async () => {
  const data = { model, examples };
  await assertRejectsWith(
    () => compare([], [gini()], data),
    RangeError,
    "Cannot compare: methods must not be empty, got none",
  );
  await assertRejectsWith(
    () => compare(methods, [], data),
    RangeError,
    "Cannot compare: metrics must not be empty, got none",
  );
  await assertRejectsWith(
    () => compare([lrp(), lrp({ epsilon: 1 })], [gini()], data),
    RangeError,
    'Cannot compare: methods must have different names, got "LRP" twice',
  );
  await assertRejectsWith(
    () => compare(methods, [pixelFlipping(), gini(), pixelFlipping({ fill: "mean" })], data),
    RangeError,
    'Cannot compare: metrics must have different names, got "AOPC" twice',
  );
  await assertRejectsWith(
    () => compare(methods, [gini()], { ...data, reference: 3 }),
    RangeError,
    "Cannot compare: reference must be from 0 to 2, got 3",
  );
  await assertRejectsWith(
    () => compare([lrp as unknown as Method], [gini()], data),
    TypeError,
    "Cannot judge a method: method must be made by a call such as lrp(), got the function lrp",
  );
  await assertRejectsWith(
    () => compare(methods, [gini()], { ...data, ...{ regions: 3 } }),
    TypeError,
    'Cannot compare: options must be among model, examples, seed, region, reference, onProgress, signal, got "regions"',
  );
});

Deno.test("tables write themselves", async () => {
  const table = new Table({
    title: "T & t",
    columns: ["a_b", "n"],
    rows: [['x, "y" | <z>', 1.5], ["~ρ≥50%", "-2 [1, 3]"]],
    note: "a < b",
  });
  assertEquals(
    table.toText(),
    'T & t\na_b                   n\n------------  ---------\nx, "y" | <z>        1.5\n~ρ≥50%        -2 [1, 3]\na < b',
  );
  assertEquals(
    table.toMarkdown(),
    '**T & t**\n\n| a\\_b | n |\n| --- | ---: |\n| x, "y" \\| \\<z> | 1.5 |\n| ~ρ≥50% | -2 \\[1, 3] |\n\na < b\n',
  );
  assertEquals(
    table.toLaTeX(),
    "% T & t\n\\begin{tabular}{lr}\n\\hline\na\\_b & n \\\\\n\\hline\n" +
      'x, "y" | <z> & 1.5 \\\\\n\\textasciitilde{}$\\rho$$\\ge$50\\% & -2 [1, 3] \\\\\n\\hline\n\\end{tabular}\n% a < b\n',
  );
  assertEquals(table.toCSV(), 'a_b,n\n"x, ""y"" | <z>",1.5\n~ρ≥50%,"-2 [1, 3]"\n');
  const html = table.toHTML();
  assert(html.includes("<b>T &amp; t</b>") && html.includes("x, &quot;y&quot; | &lt;z&gt;"));
  assertEquals(Object.keys(await table.toBundle()), ["text/html", "text/markdown", "text/plain"]);
  assertMessage(
    () => new Table({ title: "", columns: ["a"], rows: [[1], [1, 2]] }),
    RangeError,
    "Cannot make a table: a row must have 1 cells, got 2 in row 1",
  );
});

Deno.test("tables keep their form whatever their cells hold", () => {
  const table = new Table({
    title: "two\nlines",
    columns: ["語", "n"],
    rows: [["日本語", 1], ["a\nb\u001b[31m", 2], ["\r", 3]],
  });
  // Wide characters take two columns; control characters are shown, not sent.
  assertEquals(table.toText().split("\n").slice(2), [
    "語        n",
    "--------  -",
    "日本語    1",
    "a␊b␛[31m  2",
    "␍         3",
  ]);
  assertEquals(table.toMarkdown().split("\n").slice(-4), [
    "| 日本語 | 1 |",
    "| a␊b␛\\[31m | 2 |",
    "| ␍ | 3 |",
    "",
  ]);
  assertEquals(table.toLaTeX().split("\n")[0], "% two lines");
  assertEquals(table.toCSV().endsWith('"\r",3\n'), true);
});
