import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { projectRoot } from "./project_root.ts";

/**
 * A test that reads material which may not be part of the project.
 *
 * It lies in the folder `shared` beside the project, or where the environment variable `RELPROP_SHARED` points.
 * Where a path is missing, the test is ignored and says which.
 *
 * @param paths Files or folders below that folder.
 * @param fn Gets their absolute paths, in the same order.
 */
export function sharedTest(
  name: string,
  paths: readonly string[],
  fn: (paths: string[], t: Deno.TestContext) => void | Promise<void>,
): void {
  const absolute = sharedPaths(paths);
  const missing = missingShared(paths);
  if (missing.length > 0) {
    // deno-lint-ignore no-console
    console.log(`Skipped "${name}": ${missing.join(", ")} not found in the shared folder`);
  }
  Deno.test({ name, ignore: missing.length > 0, fn: (t) => fn(absolute, t) });
}

/** Those of the paths below the shared folder that are not there. */
export function missingShared(paths: readonly string[]): string[] {
  const absolute = sharedPaths(paths);
  return paths.filter((_, i) => !exists(absolute[i]!));
}

function sharedPaths(paths: readonly string[]): string[] {
  const folder = resolve(fileURLToPath(projectRoot), Deno.env.get("RELPROP_SHARED") ?? "../shared");
  return paths.map((path) => resolve(folder, path));
}

function exists(path: string): boolean {
  try {
    Deno.statSync(path);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}
