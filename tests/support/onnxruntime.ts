import { type EngineName, loadRelevanceModel, type RelevanceModel } from "../../lib/runtime/mod.ts";

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

function isThere(folder: string, name: string): boolean {
  try {
    return [...Deno.readDirSync(folder)].some(({ name: registry }) => {
      try {
        return Deno.statSync(`${folder}/${registry}/${name}`).isDirectory;
      } catch {
        return false;
      }
    });
  } catch {
    return false;
  }
}

const folder = await packageFolder();

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
  const there = isThere(folder, engine);
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
