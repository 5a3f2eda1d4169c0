import { assertEquals, assertGreater } from "@std/assert";
import { projectRoot } from "../support/project_root.ts";

/** Everything that a module may load, at once or later. */
async function modulesOf(entry: string): Promise<string[]> {
  const { stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["info", "--no-lock", "--json", entry],
    cwd: projectRoot,
  }).output();
  const { modules } = JSON.parse(new TextDecoder().decode(stdout)) as { modules: { specifier: string }[] };
  return modules.map(({ specifier }) => specifier);
}

Deno.test("no entry point fetches or loads ONNX Runtime before a model asks for it", async () => {
  for (const entry of ["mod.ts", "lib/runtime/mod.ts", "lib/cli/mod.ts"]) {
    const modules = await modulesOf(entry);
    assertGreater(modules.length, 100);
    assertEquals(modules.filter((specifier) => specifier.includes("onnxruntime-")), [], entry);
  }
});

Deno.test("who only uses LSTMs gets nothing of ONNX, of the compiler or of what runs its models", async () => {
  const parts = /onnx|\/lib\/(compiler|runtime|io)\//;
  for (const entry of ["lib/recurrent/mod.ts", "lib/attribution/mod.ts", "lib/explore/mod.ts"]) {
    const modules = await modulesOf(entry);
    assertGreater(modules.length, 100);
    assertEquals(modules.filter((specifier) => parts.test(specifier)), [], entry);
  }
  const packages = (await modulesOf("lib/recurrent/mod.ts")).filter((specifier) =>
    specifier.startsWith("npm:")
  );
  assertEquals(packages.filter((name) => !name.includes("/ndarray@")), []);
});
