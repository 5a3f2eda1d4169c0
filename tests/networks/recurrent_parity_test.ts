import { explain, lrp } from "../../lib/attribution/mod.ts";
import { concatenate, dense, take } from "../../lib/layers/mod.ts";
import {
  lrpAll,
  type Network,
  networkBuilder,
  propagateRelevance,
  runNetwork,
  unrolledLstm,
} from "../../lib/networks/mod.ts";
import { randomGenerator } from "../../lib/random.ts";
import { lstmClassifier } from "../../lib/recurrent/mod.ts";
import { contiguous, type Tensor, tensor } from "../../lib/tensor/mod.ts";
import { assertClose } from "../support/assert_close.ts";
import { randomTensor } from "../support/layer_cases.ts";

// Two implementations that share no code: the recurrent kernels, and the same net unrolled into a graph.
for (const share of ["all", "half", "prop", "abs"] as const) {
  Deno.test(`an unrolled LSTM classifier under lrpAll (${share}) gives what the recurrent kernels give`, () => {
    for (let seed = 1; seed <= 8; seed++) {
      const random = randomGenerator(seed);
      const [E, D, K, steps] = [
        1 + random.integer(4),
        1 + random.integer(4),
        1 + random.integer(3),
        1 + random.integer(6),
      ];
      const of = (...shape: number[]): Tensor => randomTensor(random, shape);
      const direction = (): Record<
        "inputWeights" | "recurrentWeights" | "inputBias" | "recurrentBias",
        Tensor
      > => ({
        inputWeights: of(4 * D, E),
        recurrentWeights: of(4 * D, D),
        inputBias: of(4 * D),
        recurrentBias: of(4 * D),
      });
      const layer = { forward: direction(), reverse: direction() };
      const output = { weights: of(K, 2 * D), bias: of(K) };
      const model = lstmClassifier({ layers: [layer], output });
      const network = graphOf(layer, output, steps);
      const x = of(steps, E);
      const target = random.integer(K);
      const epsilon = [1e-3, 0.05][seed % 2];

      const expected = explain(model, { values: x }, {
        method: lrp({ epsilon, productRule: share }),
        target,
      });
      const run = runNetwork(network, tensor(contiguous(x), [1, steps, E]));
      assertClose(run.output.data, expected.scores, { absolute: 1e-14, relative: 1e-13 });
      const start = tensor(expected.scores.map((score, k) => k === target ? score : 0), [1, K]);
      const { input, ledger } = propagateRelevance(network, run, {
        composite: lrpAll({ epsilon, share }),
        seed: start,
      });
      const largest = Math.max(...contiguous(expected.relevance).map(Math.abs));
      const where = `${share}, seed ${seed}`;
      assertClose(contiguous(input), contiguous(expected.relevance), { absolute: 1e-10 * largest, where });
      assertClose(ledger.rest, expected.rest, { absolute: 1e-10 * largest, where });
      assertClose(ledger.bias, expected.ledger!.bias, { absolute: 1e-10 * ledger.scale, where });
      assertClose(ledger.stabilizer, expected.ledger!.stabilizer, { absolute: 1e-10 * ledger.scale, where });
    }
  });
}

function graphOf(
  layer: Parameters<typeof unrolledLstm>[3] extends infer Options ? Omit<Options, "steps"> : never,
  output: { weights: Tensor; bias: Tensor },
  steps: number,
): Network {
  const builder = networkBuilder();
  unrolledLstm(
    builder,
    "lstm",
    builder.input("x"),
    { ...layer, steps } as Parameters<typeof unrolledLstm>[3],
  );
  const forward = builder.add("forward", take({ axis: 1, index: -1 }), "lstm.forward");
  const reverse = builder.add("reverse", take({ axis: 1, index: 0 }), "lstm.reverse");
  const both = builder.add("states", concatenate({ axis: 1 }), forward, reverse);
  return builder.build(builder.add("scores", dense(output), both));
}
