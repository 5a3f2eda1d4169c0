import { assert, assertEquals } from "@std/assert";
import { documentedSymbols } from "../support/documented_symbols.ts";

// A name that comes or goes is a change for users, to be made on purpose:
// deno task test tests/contracts/public_api_test.ts --update-snapshots
Deno.test("the names that users import are the agreed ones", async (t) => {
  const entries = await documentedSymbols();
  await t.assertSnapshot(Object.keys(entries).sort(), { name: "entry points" });
  for (const [entry, symbols] of Object.entries(entries)) {
    await t.assertSnapshot(symbols.map(({ name }) => name), { name: entry });
  }
});

Deno.test("the root is a tour: at most 120 names", async () => {
  const { ".": root } = await documentedSymbols();
  assert(root!.length <= 120, `${root!.length} names`);
});

Deno.test("a name means one thing in all entries", async () => {
  const sources = new Map<string, Set<string>>();
  for (const { name, source } of Object.values(await documentedSymbols()).flat()) {
    sources.set(name, (sources.get(name) ?? new Set()).add(source));
  }
  assertEquals([...sources].filter(([, found]) => found.size > 1), []);
});
