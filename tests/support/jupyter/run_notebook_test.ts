import { assertEquals, assertMatch, assertRejects } from "@std/assert";
import { checkNotebooks } from "./check_notebooks.ts";
import { KernelError } from "./kernel.ts";
import { type Cell, codeCells, writeNotebook } from "./notebook.ts";
import { runNotebook } from "./run_notebook.ts";

async function withNotebook<T>(sources: string[], use: (path: URL) => Promise<T>): Promise<T> {
  const folder = await Deno.makeTempDir();
  const path = new URL(`file://${folder}/numbers.ipynb`);
  const cells = sources.map((source): Cell => ({
    cell_type: "code",
    source: source.split(/(?<=\n)/),
    metadata: {},
    execution_count: 7,
    outputs: [{ output_type: "stream", name: "stdout", text: "of an earlier run" }],
  }));
  try {
    await writeNotebook(path, { cells, metadata: {}, nbformat: 4, nbformat_minor: 5 });
    return await use(path);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("runNotebook() keeps state from cell to cell and stores texts line by line", async () => {
  const { notebook, failure } = await withNotebook(
    ["const a = 6;", "console.log(a);\nconsole.log(a * 7)"],
    (path) => runNotebook(path),
  );
  assertEquals(failure, undefined);
  assertEquals(codeCells(notebook).map(({ execution_count, outputs }) => ({ execution_count, outputs })), [
    { execution_count: 1, outputs: [] },
    { execution_count: 2, outputs: [{ output_type: "stream", name: "stdout", text: ["6\n", "42\n"] }] },
  ]);
});

Deno.test("runNotebook() stops at the first cell that throws", async () => {
  const { notebook, failure } = await withNotebook(
    ["1", `throw new RangeError("Cannot go on")`, "3"],
    (path) => runNotebook(path),
  );
  assertEquals(failure, {
    cell: 2,
    source: `throw new RangeError("Cannot go on")`,
    message: "RangeError: Cannot go on",
  });
  assertEquals(codeCells(notebook).map(({ outputs }) => outputs!.length), [1, 1, 0]);
});

Deno.test("runNotebook() reports a cell that does not compile", async () => {
  const { failure } = await withNotebook(["const a = ;"], (path) => runNotebook(path));
  assertEquals(failure?.message, "Error: Execution failed");
});

Deno.test("runNotebook() keeps the time for the whole notebook", async () => {
  const sources = ["1", "await new Promise(() => {})"];
  await withNotebook(sources, async (path) => {
    await assertRejects(() => runNotebook(path, { timeout: 2000 }), KernelError, "The cell ran longer than");
  });
});

Deno.test("checkNotebooks() finds a wrong type, which the kernel does not", async () => {
  const [good, bad] = [["const a = 1;", "a + 1"], ["const a = 1;", `const b: number = "text";`]];
  assertEquals((await withNotebook(good, (path) => checkNotebooks([path]))).code, 0);
  const { code, complaints } = await withNotebook(bad, (path) => checkNotebooks([path]));
  assertEquals(code, 1);
  assertMatch(complaints, /Type 'string' is not assignable to type 'number'/);
});
