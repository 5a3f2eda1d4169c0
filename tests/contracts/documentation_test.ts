import { assertEquals } from "@std/assert";
import { documentedSymbols } from "../support/documented_symbols.ts";
import { exportEntries, runDeno } from "../support/project_files.ts";

Deno.test("the documentation of every entry point is complete", async () => {
  const { code, stderr } = await runDeno("doc", "--lint", ...Object.values(exportEntries()));
  assertEquals(code, 0, stderr);
});

Deno.test("every exported function has an example", async () => {
  const without = Object.entries(await documentedSymbols())
    // The root repeats what the folders export.
    .filter(([entry]) => entry !== ".")
    .flatMap(([entry, list]) =>
      list.filter(({ kind, hasExample }) => kind === "function" && !hasExample).map(({ name }) =>
        `${entry} ${name}`
      )
    );
  assertEquals(without, []);
});
