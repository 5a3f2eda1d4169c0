import { type EngineName, loadRelevanceModel, type RelevanceModel } from "../../lib/runtime/mod.ts";
import { RUNTIME_VERSION } from "../../lib/runtime/onnxruntime_session.ts";

/** Loads a model on the engine of a test, with one thread. */
export type EngineLoader = (
  model: Parameters<typeof loadRelevanceModel>[0],
  options?: { worker?: boolean },
) => Promise<RelevanceModel>;

/** Where Deno keeps packages of npm that were fetched before. */
async function packageFolder(): Promise<string> {
  const { stdout } = await new Deno.Command(Deno.execPath(), { args: ["info", "--json"] }).output();
  return JSON.parse(new TextDecoder().decode(stdout)).npmCache;
}

/** The folder of a package, if it was fetched before; under whatever registry. */
function folderOf(cache: string, name: string): string | undefined {
  try {
    for (const { name: registry } of Deno.readDirSync(cache)) {
      const folder = `${cache}/${registry}/${name}/${RUNTIME_VERSION}`;
      if (Deno.statSync(`${cache}/${registry}`).isDirectory && exists(folder)) return folder;
    }
  } catch {
    // No package was ever fetched.
  }
}

function exists(path: string): boolean {
  try {
    return Deno.statSync(path).isDirectory;
  } catch {
    return false;
  }
}

const cache = await packageFolder();

/** The folder of an engine's package; undefined where it has not been fetched. */
export function engineFolder(engine: Exclude<EngineName, "reference">): string | undefined {
  return folderOf(cache, engine);
}

/**
 * A test on an engine that is an optional package: ignored, with a word why, where it has not been fetched.
 *
 * Nothing is fetched for a test: the package has some 290 MB.
 */
export function engineTest(
  name: string,
  engine: Exclude<EngineName, "reference">,
  fn: (load: EngineLoader) => Promise<void>,
): void {
  const there = engineFolder(engine) !== undefined;
  // deno-lint-ignore no-console
  if (!there) console.log(`Skipped "${name}": the package ${engine} has not been fetched`);
  Deno.test({
    name,
    ignore: !there,
    // Its threads and handles outlive a test.
    sanitizeResources: false,
    sanitizeOps: false,
    fn: () => fn((model, options) => loadRelevanceModel(model, { engine, threads: 1, ...options })),
  });
}
