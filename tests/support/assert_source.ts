import { projectRoot } from "./project_root.ts";

/** Derived from deno.json and deno.lock, with the stand-in for the assertion module. Ignored by git. */
const OFFLINE_CONFIG = ".deno.offline.json";
const OFFLINE_LOCK = ".deno.offline.lock";

/** How long a registry may take to deliver before it counts as unreachable. */
const REGISTRY_TIMEOUT_MS = 8000;

/**
 * The options that make `deno test` and `deno check` resolve `@std/assert`: none where the module can be had
 * from its registry (the usual one, or that of `JSR_URL`), else a derived configuration that links the stand-in
 * of `tests/std_assert`.
 *
 * The stand-in works on a copy of the lock file, so that packages stay pinned and it leaves no trace there.
 */
export async function assertSourceOptions(): Promise<string[]> {
  const config = JSON.parse(await Deno.readTextFile(new URL("deno.json", projectRoot)));
  if (await canImport(config.imports["@std/assert"])) return [];
  const links = [...config.links ?? [], "./tests/std_assert"];
  await replace(OFFLINE_CONFIG, JSON.stringify({ ...config, links }, null, 2));
  await replace(OFFLINE_LOCK, await Deno.readTextFile(new URL("deno.lock", projectRoot)));
  return ["--config", OFFLINE_CONFIG, "--lock", OFFLINE_LOCK];
}

/** Written aside and renamed, so that a run that starts at the same moment never reads half a file. */
async function replace(name: string, text: string): Promise<void> {
  const draft = new URL(`${name}.${Deno.pid}`, projectRoot);
  await Deno.writeTextFile(draft, text);
  await Deno.rename(draft, new URL(name, projectRoot));
}

async function canImport(specifier: string): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const timer = setTimeout(() => resolve(false), REGISTRY_TIMEOUT_MS);
  const imported = import(specifier).then(() => true, () => false);
  const answer = await Promise.race([imported, promise]);
  clearTimeout(timer);
  return answer;
}
