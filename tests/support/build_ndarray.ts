/**
 * Bundles `npm:ndarray` into an ES module: `deno run -A tests/support/build_ndarray.ts`.
 *
 * It is a CommonJS package, and the first of those that a program loads brings up the loader of Node, which takes longer
 * than everything else that a first explanation loads. The bundle is committed; a test compares it with a fresh one.
 */
import { fileURLToPath } from "node:url";
import { projectRoot } from "./project_root.ts";

const BUNDLE = new URL("lib/tensor/ndarray_bundle.js", projectRoot);

const MIT =
  `Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated
documentation files (the "Software"), to deal in the Software without restriction, including without limitation the
rights to use, copy, modify, merge, publish, distribute, sublicense, and/or sell copies of the Software, and to permit
persons to whom the Software is furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all copies or substantial portions of the
Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE
WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR
COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR
OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.`;

/** The module. */
export async function buildNdarray(): Promise<string> {
  const folder = await Deno.makeTempDir();
  const [entry, output, config] = [`${folder}/entry.ts`, `${folder}/bundle.js`, `${folder}/deno.json`];
  const { imports } = JSON.parse(await Deno.readTextFile(new URL("deno.json", projectRoot)));
  await Deno.writeTextFile(entry, 'export { default } from "ndarray";\n');
  await Deno.writeTextFile(config, JSON.stringify({ imports: { ndarray: imports.ndarray } }));
  const options = ["--platform", "browser", "--format", "esm", "--minify", "--output", output];
  const { success, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["bundle", "--quiet", "--no-lock", "--config", config, ...options, entry],
    cwd: fileURLToPath(projectRoot),
  }).output();
  if (!success) throw new Error(`Cannot bundle ndarray: ${new TextDecoder().decode(stderr)}`);
  const script = (await Deno.readTextFile(output)).trim();
  await Deno.remove(folder, { recursive: true });
  const notice =
    `${imports.ndarray} and iota-array, copyright (c) 2013-2016 Mikola Lysenko; is-buffer, copyright (c) Feross
Aboukhadijeh. The MIT License (MIT):

${MIT}`;
  const header = `Bundled by \`deno run -A tests/support/build_ndarray.ts\`; not to be edited.\n\n${notice}`;
  const comment = header.split("\n").map((line) => `// ${line}`.trimEnd()).join("\n");
  return `// deno-fmt-ignore-file\n// deno-lint-ignore-file\n${comment}\n${script}\n`;
}

if (import.meta.main) await Deno.writeTextFile(BUNDLE, await buildNdarray());
