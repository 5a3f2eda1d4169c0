import { assert, assertEquals } from "@std/assert";
import { compile } from "../../lib/compiler/mod.ts";
import { dense } from "../../lib/layers/mod.ts";
import { epsilonPlus, sequential } from "../../lib/networks/mod.ts";
import { tensor } from "../../lib/tensor/mod.ts";
import { loadRelevanceModel } from "../../lib/runtime/mod.ts";
import { engineTest } from "../support/onnxruntime.ts";

const network = sequential([dense({ weights: tensor([[3, 4], [1, 0]]) })], { input: "x" });
const { model } = compile(network, { composite: epsilonPlus(), shape: ["N", 2] });

engineTest("a result says how many threads onnxruntime-node may use", "onnxruntime-node", async () => {
  for (const threads of [0, 1, 2]) {
    for (const worker of [false, true]) {
      await using loaded = await loadRelevanceModel(model, { engine: "onnxruntime-node", threads, worker });
      const { engine } = await loaded.explain(tensor([[1, 2]]));
      assertEquals([engine.name, engine.threads], [
        "onnxruntime-node",
        threads || navigator.hardwareConcurrency,
      ]);
    }
  }
});

engineTest("a result says how many threads onnxruntime-web chose", "onnxruntime-web", async () => {
  await using loaded = await loadRelevanceModel(model, { engine: "onnxruntime-web" });
  const { engine } = await loaded.explain(tensor([[1, 2]]));
  assert(engine.threads >= 1 && engine.threads <= navigator.hardwareConcurrency, `${engine.threads}`);
});
