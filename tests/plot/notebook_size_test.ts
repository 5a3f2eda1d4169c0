import { assertEquals } from "@std/assert";
import { fileURLToPath } from "node:url";
import { type Notebook, writeNotebook } from "../support/jupyter/notebook.ts";
import { runNotebook } from "../support/jupyter/run_notebook.ts";
import { projectRoot } from "../support/project_root.ts";

const FIGURES = [
  `import { barChart, initNotebook, timeUnitMap, wordHeatmap } from "@relprop/lrp/plot";
const wave = Array.from({ length: 28 }, (_, i) => Array.from({ length: 28 }, (_, k) => Math.sin(i / 3) * Math.cos(k / 4)));
const words = Array.from({ length: 30 }, (_, i) => "word" + i);
const numbers = words.map((_, i) => Math.sin(i));`,
  "await timeUnitMap({ wave }).show();",
  `await barChart(words.slice(0, 8), numbers.slice(0, 8)).show();`,
  `await wordHeatmap(words, numbers).show();`,
  `await wordHeatmap(words, { one: numbers, two: numbers.map((x) => -x) }).show();`,
];

/** The size of a notebook on disk after a run in the kernel. */
async function sizeAfterRun(cells: readonly string[]): Promise<number> {
  const cache = new URL(".cache/", projectRoot);
  await Deno.mkdir(cache, { recursive: true });
  const path = new URL(`file://${await Deno.makeTempFile({ dir: fileURLToPath(cache), suffix: ".ipynb" })}`);
  const code = (source: string) => ({
    cell_type: "code" as const,
    source,
    metadata: {},
    execution_count: null,
    outputs: [],
  });
  const notebook: Notebook = { cells: cells.map(code), metadata: {}, nbformat: 4, nbformat_minor: 4 };
  try {
    await writeNotebook(path, notebook);
    const run = await runNotebook(path);
    assertEquals(run.failure, undefined);
    await writeNotebook(path, run.notebook);
    return (await Deno.stat(path)).size;
  } finally {
    await Deno.remove(path);
  }
}

Deno.test("a notebook with four figures takes less than 200 kB, and less than 900 kB when they are interactive", async () => {
  const plain = await sizeAfterRun(FIGURES);
  assertEquals(plain < 200_000, true, `${plain} bytes`);
  const interactive = await sizeAfterRun([...FIGURES, "await initNotebook();"]);
  assertEquals(interactive < 900_000, true, `${interactive} bytes`);
});
