import { assertEquals, assertStringIncludes } from "@std/assert";
import { fileURLToPath } from "node:url";
import type { Notebook } from "../support/jupyter/notebook.ts";
import { projectRoot } from "../support/project_root.ts";

/** A notebook of these cells, not run. */
function notebookOf(...sources: string[]): string {
  const cells = sources.map((source) => ({
    cell_type: "code" as const,
    source,
    metadata: {},
    execution_count: null,
    outputs: [],
  }));
  const notebook: Notebook = { cells, metadata: {}, nbformat: 4, nbformat_minor: 4 };
  return JSON.stringify(notebook);
}

Deno.test("deno task notebooks writes outputs back, and leaves a notebook that fails as it is", async () => {
  const folder = await Deno.makeTempDir();
  const [good, bad] = [`${folder}/good.ipynb`, `${folder}/bad.ipynb`];
  const failing = notebookOf("const x = 1;", "throw new Error(`no ${x}`);");
  await Deno.writeTextFile(good, notebookOf("const x = 20;", "x + 1"));
  await Deno.writeTextFile(bad, failing);
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [
      ...["run", "--quiet", "--no-lock", "--allow-all"],
      ...["--config", fileURLToPath(new URL("deno.json", projectRoot))],
      ...[fileURLToPath(new URL("tests/tasks/notebooks.ts", projectRoot)), good, bad],
    ],
  }).output();
  const [run, left] = [await Deno.readTextFile(good), await Deno.readTextFile(bad)];
  await Deno.remove(folder, { recursive: true });
  const { cells } = JSON.parse(run) as { cells: { execution_count: number; outputs: unknown[] }[] };
  assertEquals(cells.map(({ execution_count }) => execution_count), [1, 2]);
  assertStringIncludes(JSON.stringify(cells[1]!.outputs), "21");
  assertEquals(left, failing);
  assertEquals(code, 1);
  assertStringIncludes(new TextDecoder().decode(stderr), "bad.ipynb: code cell 2 failed: ");
  assertStringIncludes(new TextDecoder().decode(stdout), "good.ipynb: ");
});
