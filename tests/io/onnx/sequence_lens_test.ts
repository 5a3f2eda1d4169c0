import { assertEquals } from "@std/assert";
import { compile } from "../../../lib/compiler/mod.ts";
import { UnsupportedLayerError } from "../../../lib/errors.ts";
import { networkFromOnnx, type OnnxModel, type OnnxTensor } from "../../../lib/io/mod.ts";
import { lrpAll, propagateRelevance, runNetwork } from "../../../lib/networks/mod.ts";
import { randomGenerator } from "../../../lib/random.ts";
import { loadRelevanceModel } from "../../../lib/runtime/mod.ts";
import { contiguous, type Tensor, tensor } from "../../../lib/tensor/mod.ts";
import { assertClose } from "../../support/assert_close.ts";
import { assertMessage } from "../../support/assert_message.ts";
import { onnxModel, onnxNode } from "./support/onnx_model.ts";

const [E, D] = [2, 3];
const random = randomGenerator(6);

function weights(name: string, ...shape: number[]): [string, OnnxTensor] {
  const size = shape.reduce((a, b) => a * b, 1);
  const bytes = new Uint8Array(Float32Array.from({ length: size }, () => random.normal() * 0.5).buffer);
  return [name, { name, shape, elementType: 1, bytes }];
}

/** `x` `[T, N, E]` and how long each text is, to the last hidden states `[2, N, D]`. */
function modelOf(operator: "LSTM" | "GRU", outputs = ["", "h"]): OnnxModel {
  const rows = (operator === "LSTM" ? 4 : 3) * D;
  const node = onnxNode(operator, ["x", "W", "R", "B", "lengths"], outputs, {
    integers: { hidden_size: D, ...operator === "GRU" && { linear_before_reset: 1 } },
  });
  const text = new TextEncoder().encode("bidirectional");
  const attributes = new Map([...node.attributes, ["direction", { kind: "text" as const, value: text }]]);
  const model = onnxModel([{ ...node, attributes }], { outputs: [outputs.find((name) => name !== "")!] });
  const initializers = new Map([
    weights("W", 2, rows, E),
    weights("R", 2, rows, D),
    weights("B", 2, 2 * rows),
  ]);
  const inputs = [
    { name: "x", elementType: 1, shape: ["T", "N", E] },
    { name: "lengths", elementType: 6, shape: ["N"] },
  ];
  return { ...model, graph: { ...model.graph, inputs, initializers } };
}

for (const operator of ["LSTM", "GRU"] as const) {
  Deno.test(`${operator} with sequence_lens gives the last states of each text, as for the text alone`, async () => {
    const { network, shapes } = networkFromOnnx(modelOf(operator));
    const lengths = [2, 4, 1];
    const x: Tensor = tensor(Float64Array.from({ length: 4 * 3 * E }, () => random.normal()), [4, 3, E]);
    const run = runNetwork(network, { x, lengths: tensor(lengths) });
    const seed = tensor(new Float64Array(2 * 3 * D).fill(1), [2, 3, D]);
    const composite = lrpAll({ epsilon: 2 ** -10 });
    const { relevance, ledger } = propagateRelevance(network, run, { composite, seed });
    assertEquals(ledger.relativeGap < 1e-13, true);
    assertEquals(relevance.get("lengths"), undefined);
    for (const [n, length] of lengths.entries()) {
      const own = Array.from(
        { length },
        (_, t) => [...contiguous(x).subarray((t * 3 + n) * E, (t * 3 + n + 1) * E)],
      );
      const text = tensor(own.map((row) => [row]));
      const alone = runNetwork(network, { x: text, lengths: tensor([length]) });
      const states = [0, 1].map((side) =>
        contiguous(run.output).slice((side * 3 + n) * D, (side * 3 + n + 1) * D)
      );
      assertClose(states.flatMap((part) => [...part]), contiguous(alone.output), { absolute: 1e-14 });
    }
    const compiled = compile(network, { composite, shape: shapes, target: "relevance" });
    await using model = await loadRelevanceModel(compiled, { engine: "reference" });
    const result = await model.explain({ x, lengths: tensor(lengths), seed });
    assertClose(result.relevance, relevance.get("x")!, { absolute: 1e-5 });
    // Behind the end of each text there is none.
    const first = contiguous(result.relevance).subarray(2 * 3 * E, 2 * 3 * E + E);
    assertEquals([...first], [0, 0]);
  });
}

Deno.test("sequence_lens is refused where all states are read", () => {
  assertMessage(
    () => networkFromOnnx(modelOf("LSTM", ["y"])),
    UnsupportedLayerError,
    'Cannot import node "y" (LSTM, operator set 17): with sequence_lens only the last hidden states must be read',
  );
});
