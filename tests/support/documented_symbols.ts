import { exportEntries, runDeno } from "./project_files.ts";

/** A name that users can import, with what its documentation has. */
export interface DocumentedSymbol {
  readonly name: string;
  /** Such as `function`, `class`, `interface`, `typeAlias`, `variable`. */
  readonly kind: string;
  readonly hasExample: boolean;
  /** The module that declares it. */
  readonly source: string;
}

interface Declaration {
  kind: string;
  location: { filename: string };
  jsDoc?: { tags?: { kind: string }[] };
}

/** The exported names of each entry point of the package, sorted, each once. */
export async function documentedSymbols(): Promise<Record<string, DocumentedSymbol[]>> {
  return Object.fromEntries(
    await Promise.all(
      Object.entries(exportEntries()).map(async ([entry, path]) => [entry, await symbolsOf(path)] as const),
    ),
  );
}

// One call per module: of several modules, `deno doc` gives each name under one of them only.
async function symbolsOf(path: string): Promise<DocumentedSymbol[]> {
  const { code, stdout, stderr } = await runDeno("doc", "--json", path);
  if (code !== 0) throw new Error(stderr);
  const modules = Object.values(
    JSON.parse(stdout).nodes as Record<string, { symbols: { name: string; declarations: Declaration[] }[] }>,
  );
  const byName = new Map<string, DocumentedSymbol>();
  for (const { name, declarations } of modules.flatMap(({ symbols }) => symbols)) {
    const tags = declarations.flatMap(({ jsDoc }) => jsDoc?.tags ?? []);
    const hasExample = tags.some(({ kind }) => kind === "example") || (byName.get(name)?.hasExample ?? false);
    const { kind, location } = declarations[0]!;
    byName.set(name, { name, kind, hasExample, source: location.filename });
  }
  return [...byName.values()].sort((a, b) => a.name < b.name ? -1 : 1);
}
