import { assert } from "@std/assert";
import { compile } from "../../lib/compiler/mod.ts";
import { explain, lrp } from "../../lib/attribution/mod.ts";
import {
  fashionCnn,
  fashionSamples,
  fashionVit,
  intentClassifier,
  intentTransformer,
  networkFromOnnx,
  readOnnxFile,
} from "../../lib/io/mod.ts";
import {
  attnLrp,
  type Composite,
  cpLrp,
  epsilonAlpha2Beta1Flat,
  epsilonGammaBox,
  epsilonPlus,
  lrpAll,
  mergeBatchNorm,
  type Network,
  propagateRelevance,
  runNetwork,
  seedFor,
} from "../../lib/networks/mod.ts";
import type { Size } from "../../lib/ops/mod.ts";
import { loadRelevanceModel } from "../../lib/runtime/mod.ts";
import { contiguous, type NumericArray, type Tensor, tensor } from "../../lib/tensor/mod.ts";
import { largestError } from "../support/assert_close.ts";
import { engineFolder, type EngineLoader, engineTest } from "../support/onnxruntime.ts";
import { sharedTest } from "../support/shared.ts";

const images = tensor(contiguous(await fashionSamples()).slice(0, 2 * 784), [2, 1, 28, 28]);

async function compare(
  load: EngineLoader,
  network: Network,
  shape: readonly Size[],
  composites: readonly Composite[],
  inputs: readonly Tensor[],
): Promise<void> {
  for (const composite of composites) {
    await using model = await load(compile(network, { composite, shape }).model);
    for (const input of inputs) {
      const run = runNetwork(network, input);
      const expected = propagateRelevance(network, run, { composite, seed: seedFor(run.output) }).input;
      const { output, relevance } = await model.explain(input);
      const apart = (a: NumericArray, b: NumericArray): number =>
        largestError(contiguous(a), contiguous(b)).scaled;
      assert(apart(output, run.output) < 1e-6);
      // Measured: 3e-7 for the convolutional net, up to 2e-5 for transformers, whose denominators come near 0.
      assert(apart(relevance, expected) < 1e-4, `${composite.name}: ${apart(relevance, expected)}`);
    }
  }
}

engineTest(
  "the shipped convolutional net, compiled, agrees with the reference engine",
  "onnxruntime-node",
  async (load) => {
    const composites = [epsilonPlus(), epsilonAlpha2Beta1Flat(), epsilonGammaBox({ low: 0, high: 1 })];
    await compare(load, mergeBatchNorm(await fashionCnn()), ["N", 1, 28, 28], composites, [images]);
  },
);

engineTest(
  "the shipped vision transformer, compiled, agrees with the reference engine",
  "onnxruntime-node",
  async (load) => {
    await compare(load, await fashionVit(), ["N", 1, 28, 28], [attnLrp(), cpLrp()], [images]);
  },
);

engineTest(
  "the shipped text transformer, compiled for any length, agrees with the reference engine",
  "onnxruntime-node",
  async (load) => {
    const network = await intentTransformer();
    const inputs = [tensor([[3, 14, 15, 92, 6]]), tensor([[53, 58], [97, 93]])];
    await compare(load, network, ["N", "T"], [attnLrp(), cpLrp()], inputs);
  },
);

sharedTest(
  "a bidirectional LSTM that PyTorch wrote, compiled once, gives what the recurrent kernels give in float64",
  ["models/snips_bilstm/model.onnx"],
  async ([path]) => {
    const { network, shapes } = networkFromOnnx(await readOnnxFile(path!));
    const oracle = await intentClassifier();
    const folder = engineFolder("onnxruntime-node");
    for (const share of ["all", "half", "prop", "abs"] as const) {
      await using model = await loadRelevanceModel(
        compile(network, { composite: lrpAll({ share }), shape: shapes }),
        { engine: folder ? "onnxruntime-node" : "reference" },
      );
      for (const ids of [[3, 314, 315, 6, 16, 542, 579, 1397, 11], [5], [7, 8, 9]]) {
        const { output, relevance } = await model.explain(tensor([ids]));
        const method = lrp({ epsilon: 1e-3, productRule: share });
        const expected = explain(oracle, { ids }, { method });
        assert(largestError(contiguous(output), expected.scores).absolute < 1e-5);
        // Measured: 4e-7 for all and abs, up to 4e-5 for half and prop, whose denominators come near 0.
        const { scaled } = largestError(contiguous(relevance), expected.tokenRelevance);
        assert(scaled < 2e-4, `${share}: ${scaled}`);
      }
    }
  },
);
