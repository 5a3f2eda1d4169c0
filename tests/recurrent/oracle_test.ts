import { assertEquals } from "@std/assert";
import { readNpz } from "../../lib/io/mod.ts";
import { deleteTokens, lstmClassifier, type RecurrentClassifier } from "../../lib/recurrent/mod.ts";
import { contiguous, type NumericArray, tensor } from "../../lib/tensor/mod.ts";
import { assertClose } from "../support/assert_close.ts";
import { checkOracle } from "../support/lstm_oracle.ts";

const fixture = (name: string): URL => new URL(`../fixtures/oracle/${name}`, import.meta.url);

async function randomModel(): Promise<RecurrentClassifier> {
  const weights = await readNpz(await Deno.readFile(fixture("arch_e7_d5_C3_weights.npz")));
  const read = (name: string): NumericArray => weights.get(name)!;
  const direction = (side: string) => ({
    inputWeights: read(`Wxh_${side}`),
    recurrentWeights: read(`Whh_${side}`),
    inputBias: read(`bxh_${side}`),
    recurrentBias: read(`bhh_${side}`),
  });
  const [left, right] = [read("Why_Left"), read("Why_Right")];
  const rows = Array.from({ length: 3 }, (_, k) => [
    ...contiguous(left.pick(k, null)),
    ...contiguous(right.pick(k, null)),
  ]);
  return lstmClassifier({
    layers: [{ forward: direction("Left"), reverse: direction("Right") }],
    gateOrder: "igfo",
    output: { weights: tensor(rows) },
    embeddings: read("E"),
  });
}

Deno.test("scores, relevance, gradients and deletion agree with the reference on a random net", async () => {
  const checked = await checkOracle(
    await randomModel(),
    fixture("arch_e7_d5_C3.npz").pathname,
    fixture("arch_e7_d5_C3.json").pathname,
  );
  assertEquals(checked.sentences, 40);
});

Deno.test("hidden states of the oracle's traces are reproduced through the scores of a probe", async () => {
  // A net whose output layer is the identity hands out its last hidden states as scores.
  const weights = await readNpz(await Deno.readFile(fixture("arch_e7_d5_C3_weights.npz")));
  const oracle = await readNpz(await Deno.readFile(fixture("arch_e7_d5_C3.npz")));
  const index = JSON.parse(await Deno.readTextFile(fixture("arch_e7_d5_C3.json")));
  const identity = tensor(
    Array.from({ length: 5 }, (_, i) => Array.from({ length: 5 }, (_, j) => i === j ? 1 : 0)),
  );
  const probe = lstmClassifier({
    layers: [{
      forward: {
        inputWeights: weights.get("Wxh_Left")!,
        recurrentWeights: weights.get("Whh_Left")!,
        inputBias: weights.get("bxh_Left")!,
        recurrentBias: weights.get("bhh_Left")!,
      },
    }],
    gateOrder: "igfo",
    output: { weights: identity },
    embeddings: weights.get("E")!,
  });
  const { ids } = index.sentences[0];
  const hidden = oracle.get("trace0__h_Left")!;
  for (let t = 1; t <= ids.length; t++) {
    const { scores } = probe.forward({ ids: ids.slice(0, t) });
    assertClose(scores, contiguous(hidden.pick(t - 1, null)), { absolute: 1e-15, where: `step ${t}` });
  }
});

Deno.test("deleting no token changes nothing, and the input is left as it is", async () => {
  const model = await randomModel();
  const sequence = model.encode({ ids: [1, 2, 3] });
  const before = sequence.values.data.slice();
  assertEquals(model.forward(deleteTokens(sequence, [])).scores, model.forward(sequence).scores);
  deleteTokens(sequence, [0, 2]);
  assertEquals(sequence.values.data, before);
});
