/**
 * Runs notebooks through the kernel and writes their outputs back: `deno task notebooks [files]`.
 *
 * Without files, all of `notebooks/`. A notebook that fails stays as it is.
 */
// deno-lint-ignore-file no-console
import { projectRoot } from "../support/project_root.ts";
import { writeNotebook } from "../support/jupyter/notebook.ts";
import { runNotebook } from "../support/jupyter/run_notebook.ts";
import { projectFiles } from "../support/project_files.ts";

/** More than the tests allow, for machines that are busy. */
const TIME_LIMIT_MS = 300_000;

const files = Deno.args.length > 0
  ? Deno.args
  : projectFiles("notebooks/").filter((file) => file.endsWith(".ipynb"));

for (const file of files) {
  const path = new URL(file, projectRoot);
  const { notebook, failure, milliseconds } = await runNotebook(path, { timeout: TIME_LIMIT_MS });
  if (failure) {
    console.error(`${file}: code cell ${failure.cell} failed: ${failure.message}\n${failure.source}`);
    Deno.exitCode = 1;
    continue;
  }
  await writeNotebook(path, notebook);
  console.log(`${file}: ${(milliseconds / 1000).toFixed(1)} s`);
}
