/**
 * Runs notebooks through the kernel, several at a time where memory allows, writes their outputs back, and builds a
 * gallery of pages that opens from disk: `deno task notebooks [files]`.
 *
 * Without files, all of `notebooks/`. A notebook that fails stays as it is.
 */
// deno-lint-ignore-file no-console
import { projectRoot } from "../support/project_root.ts";
import { writeNotebook } from "../support/jupyter/notebook.ts";
import { runNotebook } from "../support/jupyter/run_notebook.ts";
import { type GalleryEntry, staticGallery } from "../support/jupyter/static_gallery.ts";
import { projectFiles } from "../support/project_files.ts";

/** More than the tests allow, for machines that are busy. */
const TIME_LIMIT_MS = 300_000;

/** What a kernel may need. */
const BYTES_PER_KERNEL = 2e9;

/** Ignored by git. */
const GALLERY = new URL(".cache/gallery/", projectRoot);

const all = projectFiles("notebooks/").filter((file) => file.endsWith(".ipynb"));
const files = Deno.args.length > 0 ? Deno.args : all;
const entries: GalleryEntry[] = [];

async function run(file: string): Promise<void> {
  const path = new URL(file, projectRoot);
  const { notebook, failure, milliseconds } = await runNotebook(path, { timeout: TIME_LIMIT_MS });
  if (failure) {
    console.error(`${file}: code cell ${failure.cell} failed: ${failure.message}\n${failure.source}`);
    Deno.exitCode = 1;
    return;
  }
  await writeNotebook(path, notebook);
  console.log(`${file}: ${(milliseconds / 1000).toFixed(1)} s`);
  entries.push({ name: file.replace(/^.*\//, "").replace(".ipynb", ""), notebook, milliseconds });
}

const kernels = Math.max(
  1,
  Math.min(navigator.hardwareConcurrency, Math.floor(Deno.systemMemoryInfo().available / BYTES_PER_KERNEL)),
);
const waiting = [...files];
await Promise.all(Array.from({ length: kernels }, async () => {
  for (let file = waiting.shift(); file !== undefined; file = waiting.shift()) await run(file);
}));

if (Deno.args.length === 0) {
  await Deno.mkdir(GALLERY, { recursive: true });
  entries.sort((a, b) => a.name < b.name ? -1 : 1);
  for (const [name, text] of staticGallery(entries)) await Deno.writeTextFile(new URL(name, GALLERY), text);
  console.log(`\nThe notebooks as pages: ${new URL("index.html", GALLERY).href}`);
}
