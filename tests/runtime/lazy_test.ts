import { assertEquals, assertGreater } from "@std/assert";
import { projectRoot } from "../support/project_root.ts";

Deno.test("no entry point fetches or loads ONNX Runtime before a model asks for it", async () => {
  const { stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["info", "--json", "mod.ts"],
    cwd: projectRoot,
  }).output();
  const { modules } = JSON.parse(new TextDecoder().decode(stdout)) as { modules: { specifier: string }[] };
  assertGreater(modules.length, 100);
  assertEquals(modules.filter(({ specifier }) => specifier.includes("onnxruntime-")), []);
});
