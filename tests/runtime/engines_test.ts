import { assert, assertEquals, assertGreater } from "@std/assert";
import { compile } from "../../lib/compiler/mod.ts";
import { NumericalError, ShapeError, UnsupportedLayerError } from "../../lib/errors.ts";
import { type OnnxModel, writeOnnx, writeOnnxFile } from "../../lib/io/mod.ts";
import { epsilonPlus, type Network, sequential } from "../../lib/networks/mod.ts";
import { dense } from "../../lib/layers/mod.ts";
import { loadRelevanceModel } from "../../lib/runtime/mod.ts";
import { contiguous, tensor } from "../../lib/tensor/mod.ts";
import { onnxModel, onnxNode } from "../io/onnx/support/onnx_model.ts";
import { assertRejectsWith } from "../support/assert_message.ts";
import { engineTest } from "../support/onnxruntime.ts";
import { assertEngineAgrees } from "./support/assert_engine_agrees.ts";

const small: Network = sequential([dense({ weights: tensor([[3, 4], [1, 0]]) })], { input: "x" });
const compiled = (network = small): OnnxModel =>
  compile(network, { composite: epsilonPlus(), shape: ["N", 2] }).model;

engineTest(
  "onnxruntime-node runs every compiled network within float32 of the reference engine",
  "onnxruntime-node",
  (load) => assertEngineAgrees("onnxruntime-node", load),
);

engineTest(
  "onnxruntime-node in a worker gives the same, and timers go on",
  "onnxruntime-node",
  async (load) => {
    const model = compiled();
    await using here = await load(model);
    await using there = await load(model, { worker: true });
    assertEquals(there.engine, here.engine);
    let ticks = 0;
    const timer = setInterval(() => ticks++, 1);
    const x = tensor(new Float64Array(2e6).map((_, i) => i % 7), [1e6, 2]);
    const relevance = (await there.explain(x)).relevance;
    clearInterval(timer);
    assertGreater(ticks, 0);
    const same = contiguous((await here.explain(x)).relevance);
    assert(contiguous(relevance).every((value, i) => value === same[i]));
  },
);

engineTest(
  "onnxruntime-node reads files with their numbers beside them",
  "onnxruntime-node",
  async (load) => {
    const folder = await Deno.makeTempDir();
    const weights = tensor(new Float64Array(2000).map((_, i) => i % 11 - 5), [1000, 2]);
    const network = sequential([dense({ weights })], { input: "x" });
    await writeOnnxFile(`${folder}/m.lrp.onnx`, compiled(network), { external: true });
    assert((await Deno.stat(`${folder}/m.lrp.onnx.data`)).size >= 8000);
    await using model = await load(`${folder}/m.lrp.onnx`);
    const { verification } = await model.explain(tensor([[1, 2]]), { verify: true });
    assert(verification!.largest < 1e-6);
    await Deno.remove(folder, { recursive: true });
  },
);

Deno.test("the reference engine runs in a worker, from bytes", async () => {
  await using model = await loadRelevanceModel(writeOnnx(compiled()), { engine: "reference", worker: true });
  assertEquals(model.engine, { name: "reference", version: "", threads: 1, precision: "float64" });
  const { relevance, verification } = await model.explain(tensor([[1, 2]]), { verify: true });
  assertEquals(relevance.shape, [1, 2]);
  assertEquals(verification, { differences: { output: 0, relevance: 0 }, largest: 0 });
});

Deno.test("a worker that cannot load its model says why", async () => {
  const model = onnxModel([onnxNode("Fancy", ["x"], ["output"])], { outputs: ["output", "relevance"] });
  const error = await loadRelevanceModel(model, { engine: "reference", worker: true }).then(
    () => undefined,
    (error) => error,
  );
  assert(
    String(error).includes("the operator must be one that compiled models are written in"),
    String(error),
  );
});

Deno.test("an input that does not fit is refused before it runs", async () => {
  await using model = await loadRelevanceModel(compiled(), { engine: "reference" });
  await assertRejectsWith(
    () => model.explain(tensor([[1, 2, 3]])),
    ShapeError,
    'Cannot explain: input "x" must have shape [N, 2], got [1, 3]',
  );
  await assertRejectsWith(
    () => model.explain(tensor([1, 2])),
    ShapeError,
    'Cannot explain: input "x" must have shape [N, 2], got [2]',
  );
  await assertRejectsWith(
    () => model.explain({ y: tensor([[1, 2]]) }),
    RangeError,
    "Cannot explain: the model needs the inputs x, got y",
  );
  await assertRejectsWith(
    () => model.explain(tensor([[1, NaN]])),
    NumericalError,
    'Cannot explain: input "x" must be finite, got NaN at [0, 1]',
  );
});

Deno.test("inputs that share a size must agree on it", async () => {
  const model = compile(small, { composite: epsilonPlus(), shape: ["N", 2], target: "relevance" }).model;
  await using loaded = await loadRelevanceModel(model, { engine: "reference" });
  await assertRejectsWith(
    () => loaded.explain({ x: tensor([[1, 2]]), seed: tensor([[1, 0], [0, 1]]) }),
    ShapeError,
    'Cannot explain: input "seed" must have shape [N, 2], got [2, 2]',
  );
});

Deno.test("the reference engine refuses operators that no compiled model has", async () => {
  await assertRejectsWith(
    () =>
      loadRelevanceModel(
        onnxModel([onnxNode("Fancy", ["x"], ["output"], { name: "f" })], {
          outputs: ["output", "relevance"],
        }),
        { engine: "reference" },
      ),
    UnsupportedLayerError,
    'Cannot run node "f" (Fancy) on the reference engine: the operator must be one that compiled models are written in',
  );
});
