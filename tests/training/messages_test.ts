import { assertEquals } from "@std/assert";
import { FormatError, NumericalError } from "../../lib/errors.ts";
import { writeSafetensors } from "../../lib/io/mod.ts";
import {
  createNetwork,
  type Example,
  namedParameters,
  networkFromBytes,
  networkToBytes,
  predict,
  train,
  type TrainOptions,
} from "../../lib/training/mod.ts";
import { tensor } from "../../lib/tensor/mod.ts";
import { assertMessage, assertRejectsWith } from "../support/assert_message.ts";

const options: TrainOptions = {
  loss: "crossEntropy",
  optimizer: { name: "adam", learningRate: 0.02 },
  epochs: 12,
  batchSize: 16,
};
const description = { kind: "lstm", inputSize: 1, hiddenSizes: [4], outputs: 2 } as const;

Deno.test("files that hold no trained network say so", () => {
  const read = (bytes: Uint8Array) => () => networkFromBytes(bytes, { path: "a.safetensors" });
  assertMessage(
    read(writeSafetensors({ w: tensor([1]) })),
    FormatError,
    'Cannot read a trained network: the text "relprop.description" is required, got none in a.safetensors',
  );
  const network = createNetwork({ kind: "dense", inputSize: 2, hiddenSizes: [], outputs: 1 }, { seed: 1 });
  const metadata = { "relprop.description": JSON.stringify(network.description) };
  assertMessage(
    read(writeSafetensors({ "layer0.weight": tensor([[1]]) }, { metadata })),
    FormatError,
    'Cannot read a trained network: "layer0.weight" must have the shape [1, 2], got [1, 1] in a.safetensors',
  );
  assertMessage(
    read(writeSafetensors({ "layer0.weight": tensor([[1, 2]]) }, { metadata })),
    FormatError,
    'Cannot read a trained network: "layer0.bias" must have the shape [1], got none in a.safetensors',
  );
  assertEquals(networkFromBytes(networkToBytes(network)), network);
});

Deno.test("what cannot be trained says so", async () => {
  const network = createNetwork(description, { seed: 1 });
  const training = [{ values: Float64Array.of(1), target: 0 }];
  const run = (more: Partial<TrainOptions>, data: readonly Example[] = training) => () =>
    train(network, { training: data }, { ...options, ...more });
  const cases: [() => unknown, string][] = [
    [run({ epochs: 0.5 }), "Cannot train: epochs must be a positive integer, got 0.5"],
    [run({ batchSize: 0 }), "Cannot train: batchSize must be a positive integer, got 0"],
    [run({ dropout: 1 }), "Cannot train: dropout must be from 0 to below 1, got 1"],
    [run({}, []), "Cannot train: at least one example is required, got none"],
    [run({ patience: 1 }), "Cannot train: stopping early needs validation examples, got none"],
    [
      run({}, [{ values: new Float64Array(), target: 0 }]),
      "Cannot run a network: an example must have a multiple of 1 values, got 0 in example 0",
    ],
    [
      run({}, [training[0]!, { values: Float64Array.of(1), target: 2 }]),
      "Cannot train: a target must be a class from 0 to 1, got 2 in example 1",
    ],
    [
      run({}, [{ values: Float64Array.of(1), target: Float64Array.of(1, 0) }]),
      "Cannot train: a target must be a class from 0 to 1, got 2 numbers in example 0",
    ],
    [
      run({ loss: "squaredError" }),
      "Cannot train: a target must be numbers for 2 scores, got 0 in example 0",
    ],
    [
      run({ loss: "squaredError" }, [{ values: Float64Array.of(1), target: Float64Array.of(1) }]),
      "Cannot train: a target must be numbers for 2 scores, got 1 numbers in example 0",
    ],
    [
      () =>
        predict(createNetwork({ kind: "dense", inputSize: 2, hiddenSizes: [], outputs: 1 }, { seed: 0 }), {
          values: Float64Array.of(1),
        }),
      "Cannot run a network: an example must have 2 values, got 1 in example 0",
    ],
    [
      () => predict(createNetwork({ ...description, vocabularySize: 3 }, { seed: 0 }), { ids: [0, 3] }),
      "Cannot run a network: ids must be integers from 0 to 2, got 3 in example 0",
    ],
    [
      () => predict(createNetwork({ ...description, vocabularySize: 3 }, { seed: 0 }), training[0]!),
      "Cannot run a network: an example must have ids, got 1 in example 0",
    ],
    [
      () => createNetwork({ ...description, hiddenSizes: [0] }, { seed: 0 }),
      "Cannot make a network: hiddenSizes must be positive integers, got 0",
    ],
    [
      () => createNetwork({ ...description, hiddenSizes: [] }, { seed: 0 }),
      "Cannot make a network: a recurrent net must have at least one layer, got none",
    ],
  ];
  for (const [call, message] of cases) await assertRejectsWith(call, RangeError, message);
  await assertRejectsWith(
    () => train(network, { training }, { ...options, ...{ epoch: 3 } }),
    TypeError,
    'Cannot train: options must be among loss, optimizer, epochs, batchSize, seed, dropout, stopBelow, patience, giveUp, onEpoch, onProgress, signal, got "epoch"',
  );
  await assertRejectsWith(
    () => train(network, { training: [{ values: Float64Array.of(NaN), target: 0 }] }, options),
    NumericalError,
    "Cannot train: the loss must be finite, got NaN in epoch 1",
  );
  assertEquals(Object.keys(namedParameters(network)), [
    "lstm.weight_ih_l0",
    "lstm.weight_hh_l0",
    "lstm.bias_ih_l0",
    "output.weight",
    "output.bias",
  ]);
});
