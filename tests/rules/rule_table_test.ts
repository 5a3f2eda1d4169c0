import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import {
  README_FILE,
  RULE_TABLE_FILE,
  ruleTable,
  ruleTableText,
  withRuleTable,
} from "../support/rule_table.ts";

/** Without the line breaks and the padding that the formatter puts in. */
const bare = (text: string): string => text.replaceAll(/\s+/g, " ").replaceAll(/-+/g, "-");

Deno.test("the table of rules by layers says what the code does", async () => {
  assertEquals(bare(await Deno.readTextFile(RULE_TABLE_FILE)), bare(ruleTableText()));
});

Deno.test("the README's copy of the table is the same", async () => {
  const text = await Deno.readTextFile(README_FILE);
  assert(text.includes("<!-- rules -->"));
  assertEquals(bare(text), bare(withRuleTable(text)));
});

Deno.test("the table stands between its markers, and nowhere without them", () => {
  const filled = withRuleTable("before <!-- rules -->old<!-- /rules --> after");
  assert(filled.startsWith("before <!-- rules -->\n"));
  assert(filled.endsWith("\n<!-- /rules --> after"));
  assertStringIncludes(filled, ruleTable());
  assertEquals(withRuleTable("no markers"), "no markers");
});
