import { projectRoot } from "./project_root.ts";
import { runDeno } from "./project_files.ts";

/** One import of a module of `lib`. */
export interface Import {
  /** The importing file, from the root of the project. */
  readonly from: string;
  /** The imported file from the root of the project, or the specifier of what lies outside. */
  readonly to: string;
  /** Whether only types are imported. */
  readonly typeOnly: boolean;
  /** Whether it is loaded only when it is needed. */
  readonly lazy: boolean;
}

interface ModuleInfo {
  specifier: string;
  dependencies?: {
    specifier: string;
    code?: { specifier?: string };
    type?: { specifier?: string };
    isDynamic?: boolean;
  }[];
}

/** All imports of the modules that the given ones reach within the project. */
export async function moduleGraph(entries: readonly string[]): Promise<Import[]> {
  const entry = await Deno.makeTempFile({ suffix: ".ts" });
  await Deno.writeTextFile(
    entry,
    entries.map((path) => `import ${JSON.stringify(new URL(path, projectRoot).href)};`).join("\n"),
  );
  const { code, stdout, stderr } = await runDeno("info", "--json", "--config", "deno.json", entry);
  await Deno.remove(entry);
  if (code !== 0) throw new Error(stderr);
  const modules: ModuleInfo[] = JSON.parse(stdout).modules;
  return modules
    .filter((module) => module.specifier.startsWith(projectRoot.href))
    .flatMap((module) =>
      (module.dependencies ?? []).flatMap((dependency) => {
        const value = dependency.code?.specifier;
        const target = value ?? dependency.type?.specifier;
        // What is neither resolved nor typed is a module of the platform.
        if (target === undefined) return [];
        return [{
          from: local(module.specifier),
          to: local(target),
          typeOnly: value === undefined,
          lazy: dependency.isDynamic ?? false,
        }];
      })
    );
}

/** The modules that are loaded with the given ones, before anything of them runs. */
export function loadedWith(imports: readonly Import[], entries: readonly string[]): string[] {
  const next = Map.groupBy(imports.filter(({ typeOnly, lazy }) => !typeOnly && !lazy), ({ from }) => from);
  const loaded = new Set(entries);
  for (const module of loaded) next.get(module)?.forEach(({ to }) => loaded.add(to));
  return [...loaded];
}

const local = (specifier: string): string =>
  specifier.startsWith(projectRoot.href) ? specifier.slice(projectRoot.href.length) : specifier;

/** The modules of the first import cycle, in order, or none. */
export function findCycle(imports: readonly Import[]): string[] {
  const next = Map.groupBy(imports, ({ from }) => from);
  const done = new Set<string>();
  const visit = (module: string, path: readonly string[]): string[] => {
    const start = path.indexOf(module);
    if (start >= 0) return [...path.slice(start), module];
    if (done.has(module)) return [];
    done.add(module);
    for (const { to } of next.get(module) ?? []) {
      const cycle = visit(to, [...path, module]);
      if (cycle.length > 0) return cycle;
    }
    return [];
  };
  for (const module of next.keys()) {
    const cycle = visit(module, []);
    if (cycle.length > 0) return cycle;
  }
  return [];
}
