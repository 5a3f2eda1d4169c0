import { assertEquals } from "@std/assert";
import { compile } from "../../lib/compiler/mod.ts";
import { readOnnxFile, writeOnnxFile } from "../../lib/io/mod.ts";
import { dense } from "../../lib/layers/mod.ts";
import { epsilonPlus, sequential } from "../../lib/networks/mod.ts";
import { loadRelevanceModel } from "../../lib/runtime/mod.ts";
import { openModelFile, wholeModel } from "../../lib/runtime/model_file.ts";
import { contiguous, tensor } from "../../lib/tensor/mod.ts";

const weights = tensor(new Float64Array(2000).map((_, i) => i % 11 - 5), [1000, 2]);
const { model } = compile(sequential([dense({ weights })], { input: "x" }), {
  composite: epsilonPlus(),
  shape: ["N", 2],
});

for (const external of [false, true]) {
  Deno.test(`a model file is not held in memory beside the engine that reads it, external ${external}`, async () => {
    const folder = await Deno.makeTempDir();
    const path = `${folder}/m.lrp.onnx`;
    await writeOnnxFile(path, model, { external });
    const source = await openModelFile(path);
    assertEquals([source.path, source.model.graph.initializers.size], [path, 0]);
    assertEquals(source.model.graph.inputs, model.graph.inputs);
    assertEquals(await wholeModel(source), await readOnnxFile(path));
    // Whoever needs the numbers reads them again.
    for (const worker of [false, true]) {
      await using file = await loadRelevanceModel(path, { engine: "reference", worker });
      await using memory = await loadRelevanceModel(model, { engine: "reference" });
      const x = tensor([[1, 2], [3, -4]]);
      const [found, expected] = [await file.explain(x, { verify: true }), await memory.explain(x)];
      assertEquals([...contiguous(found.relevance)], [...contiguous(expected.relevance)]);
      assertEquals(found.verification!.largest, 0);
    }
    await Deno.remove(folder, { recursive: true });
  });
}
