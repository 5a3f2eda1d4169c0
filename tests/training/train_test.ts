import { assert, assertEquals, assertRejects } from "@std/assert";
import { randomGenerator } from "../../lib/random.ts";
import { lossOf } from "../../lib/training/loss.ts";
import {
  createNetwork,
  encoderDecoderOf,
  type EpochReport,
  type Example,
  networkFromBytes,
  networkToBytes,
  predict,
  recurrentClassifierOf,
  train,
  trainMany,
  type TrainOptions,
} from "../../lib/training/mod.ts";
import { tensor } from "../../lib/tensor/mod.ts";
import { assertClose } from "../support/assert_close.ts";
import { assertMessage, assertRejectsWith } from "../support/assert_message.ts";

/** Is the sum of a sequence positive? */
function sums(count: number, seed: number): Example[] {
  const random = randomGenerator(seed);
  return Array.from({ length: count }, () => {
    const values = Float64Array.from({ length: 3 + random.integer(4) }, () => random.normal());
    return { values, target: Number(values.reduce((a, b) => a + b) > 0) };
  });
}

const options: TrainOptions = {
  loss: "crossEntropy",
  optimizer: { name: "adam", learningRate: 0.02 },
  epochs: 12,
  batchSize: 16,
};
const description = { kind: "lstm", inputSize: 1, hiddenSizes: [4], outputs: 2 } as const;

Deno.test("nets of every kind and both optimizers learn the sign of a sum, the same every time", async () => {
  const training = sums(300, 1), test = sums(200, 2);
  for (const optimizer of [options.optimizer, { name: "adagrad", learningRate: 0.1 }] as const) {
    for (const kind of ["lstm", "gru"] as const) {
      const run = async () => {
        const network = createNetwork({ ...description, kind }, { seed: 4 });
        const result = await train(network, { training }, { ...options, optimizer, dropout: 0.1 });
        return { network, result };
      };
      const { network, result } = await run();
      const right = test.filter((example) => {
        const [no, yes] = predict(network, example);
        return Number(yes! > no!) === example.target;
      });
      assert(right.length > 180, `${kind}, ${optimizer.name}: ${right.length} of 200`);
      assertEquals(result.history.length, 12);
      assertEquals((await run()).network.parameters, network.parameters);
    }
  }
});

Deno.test("a dense net learns exclusive or", async () => {
  const training = [[0, 0], [0, 1], [1, 0], [1, 1]].map(([a, b]) => ({
    values: Float64Array.of(a!, b!),
    target: a! ^ b!,
  }));
  const network = createNetwork({
    kind: "dense",
    inputSize: 2,
    hiddenSizes: [8],
    outputs: 2,
    activation: "tanh",
  }, {
    seed: 1,
  });
  await train(network, { training }, { ...options, epochs: 300, batchSize: 4 });
  assertEquals(
    training.map((example) => {
      const [no, yes] = predict(network, example);
      return Number(yes! > no!);
    }),
    [0, 1, 1, 0],
  );
});

Deno.test("training stops below a loss, without progress, and without hope", async () => {
  const training = sums(300, 1), validation = sums(100, 3);
  const run = async (more: Partial<TrainOptions>) => {
    const reports: EpochReport[] = [];
    const network = createNetwork(description, { seed: 4 });
    const onEpoch = (report: EpochReport): void => void reports.push(report);
    const result = await train(network, { training, validation }, {
      ...options,
      epochs: 200,
      ...more,
      onEpoch,
    });
    assertEquals(result.history, reports);
    return { network, ...result };
  };
  const below = await run({ stopBelow: 0.3 });
  assertEquals(below.stopped, "below");
  assert(below.history.at(-1)!.validationLoss! < 0.3 && below.history.at(-2)!.validationLoss! >= 0.3);

  const patient = await run({ patience: 2, optimizer: { name: "adam", learningRate: 0.3 } });
  assertEquals(patient.stopped, "patience");
  const losses = patient.history.map(({ validationLoss }) => validationLoss!);
  const best = Math.min(...losses);
  assertEquals(losses.indexOf(best), losses.length - 3);
  const again = validation.reduce((sum, example) => {
    const ofScores = new Float64Array(2);
    return sum +
      lossOf("crossEntropy", predict(patient.network, example), { target: example.target, ofScores });
  }, 0);
  assertClose(again / 100, best, { relative: 1e-12 });

  const hopeless = await run({ giveUp: { after: 3, above: 0 } });
  assertEquals([hopeless.stopped, hopeless.history.length], ["hopeless", 3]);
});

Deno.test("workers train the networks that one thread trains", async () => {
  const training = sums(60, 1);
  const jobs = [1, 2, 3].map((seed) => ({
    description,
    seed,
    range: 0.5,
    options: { ...options, epochs: 2, seed },
  }));
  const seen: [number, number][] = [];
  const trained = await trainMany(jobs, { training }, {
    workers: 2,
    onProgress: (done, total) => void seen.push([done, total]),
  });
  assertEquals(seen, [[1, 3], [2, 3], [3, 3]]);
  for (const [index, { network, history }] of trained.entries()) {
    const alone = createNetwork(description, { seed: index + 1, range: 0.5 });
    const result = await train(alone, { training }, jobs[index]!.options);
    assertEquals(network.parameters, alone.parameters);
    assertEquals(history, result.history);
  }
  const wrong = trainMany([{ ...jobs[0]!, options: { ...options, epochs: 0 } }], { training });
  assertEquals(
    (await assertRejects(() => wrong, Error)).message,
    "Cannot train: epochs must be a positive integer, got 0",
  );
});

Deno.test("a signal ends the workers", async () => {
  const long = { description, seed: 1, options: { ...options, epochs: 1_000_000 } };
  const controller = new AbortController(), reason = new Error("enough");
  setTimeout(() => controller.abort(reason), 50);
  const stopped = trainMany([long, long, long], { training: sums(60, 1) }, {
    workers: 2,
    signal: controller.signal,
  });
  assert(await assertRejects(() => stopped, Error) === reason);
  const never = trainMany([long], { training: sums(60, 1) }, { signal: AbortSignal.abort(reason) });
  assert(await assertRejects(() => never, Error) === reason);
  await assertRejectsWith(
    () => trainMany([], { training: [] }, { workers: 1, ...{ worker: 2 } }),
    TypeError,
    'Cannot train networks: options must be among workers, onProgress, signal, got "worker"',
  );
});

Deno.test("a trained recurrent net as a classifier gives the same scores", () => {
  for (
    const [kind, bidirectional] of [["lstm", false], ["lstm", true], ["gru", false], ["gru", true]] as const
  ) {
    const network = createNetwork({
      kind,
      inputSize: 3,
      hiddenSizes: [4, 2],
      outputs: 2,
      bidirectional,
      vocabularySize: 5,
    }, { seed: 1 });
    const ids = [4, 0, 2];
    const model = recurrentClassifierOf(network, { labels: ["a", "b"] });
    assertClose(model.forward({ ids }).scores, predict(network, { ids }), { absolute: 1e-15 });
    network.parameters.fill(0);
    assert(model.outputWeights.some((weight) => weight !== 0));
  }
  const dense = createNetwork({ kind: "dense", inputSize: 1, hiddenSizes: [], outputs: 1 }, { seed: 1 });
  assertMessage(
    () => recurrentClassifierOf(dense),
    TypeError,
    "Cannot make a recurrent classifier: the network must be an LSTM or a GRU, got dense",
  );
});

Deno.test("a trained encoder-decoder gives the same outputs when it can be explained", () => {
  const network = createNetwork({
    kind: "encoderDecoder",
    inputSize: 2,
    knownSize: 1,
    hiddenSizes: [4, 3],
    outputs: 3,
  }, { seed: 2, range: 0.7 });
  const history = [0.5, -1, 2, 0.3], known = [1, -2, 0.5];
  const { outputs } = encoderDecoderOf(network).forward(tensor(history, [2, 2]), tensor(known, [3, 1]));
  const values = Float64Array.of(...history, ...known);
  assertClose(outputs, predict(network, { values }), { absolute: 1e-14 });
  assertEquals(networkFromBytes(networkToBytes(network)), network);
  assertMessage(
    () =>
      encoderDecoderOf(
        createNetwork({ kind: "dense", inputSize: 1, hiddenSizes: [], outputs: 1 }, { seed: 1 }),
      ),
    TypeError,
    "Cannot make an encoder-decoder: the network must be one, got dense",
  );
  assertMessage(
    () => predict(network, { values: Float64Array.of(1, 2, 3, 4) }),
    RangeError,
    "Cannot run a network: an example must have a multiple of 2 values before 3 known ones, got 1 in example 0",
  );
});
