/**
 * Bundles the part of the library that live pictures run in a page: `deno task page`.
 *
 * The bundle is committed, since users need not have a bundler; a test compares it with a fresh one.
 */
import { fileURLToPath } from "node:url";
import { projectRoot } from "./project_root.ts";

const ENTRY = new URL("lib/explore/page/main.ts", projectRoot);
const BUNDLE = new URL("lib/explore/page_bundle.ts", projectRoot);

/** What a page never calls: pictures of an attribution for the notebook, and pixels. */
const EXTERNAL = ["../plot/mod.ts", "./rasterize.ts"];

/** Modules that others take the place of. */
const REPLACED = { "lib/kernels/wasm_modules.ts": "lib/explore/page/no_wasm_modules.ts" };

/** The script. */
export async function buildPage(): Promise<string> {
  const folder = await Deno.makeTempDir();
  const [output, config] = [`${folder}/page.js`, `${folder}/deno.json`];
  const { imports } = JSON.parse(await Deno.readTextFile(new URL("deno.json", projectRoot)));
  for (const [path, other] of Object.entries(REPLACED)) {
    imports[new URL(path, projectRoot).href] = new URL(other, projectRoot).href;
  }
  await Deno.writeTextFile(config, JSON.stringify({ imports }));
  const { success, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [
      "bundle",
      "--quiet",
      "--no-lock",
      "--config",
      config,
      "--platform",
      "browser",
      "--format",
      "iife",
      "--minify",
      ...EXTERNAL.flatMap((path) => ["--external", path]),
      "--output",
      output,
      fileURLToPath(ENTRY),
    ],
    cwd: projectRoot,
  }).output();
  if (!success) throw new Error(`Cannot bundle the page: ${new TextDecoder().decode(stderr)}`);
  const script = (await Deno.readTextFile(output)).trim();
  await Deno.remove(folder, { recursive: true });
  return script;
}

if (import.meta.main) {
  const packed = new Blob([await buildPage()]).stream().pipeThrough(new CompressionStream("gzip"));
  const text = `// Bundled by \`deno task page\`; not to be edited.

/** The script of live pictures: gzip, in base64. */
export const PAGE_SCRIPT: string = "${(await new Response(packed).bytes()).toBase64()}";
`;
  await Deno.writeTextFile(BUNDLE, text);
  await new Deno.Command(Deno.execPath(), { args: ["fmt", "--quiet", fileURLToPath(BUNDLE)] }).output();
}
