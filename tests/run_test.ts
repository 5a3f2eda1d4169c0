import { assert, assertEquals } from "@std/assert";
import { runDeno } from "./support/project_files.ts";

async function runTests(source: string): Promise<{ code: number; lastLine: string }> {
  const file = await Deno.makeTempFile({ suffix: "_test.ts" });
  await Deno.writeTextFile(file, source);
  const { code, stdout } = await runDeno("run", "--allow-all", "tests/run.ts", file);
  await Deno.remove(file);
  return { code, lastLine: stdout.trimEnd().split("\n").at(-1)! };
}

Deno.test("the runner ends with the counts, and fails with the tests", async () => {
  const good = `Deno.test("a", () => {}); Deno.test({ name: "b", ignore: true, fn() {} });`;
  assertEquals(await runTests(good), { code: 0, lastLine: "1 passed, 0 failed" });
  const bad = `Deno.test("c", () => { throw new Error("<failure "); });`;
  const { code, lastLine } = await runTests(good + bad);
  assert(code !== 0);
  assertEquals(lastLine, "1 passed, 1 failed");
});

Deno.test("the runner counts a file that does not compile as failed", async () => {
  const { code, lastLine } = await runTests(`const a: number = "text"; Deno.test(a, () => {});`);
  assert(code !== 0);
  assertEquals(lastLine, "0 passed, 1 failed");
});
