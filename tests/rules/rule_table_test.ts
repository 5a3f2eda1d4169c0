import { assertEquals } from "@std/assert";
import { RULE_TABLE_FILE, ruleTableText } from "../support/rule_table.ts";

/** Without the line breaks and the padding that the formatter puts in. */
const bare = (text: string): string => text.replaceAll(/\s+/g, " ").replaceAll(/-+/g, "-");

Deno.test("the table of rules by layers says what the code does", async () => {
  assertEquals(bare(await Deno.readTextFile(RULE_TABLE_FILE)), bare(ruleTableText()));
});
