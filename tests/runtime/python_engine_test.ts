import { assert } from "@std/assert";
import { compile } from "../../lib/compiler/mod.ts";
import { writeOnnx } from "../../lib/io/mod.ts";
import { loadRelevanceModel } from "../../lib/runtime/mod.ts";
import { contiguous } from "../../lib/tensor/mod.ts";
import { networkCases } from "../compiler/networks.ts";

const python = Deno.env.get("RELPROP_PYTHON") ?? "python3";

async function runs(args: readonly string[], input = ""): Promise<string | undefined> {
  try {
    const child = new Deno.Command(python, {
      args: [...args],
      stdin: "piped",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    const writer = child.stdin.getWriter();
    await writer.write(new TextEncoder().encode(input));
    await writer.close();
    const { success, stdout, stderr } = await child.output();
    if (!success) throw new Error(new TextDecoder().decode(stderr));
    return new TextDecoder().decode(stdout);
  } catch (error) {
    if (input !== "") throw error;
  }
}

const there = await runs(["-c", "import onnx, onnxruntime"]) !== undefined;
// deno-lint-ignore no-console
if (!there) console.log(`Skipped compiled models in Python: ${python} cannot import onnx and onnxruntime`);

Deno.test({
  name:
    "Python's onnx finds compiled models right, and its onnxruntime gives what the reference engine gives",
  ignore: !there,
  fn: async () => {
    const folder = await Deno.makeTempDir();
    const tests: unknown[] = [];
    for (const { network, composites, shape, inputs } of networkCases()) {
      for (const composite of composites) {
        const { model } = compile(network, { composite, shape });
        const path = `${folder}/${tests.length}.lrp.onnx`;
        await Deno.writeFile(path, writeOnnx(model));
        await using reference = await loadRelevanceModel(model, { engine: "reference" });
        const cases = await Promise.all(inputs.map(async (input) => {
          const { output, relevance } = await reference.explain(input);
          return {
            shape: input.shape,
            data: [...contiguous(input)],
            output: [...contiguous(output)],
            relevance: [...contiguous(relevance)],
          };
        }));
        const { name, elementType } = model.graph.inputs[0]!;
        tests.push({ path, name, whole: elementType === 7, cases });
      }
    }
    const script = new URL("./support/python_engine.py", import.meta.url).pathname;
    const { largest } = JSON.parse((await runs([script], JSON.stringify(tests)))!) as { largest: number[] };
    await Deno.remove(folder, { recursive: true });
    // What float32 makes of denominators near 0; most are near 1e-6.
    assert(Math.max(...largest) < 2e-3, `${Math.max(...largest)}`);
  },
});
