import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { main } from "../../lib/cli/mod.ts";
import torchExports from "../fixtures/onnx/torch_exports.json" with { type: "json" };
import { projectRoot } from "../support/project_root.ts";

/** The Python to use; a virtual environment with the engines, if there is one. */
const python = Deno.env.get("RELPROP_PYTHON") ?? "python3";
const folder = new URL("notebooks/scale_out/", projectRoot).pathname;

async function run(...args: string[]): Promise<{ code: number; text: string }> {
  const { code, stdout, stderr } = await new Deno.Command(python, {
    args,
    cwd: folder,
    env: { PYTHONDONTWRITEBYTECODE: "1" },
  }).output();
  const text = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes)).join("\n");
  return { code, text };
}

const can = (modules: string): Promise<boolean> =>
  run("-c", `import ${modules}`).then(({ code }) => code === 0, () => false);

const engines = {
  "explain_dask.py": "Dask, 2 workers: 640 examples",
  "explain_spark.py": "Spark, 2 workers: 640 examples",
  "explain_ray.py": "Ray, 2 workers: 640 examples",
};
const modules = {
  "explain_dask.py": "onnxruntime, distributed",
  "explain_spark.py": "onnxruntime, pyspark, pyarrow",
  "explain_ray.py": "onnxruntime, ray.data, pyarrow",
};

for (const [script, line] of Object.entries(engines)) {
  const needed = modules[script as keyof typeof modules];
  const there = await can(needed);
  if (!there) {
    // deno-lint-ignore no-console
    console.log(`Skipped ${script}: ${python} cannot import ${needed} (RELPROP_PYTHON names another)`);
  }
  Deno.test({
    name: `${script} explains a corpus as one process does, also when a worker is killed in the middle`,
    ignore: !there,
    fn: async () => {
      const temporary = await Deno.makeTempDir();
      const at = (name: string): string => `${temporary}/${name}`;
      const found = torchExports.cases.find(({ name }) => name.startsWith("cnn, torchscript"))!;
      await Deno.writeFile(at("m.onnx"), Uint8Array.fromBase64(found.model));
      assertEquals(await main(["compile", at("m.onnx")], { write: () => {} }), 0);
      const count = ["--count", "640"];
      const local = await run("explain_local.py", at("m.lrp.onnx"), at("local.npz"), ...count);
      assertStringIncludes(local.text, "local: 640 examples");
      const other = await run(script, at("m.lrp.onnx"), at("other.npz"), ...count, "--kill", at("killed"));
      assert((await Deno.stat(at("killed"))).isFile, other.text);
      assertStringIncludes(other.text, line);
      assertMatch((await run("same.py", at("local.npz"), at("other.npz"))).text, /the same ids, each once/);
      await Deno.remove(temporary, { recursive: true });
    },
  });
}
