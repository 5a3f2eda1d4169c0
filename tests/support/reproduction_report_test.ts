import { assertEquals, assertStringIncludes } from "@std/assert";
import { CLAIMS } from "../../lib/evaluation/claims.ts";
import type { Cell, Notebook } from "./jupyter/notebook.ts";
import { inFullSize, reproductionReport, reproductions } from "./reproduction_report.ts";

const markdown = (source: string): Cell => ({ cell_type: "markdown", source, metadata: {} });
const notebook: Notebook = {
  metadata: {},
  nbformat: 4,
  nbformat_minor: 5,
  cells: [
    markdown("# Toy <task>\n\n**Is it\nso?** Yes."),
    {
      cell_type: "code",
      source: ["const full = false;\n", "await table.show();"],
      metadata: {},
      outputs: [
        { output_type: "stream", name: "stdout", text: "two lines\nof log\n" },
        {
          output_type: "display_data",
          data: { "text/markdown": "| a |", "text/html": "<table></table>" },
          metadata: {},
        },
        {
          output_type: "display_data",
          data: {
            [CLAIMS]: {
              seed: "7",
              claims: [
                {
                  claim: "it adds",
                  published: { value: "2.5", source: "table 1" },
                  ours: "2.4 [2, 3]",
                  holds: true,
                },
                { claim: "it subtracts", ours: "0.1", holds: false },
              ],
            },
          },
          metadata: {},
        },
        {
          output_type: "display_data",
          data: { "text/html": "<img>", "text/plain": "a picture" },
          metadata: {},
        },
      ],
    },
    markdown("## End\n\n**Sources** Arras 2017, _A paper_."),
  ],
};
const silent: Notebook = { ...notebook, cells: [markdown("# Silent")] };
const failure = { cell: 1, source: "", message: "AssertionError: not so\nand more" };
const origin = { date: "2026-01-02", versions: { relprop: "0.1.0" } };

Deno.test("the report has a line per notebook, and holds claims, question, source, tables and log of each notebook", () => {
  const runs = [
    { file: "30_toy.ipynb", notebook, failure: undefined, milliseconds: 12_300 },
    { file: "31_other.ipynb", notebook, failure, milliseconds: 900 },
    { file: "32_silent.ipynb", notebook: silent, failure: undefined, milliseconds: 900 },
  ];
  const report = reproductionReport(runs, origin);
  const lines = report.markdown.split("\n");
  assertEquals(lines[0], "# Reproduction report");
  assertEquals(lines[2], "Made on 2026-01-02 with relprop 0.1.0. Seeds are fixed in the notebooks.");
  assertEquals(
    lines.filter((line) => line.startsWith("| 3")),
    [
      "| 30\\_toy.ipynb | Is it so? | 1 of 2 hold | all checks hold | 12 |",
      "| 31\\_other.ipynb | Is it so? | 1 of 2 hold | cell 1 fails: AssertionError: not so | 1 |",
      "| 32\\_silent.ipynb |  | – | all checks hold | 1 |",
    ],
  );
  assertStringIncludes(
    report.markdown,
    "## Toy <task>\n\n**30_toy.ipynb, all checks hold, 12 s, seed 7.** Arras 2017, A paper.\n\n| a |\n\n```text\ntwo lines\nof log\n```",
  );
  assertStringIncludes(report.html, "<h2>Toy &lt;task&gt;</h2>");
  assertEquals(report.html.split("<table></table>").length, 3);
  assertEquals(report.html.includes("<img>"), false);
  // A name that begins with a number is no number.
  assertStringIncludes(report.markdown, "| --- | --- | ---: | --- | ---: |");
});

Deno.test("the notebooks numbered 30 to 39 are reproductions", () => {
  const files = [
    "notebooks/31_b.ipynb",
    "notebooks/02_a.ipynb",
    "notebooks/30_c.ipynb",
    "notebooks/data/30_d.ipynb",
  ];
  assertEquals(reproductions(files), ["notebooks/30_c.ipynb", "notebooks/31_b.ipynb"]);
});

Deno.test("the full size is a switch in the notebook", () => {
  assertEquals(inFullSize(notebook).cells[1]!.source, "const full = true;\nawait table.show();");
  assertEquals(inFullSize(notebook).cells[0]!.source, notebook.cells[0]!.source);
});
