import { fileURLToPath } from "node:url";
import { projectRoot } from "../project_root.ts";
import { codeCells, joinText, readNotebook } from "./notebook.ts";
import { runDeno } from "../project_files.ts";

/** Cells may use `Deno.jupyter`, which modules may not. */
const KERNEL_TYPES = `/// <reference lib="deno.unstable" />`;

/**
 * Type-checks notebooks, which `deno check` does not read: the code cells of each become one module.
 *
 * The modules lie one folder below the root, as notebooks do, so that relative imports hold.
 */
export async function checkNotebooks(
  notebooks: readonly URL[],
): Promise<{ code: number; complaints: string }> {
  const folder = new URL(".cache/", projectRoot);
  await Deno.mkdir(folder, { recursive: true });
  const modules = await Promise.all(notebooks.map(async (notebook) => {
    const name = notebook.pathname.split("/").at(-1)!.replace(".ipynb", "");
    const cells = codeCells(await readNotebook(notebook));
    const code = cells.map((cell, i) => `// cell ${i + 1}\n${joinText(cell.source)}\n;\n`).join("");
    const module = await Deno.makeTempFile({ dir: fileURLToPath(folder), prefix: `${name}_`, suffix: ".ts" });
    await Deno.writeTextFile(module, `${KERNEL_TYPES}\n${code}export {};\n`);
    return module;
  }));
  if (modules.length === 0) return { code: 0, complaints: "" };
  const { code, stderr } = await runDeno("check", ...modules);
  for (const module of modules) await Deno.remove(module);
  return { code, complaints: stderr };
}
