import { assert } from "@std/assert";
import { explain, explainAll, gradientTimesInput, lrp } from "../../lib/attribution/mod.ts";
import { ShapeError } from "../../lib/errors.ts";
import { randomGenerator } from "../../lib/random.ts";
import { gruClassifier, type GruParameters } from "../../lib/recurrent/mod.ts";
import { lrpLinear } from "../../lib/rules/mod.ts";
import { exactSum } from "../../lib/statistics.ts";
import { contiguous, type Tensor, tensor, zeros } from "../../lib/tensor/mod.ts";
import { assertClose } from "../support/assert_close.ts";
import { assertMessage } from "../support/assert_message.ts";
import { gruDirection, randomGru } from "../support/random_gru.ts";
import { randomTensor } from "../support/random_lstm.ts";

const CASES = [[2, 3], [4, 2], [3, 4, 2]].flatMap((sizes) => [false, true].map((both) => ({ sizes, both })));

Deno.test("GRU gradients are those of finite differences", () => {
  const random = randomGenerator(1);
  for (const { sizes, both } of CASES) {
    const model = randomGru(random, sizes, both), values = randomTensor(random, [5, sizes[0]!]);
    const weights = [1, -0.5, 0.25], step = 1e-5;
    const objective = (at: Float64Array): number =>
      exactSum(model.forward({ values: tensor(at, [5, sizes[0]!]) }).scores.map((s, k) => s * weights[k]!));
    const gradient = model.forward({ values }).gradient(weights).values.data;
    contiguous(values).forEach((value, i) => {
      const moved = (by: number): number =>
        objective(contiguous(values).map((v, j) => j === i ? value + by : v));
      assertClose(gradient[i]!, (moved(step) - moved(-step)) / (2 * step), { absolute: 1e-9 });
    });
  }
});

Deno.test("GRU relevance closes its ledger, and with bias factor 1 it adds up to the score", () => {
  const random = randomGenerator(2);
  for (const { sizes, both } of CASES) {
    const model = randomGru(random, sizes, both), input = { values: randomTensor(random, [9, sizes[0]!]) };
    for (const productRule of ["all", "half", "prop", "abs"] as const) {
      for (const biasFactor of [0, 0.4, 1]) {
        const attribution = explain(model, input, {
          method: lrp({ epsilon: 0.05, biasFactor, productRule }),
          target: 1,
        });
        const { ledger, rest, score, tokenRelevance } = attribution;
        if (productRule !== "half") {
          assert(ledger!.relativeGap < 1e-12, `${productRule} ${ledger!.relativeGap}`);
        }
        if (biasFactor !== 1 || productRule !== "all") continue;
        assertClose(exactSum(tokenRelevance) + rest, score, { absolute: 1e-12 * ledger!.scale });
      }
    }
  }
});

Deno.test("GRU relevance is that of its definition, one call of the linear rule per arrow", () => {
  const random = randomGenerator(3), e = 3, d = 2, steps = 4, rule = { eps: 0.01, biasFactor: 0.3 };
  const { inputWeights, recurrentWeights, inputBias, recurrentBias } = gruDirection(random, e, d);
  const output = randomTensor(random, [2, d]), values = randomTensor(random, [steps, e]);
  const model = gruClassifier({
    layers: [{ forward: { inputWeights, recurrentWeights, inputBias, recurrentBias } }],
    output: { weights: output },
  });
  const sigmoid = (z: number): number => 1 / (1 + Math.exp(-z));
  const rows = (
    matrix: Tensor | GruParameters["inputWeights"],
    from: number,
    x: readonly number[],
  ): number[] =>
    Array.from({ length: d }, (_, j) => exactSum(x.map((value, k) => matrix.get(from + j, k) * value)));
  const biases = (bias: GruParameters["inputWeights"], from: number): number[] =>
    Array.from({ length: d }, (_, j) => bias.get(from + j));
  const plus = (...lists: number[][]): number[] =>
    lists[0]!.map((_, j) => exactSum(lists.map((list) => list[j]!)));
  let h = new Array<number>(d).fill(0);
  const kept = Array.from({ length: steps }, (_, t) => {
    const x = Array.from({ length: e }, (_, k) => values.get(t, k)), before = h;
    const gate = (from: number): number[] =>
      plus(
        rows(inputWeights, from, x),
        biases(inputBias, from),
        rows(recurrentWeights, from, h),
        biases(recurrentBias, from),
      )
        .map(sigmoid);
    const r = gate(0), z = gate(d);
    const recalled = plus(rows(recurrentWeights, 2 * d, h), biases(recurrentBias, 2 * d));
    const pre = plus(
      rows(inputWeights, 2 * d, x),
      biases(inputBias, 2 * d),
      recalled.map((q, j) => r[j]! * q),
    );
    const n = pre.map(Math.tanh);
    h = n.map((value, j) => (1 - z[j]!) * value + z[j]! * before[j]!);
    return { x, before, r, z, n, pre, h };
  });
  const { scores } = model.forward({ values });
  const score = exactSum(h.map((value, j) => value * output.get(1, j)));
  assertClose(scores[1]!, score, { absolute: 1e-15 });
  const eye = tensor([[1, 0], [0, 1]]);
  const column = tensor(h.map((_, j) => [output.get(1, j)]));
  let relevance: Tensor = lrpLinear(tensor(h), column, zeros([1]), tensor([score]), tensor([score]), {
    ...rule,
    biasNbUnits: d,
  });
  const expected: number[][] = [];
  for (const { x, before, r, z, n, pre, h } of kept.toReversed()) {
    const into = (signal: number[]): Tensor =>
      lrpLinear(tensor(signal), eye, zeros([d]), tensor(h), relevance, { ...rule, biasNbUnits: 2 * d });
    const ofNew = into(n.map((value, j) => (1 - z[j]!) * value)),
      carried = into(before.map((value, j) => z[j]! * value));
    const bias = tensor(r.map((gate, j) => inputBias.get(2 * d + j) + gate * recurrentBias.get(2 * d + j)));
    const down = (lower: number[], weight: (k: number, j: number) => number): Tensor =>
      lrpLinear(
        tensor(lower),
        tensor(lower.map((_, k) => pre.map((_, j) => weight(k, j)))),
        bias,
        tensor(pre),
        ofNew,
        {
          ...rule,
          biasNbUnits: d + e,
        },
      );
    expected.unshift([...contiguous(down(x, (k, j) => inputWeights.get(2 * d + j, k)))]);
    const ofHidden = down(before, (k, j) => r[j]! * recurrentWeights.get(2 * d + j, k));
    relevance = tensor(contiguous(carried).map((value, j) => value + ofHidden.get(j)));
  }
  const attribution = explain(model, { values }, {
    method: lrp({ epsilon: 0.01, biasFactor: 0.3 }),
    target: 1,
  });
  assertClose(attribution.relevance, expected, { absolute: 1e-13 });
  assertClose(attribution.rest, exactSum(contiguous(relevance)), { absolute: 1e-13 });
});

Deno.test("every method and explainAll() take a GRU", async () => {
  const random = randomGenerator(4), model = randomGru(random, [3, 4], true);
  const inputs = [2, 5].map((steps) => ({ values: randomTensor(random, [steps, 3]) }));
  for (const method of [lrp(), gradientTimesInput()]) {
    for await (const { index, attribution } of explainAll(model, inputs, { method, workers: 2 })) {
      const alone = explain(model, inputs[index]!, { method });
      assertClose(attribution!.relevance.data, alone.relevance.data, { absolute: 1e-13 });
    }
  }
});

Deno.test("GRU weights that do not fit, word for word", () => {
  const weights = { inputWeights: zeros([6, 3]), recurrentWeights: zeros([6, 2]) };
  assertMessage(
    () =>
      gruClassifier({
        layers: [{ forward: { ...weights, inputWeights: zeros([8, 3]) } }],
        output: { weights: zeros([1, 2]) },
      }),
    ShapeError,
    "Cannot build a GRU: inputWeights of GRU layer 0 (forward) must have shape [6, any], got [8, 3]",
  );
});
