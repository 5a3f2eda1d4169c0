import { documentedSymbols } from "../support/documented_symbols.ts";

// A name that comes or goes is a change for users, to be made on purpose:
// deno task test tests/contracts/public_api_test.ts --update-snapshots
Deno.test("the names that users import are the agreed ones", async (t) => {
  const { ".": root, ...folders } = await documentedSymbols();
  const ofFolders = new Set(Object.values(folders).flat().map(({ name }) => name));
  const entries = { ...folders, ".": root!.filter(({ name }) => !ofFolders.has(name)) };
  await t.assertSnapshot(Object.keys(entries).sort(), { name: "entry points" });
  for (const [entry, symbols] of Object.entries(entries)) {
    await t.assertSnapshot(symbols.map(({ name }) => name), { name: entry });
  }
});
