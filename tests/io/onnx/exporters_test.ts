import { assert, assertEquals } from "@std/assert";
import { compile } from "../../../lib/compiler/mod.ts";
import { UnsupportedLayerError } from "../../../lib/errors.ts";
import { networkFromOnnx, type OnnxNetwork, readOnnx } from "../../../lib/io/mod.ts";
import {
  attnLrp,
  type Composite,
  dropSoftmax,
  epsilonPlus,
  lrpAll,
  mergeBatchNorm,
  propagateRelevance,
  runNetwork,
  seedFor,
} from "../../../lib/networks/mod.ts";
import { loadRelevanceModel } from "../../../lib/runtime/mod.ts";
import { contiguous, type Tensor, tensor } from "../../../lib/tensor/mod.ts";
import kerasExports from "../../fixtures/onnx/keras_exports.json" with { type: "json" };
import sklearnExports from "../../fixtures/onnx/sklearn_exports.json" with { type: "json" };
import { assertClose, largestError } from "../../support/assert_close.ts";
import { assertMessage } from "../../support/assert_message.ts";

interface ExportCase {
  readonly name: string;
  readonly model: string;
  readonly x: { readonly values: readonly number[]; readonly shape: readonly number[] };
  readonly y: { readonly values: readonly number[]; readonly shape: readonly number[] };
}

/** What exporters write that is not covered, and what is said about it. */
const REFUSED: Readonly<Record<string, string>> = {
  "gru, tf2onnx exporter, operator set 18":
    '"sequential_12_1_gru_1_while_cond_frozen_13228_sequential_12_1/gru_1/while/LogicalAnd" (And, operator set 18): the operator must be one that is covered',
  "lstm backwards, tf2onnx exporter, operator set 18":
    '"sequential_13_1/lstm_5_1/ReverseV2_ReverseSequence__1687" (ReverseSequence, operator set 18): the operator must be one that is covered',
  "exact gelu, tf2onnx exporter, operator set 18":
    '"sequential_14_1/dense_29_1/Gelu/Erfc" (Erfc, operator set 18): the operator must be one that is covered',
  "DecisionTreeClassifier, operator set 13":
    '"TreeEnsembleClassifier" (ai.onnx.ml.TreeEnsembleClassifier, operator set 13): the operator must be one that is covered',
  "DecisionTreeClassifier, operator set 18":
    '"TreeEnsembleClassifier" (ai.onnx.ml.TreeEnsembleClassifier, operator set 18): the operator must be one that is covered',
};

const read = (model: string): OnnxNetwork => networkFromOnnx(readOnnx(Uint8Array.fromBase64(model)));

function compositeFor(name: string): Composite {
  if (name.startsWith("transformer")) return attnLrp();
  return name.includes("lstm") ? lrpAll() : epsilonPlus();
}

for (const { name, model, x, y } of [...kerasExports.cases, ...sklearnExports.cases] as ExportCase[]) {
  const refusal = REFUSED[name];
  if (refusal !== undefined) {
    Deno.test(`networkFromOnnx() refuses ${name}, by the name of its node`, () =>
      assertMessage(() => read(model), UnsupportedLayerError, `Cannot import node ${refusal}`));
    continue;
  }
  Deno.test(`networkFromOnnx() reads ${name}, and it can be explained and compiled`, async () => {
    const { network, shapes } = read(model);
    const input = tensor([...x.values], [...x.shape]);
    const expected: Tensor = tensor([...y.values], [...y.shape]);
    // The expected numbers were computed in float32.
    assertClose(runNetwork(network, input).output, expected, { absolute: 2e-6, relative: 2e-5 });
    const plain = dropSoftmax(mergeBatchNorm(network));
    const run = runNetwork(plain, input);
    const seed = seedFor(run.output);
    const rules = compositeFor(name);
    const { input: relevance, ledger } = propagateRelevance(plain, run, { composite: rules, seed });
    assert(contiguous(relevance).some((value) => value !== 0));
    assert(ledger.relativeGap < 1e-12, `${ledger.relativeGap}`);
    const compiled = compile(plain, { composite: rules, shape: shapes });
    await using loaded = await loadRelevanceModel(compiled, { engine: "reference" });
    const result = await loaded.explain(input);
    assert(largestError(contiguous(result.relevance), contiguous(relevance)).scaled < 1e-4);
  });
}

Deno.test("every refusal is one of a fixture", () => {
  const names = [...kerasExports.cases, ...sklearnExports.cases].map(({ name }) => name);
  assertEquals(Object.keys(REFUSED).filter((name) => !names.includes(name)), []);
});
