/**
 * Shows what the package does: explains utterances with the shipped model, then runs the first notebook in the
 * real kernel: `deno task demo`.
 */
// deno-lint-ignore-file no-console
import { fileURLToPath } from "node:url";
import { main } from "../../lib/cli/mod.ts";
import { projectRoot } from "../support/project_root.ts";
import { writeNotebook } from "../support/jupyter/notebook.ts";
import { notebookToHtml } from "../support/jupyter/notebook_to_html.ts";
import { runNotebook } from "../support/jupyter/run_notebook.ts";

const UTTERANCES = [
  "play some quiet piano music from the eighties",
  "will it rain in the mountains tomorrow morning",
  "book a table for four near the river on friday",
  "add this song to my summer road trip playlist",
];

const NOTEBOOK = "01_first_relevance";

/** Ignored by git. */
const folder = new URL(".cache/demo/", projectRoot);

console.log("Which intent, and because of which words? Red speaks for the answer, blue against it.\n");
const lines = UTTERANCES.map((text) => JSON.stringify({ text }) + "\n").join("");
const code = await main(["explain", "--format", "text"], {
  input: ReadableStream.from([new TextEncoder().encode(lines)]),
  color: !Deno.noColor,
});
if (code !== 0) Deno.exit(code);

console.log(`Running notebooks/${NOTEBOOK}.ipynb in the kernel …`);
const run = await runNotebook(new URL(`notebooks/${NOTEBOOK}.ipynb`, projectRoot), { timeout: 300_000 });
await Deno.mkdir(folder, { recursive: true });
const executed = new URL(`${NOTEBOOK}.ipynb`, folder);
const page = new URL(`${NOTEBOOK}.html`, folder);
await writeNotebook(executed, run.notebook);
await Deno.writeTextFile(page, notebookToHtml(run.notebook, { title: "First relevance" }));
if (run.failure) {
  console.error(`Code cell ${run.failure.cell} failed: ${run.failure.message}\n${run.failure.source}`);
  Deno.exit(1);
}
console.log(`Done in ${(run.milliseconds / 1000).toFixed(1)} s.

  the executed notebook  ${fileURLToPath(executed)}
  the same as a page     ${page.href}
`);
