/**
 * Runs the notebooks that reproduce papers and writes one page on them: `deno task reproduce [folder] [--full]`.
 *
 * The page is `report.md` and `report.html` in the folder, by default `.cache/reproduction`. With `--full` experiments
 * have the size of the papers, which takes long. Ends with 1 if a check of a notebook fails.
 */
// deno-lint-ignore-file no-console
import { fileURLToPath } from "node:url";
import { writeNotebook } from "../support/jupyter/notebook.ts";
import { readNotebook } from "../support/jupyter/notebook.ts";
import { runNotebook } from "../support/jupyter/run_notebook.ts";
import { projectFiles, readText } from "../support/project_files.ts";
import { projectRoot } from "../support/project_root.ts";
import {
  inFullSize,
  type ReproducedNotebook,
  reproductionReport,
  reproductions,
} from "../support/reproduction_report.ts";

const LIMIT_MS = { usual: 300_000, full: 7_200_000 };

const full = Deno.args.includes("--full");
const folder = Deno.args.find((argument) => !argument.startsWith("-")) ??
  fileURLToPath(new URL(".cache/reproduction", projectRoot));
const runs: ReproducedNotebook[] = [];
for (const file of reproductions(projectFiles("notebooks/"))) {
  const whole = new URL(file, projectRoot);
  // In full size a copy is run, beside the notebook, so that relative paths hold.
  const path = full ? new URL(file.replace(".ipynb", `.full${Deno.pid}.ipynb`), projectRoot) : whole;
  if (full) await writeNotebook(path, inFullSize(await readNotebook(whole)));
  try {
    const run = await runNotebook(path, { timeout: full ? LIMIT_MS.full : LIMIT_MS.usual });
    runs.push({ ...run, file: file.replace("notebooks/", "") });
    console.log(`${file}: ${run.failure ? run.failure.message : "all checks hold"}`);
  } finally {
    if (full) await Deno.remove(path);
  }
}
const { version } = JSON.parse(readText("deno.json")!);
const report = reproductionReport(runs, {
  date: new Date().toISOString().slice(0, 10),
  versions: { relprop: version, Deno: Deno.version.deno, V8: Deno.version.v8 },
});
await Deno.mkdir(folder, { recursive: true });
await Deno.writeTextFile(`${folder}/report.md`, report.markdown);
await Deno.writeTextFile(`${folder}/report.html`, report.html);
console.log(`${folder}/report.html`);
if (runs.some(({ failure }) => failure !== undefined)) Deno.exitCode = 1;
