import { assertEquals, assertGreater } from "@std/assert";
import { projectRoot } from "../support/project_root.ts";

const text = await Deno.readTextFile(new URL("tests/peers/FEATURES.md", projectRoot));

/** The cells of a line of a table. */
const cells = (line: string): string[] =>
  line.split(/(?<!\\)\|/).slice(1, -1).map((cell) => cell.trim().replaceAll("**", ""));

/** The lines of the tables under their titles, without heads. */
const sections = text.split(/^## /m).map((part) => ({
  title: part.slice(0, part.indexOf("\n")),
  rows: part.split("\n").filter((line) => line.startsWith("|")).slice(2).map(cells),
}));
const [{ rows: summary }, ...tables] = sections;

Deno.test("every file that the table of features names is there", async () => {
  const paths = [...text.matchAll(/`((?:lib|tests|notebooks)\/[^`]+)`/g)].map(([, path]) => path!);
  assertGreater(paths.length, 150);
  const missing: string[] = [];
  for (const path of new Set(paths)) {
    await Deno.stat(new URL(path, projectRoot)).catch(() => missing.push(path));
  }
  assertEquals(missing, []);
});

Deno.test("the sums of the table of features are right, and what is there says where", () => {
  assertEquals(tables.map(({ title }) => title), summary!.map(([title]) => title));
  tables.forEach(({ title, rows }, i) => {
    const items = rows.slice(0, -1);
    const count = (mark: string): number => items.filter(([, , here]) => here === mark).length;
    const sum = `${count("✔")} (${count("◐")})`;
    assertEquals(count("✔") + count("◐") + count("–"), items.length, title);
    assertEquals(rows.at(-1)!.slice(0, 3), [`sum of ${items.length}`, "", sum], title);
    assertEquals(summary![i]!.slice(1, 3), [String(items.length), sum], title);
    const unfounded = items.filter(([, , here, where]) => here !== "–" && !where!.includes("`"));
    assertEquals(unfounded, [], title);
  });
});
