import { assertEquals } from "@std/assert";
import { documentedSymbols } from "../support/documented_symbols.ts";
import { exportEntries, runDeno } from "../support/project_files.ts";

Deno.test("the documentation of every entry point is complete", async () => {
  const { code, stderr } = await runDeno("doc", "--lint", ...Object.values(exportEntries()));
  assertEquals(code, 0, stderr);
});

Deno.test("every exported function has an example", async () => {
  const entries = Object.entries(await documentedSymbols());
  assertEquals(entries.filter(([, symbols]) => symbols.length === 0), [], "nothing was read of these");
  const without = entries.flatMap(([entry, symbols]) =>
    symbols.filter(({ kind, hasExample }) => kind === "function" && !hasExample).map(({ name }) =>
      `${entry} ${name}`
    )
  );
  assertEquals(without, []);
});
