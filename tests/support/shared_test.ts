import { assertEquals, assertStringIncludes } from "@std/assert";
import { projectRoot } from "./project_root.ts";

/** Runs a shared test of its own in another process. */
async function runShared(shared: string, paths: string[]): Promise<{ code: number; text: string }> {
  const file = await Deno.makeTempFile({ dir: shared, suffix: "_test.ts" });
  await Deno.writeTextFile(
    file,
    `import { sharedTest } from ${JSON.stringify(new URL("tests/support/shared.ts", projectRoot).href)};
    sharedTest("reads numbers", ${JSON.stringify(paths)}, async (found) => {
      console.log("read", await Promise.all(found.map((path) => Deno.readTextFile(path))));
    });`,
  );
  const { code, stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["test", "--allow-all", "--no-check", "--no-lock", "--no-config", file],
    env: { NO_COLOR: "1", RELPROP_SHARED: shared },
  }).output();
  await Deno.remove(file);
  return { code, text: new TextDecoder().decode(stdout) };
}

Deno.test("sharedTest() gives the paths of what is there, and is ignored with a reason where a path is missing", async () => {
  const shared = await Deno.makeTempDir({ prefix: "shared numbers " });
  await Deno.mkdir(`${shared}/data`);
  await Deno.writeTextFile(`${shared}/data/a.txt`, "one");
  await Deno.writeTextFile(`${shared}/b.txt`, "two");
  const present = await runShared(shared, ["data/a.txt", "b.txt"]);
  assertEquals(present.code, 0);
  assertStringIncludes(present.text, 'read [ "one", "two" ]');
  assertStringIncludes(present.text, "1 passed | 0 failed");
  const absent = await runShared(shared, ["b.txt", "data/c.txt", "d"]);
  assertEquals(absent.code, 0);
  assertStringIncludes(absent.text, 'Skipped "reads numbers": data/c.txt, d not found in the shared folder');
  assertStringIncludes(absent.text, "0 passed | 0 failed | 1 ignored");
  await Deno.remove(shared, { recursive: true });
});
