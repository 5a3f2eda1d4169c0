import { exportEntries, runDeno } from "./project_files.ts";

/** A name that users can import, with what its documentation has. */
export interface DocumentedSymbol {
  readonly name: string;
  /** Such as `function`, `class`, `interface`, `typeAlias`, `variable`. */
  readonly kind: string;
  readonly hasExample: boolean;
}

interface Declaration {
  kind: string;
  jsDoc?: { tags?: { kind: string }[] };
}

/** The exported names of each entry point of the package, sorted, each once. */
export async function documentedSymbols(): Promise<Record<string, DocumentedSymbol[]>> {
  const entries = Object.entries(exportEntries());
  const { code, stdout, stderr } = await runDeno(
    "doc",
    "--json",
    ...entries.map(([, path]) => path),
  );
  if (code !== 0) throw new Error(stderr);
  const nodes = Object.entries(
    JSON.parse(stdout).nodes as Record<string, { symbols: { name: string; declarations: Declaration[] }[] }>,
  );
  return Object.fromEntries(entries.map(([entry, path]) => {
    const { symbols } = nodes.find(([file]) => file.endsWith(path.slice(1)))![1];
    const byName = new Map<string, DocumentedSymbol>();
    for (const { name, declarations } of symbols) {
      const tags = declarations.flatMap(({ jsDoc }) => jsDoc?.tags ?? []);
      const hasExample = tags.some(({ kind }) => kind === "example") ||
        (byName.get(name)?.hasExample ?? false);
      byName.set(name, { name, kind: declarations[0]!.kind, hasExample });
    }
    return [entry, [...byName.values()].sort((a, b) => a.name < b.name ? -1 : 1)];
  }));
}
