/** The derived configuration: deno.json plus the stand-in for the assertion module. Ignored by git. */
const OFFLINE_CONFIG = ".deno.offline.json";

/** How long a registry may take to answer before it counts as unreachable. */
const REGISTRY_TIMEOUT_MS = 3000;

/** The root folder of the project, with a slash at its end. */
export const projectRoot: URL = new URL("../../", import.meta.url);

/**
 * The options that make `deno test` and `deno check` resolve `@std/assert`: none where the registry of JSR
 * packages answers, else a derived configuration that links the stand-in of `tests/std_assert`.
 *
 * The stand-in leaves no trace in the lock file: a lock file written without the registry would be wrong with it.
 */
export async function assertSourceOptions(): Promise<string[]> {
  if (await registryAnswers()) return [];
  const config = JSON.parse(await Deno.readTextFile(new URL("deno.json", projectRoot)));
  const text = JSON.stringify({ ...config, links: [...config.links ?? [], "./tests/std_assert"] }, null, 2);
  const target = new URL(OFFLINE_CONFIG, projectRoot);
  if (await Deno.readTextFile(target).catch(() => "") !== text) {
    // Renamed into place, so that a run that starts at the same moment never reads half a file.
    const draft = new URL(`${OFFLINE_CONFIG}.${Deno.pid}`, projectRoot);
    await Deno.writeTextFile(draft, text);
    await Deno.rename(draft, target);
  }
  return ["--config", OFFLINE_CONFIG, "--no-lock"];
}

async function registryAnswers(): Promise<boolean> {
  const registry = Deno.env.get("JSR_URL") ?? "https://jsr.io/";
  try {
    const response = await fetch(new URL("@std/assert/meta.json", registry), {
      headers: { accept: "application/json" },
      signal: AbortSignal.timeout(REGISTRY_TIMEOUT_MS),
    });
    await response.body?.cancel();
    return response.ok;
  } catch {
    return false;
  }
}
