/** Files that are modules, or that modules import. */
const MODULE = /\.(ts|tsx|js|mjs|jsx|json|jsonc|wasm)$/;

/** Folders that no module lies in. */
const SKIPPED = new Set(["node_modules", "notebooks"]);

/**
 * Imports a module and all that it imports anew, so that a running notebook sees files that were edited since.
 *
 * A kernel keeps the modules that it has loaded. This copies the project (the folder with `deno.json`, from the current
 * folder upward) aside and imports from there; other files than modules are linked. It takes some 20 ms.
 *
 * @param path The module, relative to the project's folder.
 * @returns Its exports. Classes of two copies are different classes.
 * @throws {Deno.errors.NotFound} If there is no `deno.json` upward, or no such module.
 *
 * @example In a notebook of this project
 * ```ts
 * import { fresh } from "@relprop/lrp/plot";
 * import { assertEquals } from "@std/assert";
 *
 * const { symmetricLimit } = await fresh<typeof import("@relprop/lrp/plot")>("lib/plot/mod.ts");
 * assertEquals(symmetricLimit([-3, 1]), 3);
 * ```
 */
// deno-lint-ignore no-explicit-any
export async function fresh<Module = any>(path: string): Promise<Module> {
  const root = await projectFolder(Deno.cwd());
  const folder = await Deno.makeTempDir({ prefix: "fresh-" });
  globalThis.addEventListener("unload", () => Deno.removeSync(folder, { recursive: true }));
  await copy(root, folder);
  return await import(new URL(path, `file://${folder}/`).href);
}

async function projectFolder(from: string): Promise<string> {
  for (let folder = from;; folder = folder.replace(/[/\\][^/\\]*$/, "")) {
    for (const name of ["deno.json", "deno.jsonc"]) {
      if (await Deno.stat(`${folder}/${name}`).then(() => true, () => false)) return folder;
    }
    if (!/[/\\]/.test(folder)) {
      throw new Deno.errors.NotFound(
        `Cannot import afresh: a deno.json is required in the folder or above, got none from ${from}`,
      );
    }
  }
}

async function copy(from: string, to: string): Promise<void> {
  for await (const { name, isDirectory } of Deno.readDir(from)) {
    if (name.startsWith(".") || SKIPPED.has(name)) continue;
    const [source, copied] = [`${from}/${name}`, `${to}/${name}`];
    if (isDirectory) {
      await Deno.mkdir(copied);
      await copy(source, copied);
    } else if (MODULE.test(name)) await Deno.copyFile(source, copied);
    else await Deno.symlink(source, copied);
  }
}
