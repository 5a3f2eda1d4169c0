import { assert, assertEquals } from "@std/assert";
import { projectRoot } from "../support/project_root.ts";
import { findForeignText } from "../support/foreign_text.ts";
import { checkNotebooks } from "../support/jupyter/check_notebooks.ts";
import { codeCells, readNotebook } from "../support/jupyter/notebook.ts";
import { outputDifference } from "../support/jupyter/output_difference.ts";
import { runNotebook } from "../support/jupyter/run_notebook.ts";
import { projectFiles, readText } from "../support/project_files.ts";
import { missingShared } from "../support/shared.ts";

/** Many times what a notebook takes on an idle machine: it runs beside other tests here. */
const TIME_LIMIT_MS = 300_000;

const notebooks = projectFiles("notebooks/").filter((file) => file.endsWith(".ipynb"));

Deno.test("the code cells of each notebook make a strict module", async () => {
  const { code, complaints } = await checkNotebooks(notebooks.map((file) => new URL(file, projectRoot)));
  assertEquals(code, 0, complaints);
});

for (const file of notebooks) {
  Deno.test(`${file} was committed after a run from top to bottom`, async () => {
    const cells = codeCells(await readNotebook(new URL(file, projectRoot)));
    assertEquals(cells.map((cell) => cell.execution_count), cells.map((_, i) => i + 1));
    const outputs = cells.flatMap((cell) => cell.outputs ?? []);
    assert(outputs.length > 0, "no cell has an output");
    assertEquals(outputs.filter((output) => output.output_type === "error"), []);
  });

  Deno.test(`${file} needs nothing of one machine or network`, () => {
    const text = readText(file)!;
    assertEquals(findForeignText(text), []);
    assertEquals(text.match(/\bjsr:|@std\/|https?:\/\/[^"\s]*\.(ts|js)\b/g), null);
  });

  Deno.test(`${file} runs in the kernel, and shows what was committed`, async () => {
    const path = new URL(file, projectRoot);
    const { notebook, failure } = await runNotebook(path, { timeout: TIME_LIMIT_MS });
    assertEquals(failure, undefined);
    // What a notebook shows of material that may not ship can be compared only where that material is.
    const { shared = [] } = (notebook.metadata.relprop ?? {}) as { shared?: string[] };
    if (missingShared(shared).length > 0) return;
    assertEquals(outputDifference(notebook, await readNotebook(path)), undefined);
  });
}
