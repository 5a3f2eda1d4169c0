import { assert, assertEquals } from "@std/assert";
import { ShapeError } from "../../lib/errors.ts";
import { readNpz, readSafetensors } from "../../lib/io/mod.ts";
import { gruStep, gruStepRelevance, type GruWeights } from "../../lib/kernels/mod.ts";
import { randomGenerator } from "../../lib/random.ts";
import {
  type EncoderDecoder,
  gruEncoderDecoder,
  type GruParameters,
  type ProductRule,
} from "../../lib/recurrent/mod.ts";
import { type NumericArray, type Tensor, tensor, zeros } from "../../lib/tensor/mod.ts";
import { assertClose } from "../support/assert_close.ts";
import { assertMessage } from "../support/assert_message.ts";
import { gruStepByDefinition } from "../support/gru_definition.ts";
import { randomTensor } from "../support/random_lstm.ts";
import { sharedTest } from "../support/shared.ts";

const RULES: readonly ProductRule[] = ["all", "half", "prop", "abs"];

for (const productRule of RULES) {
  Deno.test(`a step of a GRU under LRP-${productRule} is what the papers define, and closes its account`, () => {
    for (let seed = 1; seed <= 20; seed++) {
      const random = randomGenerator(seed);
      const e = 1 + random.integer(4), d = 1 + random.integer(4);
      const floats = (length: number): Float64Array => Float64Array.from({ length }, () => random.normal());
      const weights: GruWeights = {
        inputSize: e,
        hiddenSize: d,
        inputWeights: floats(3 * d * e),
        recurrentWeights: floats(3 * d * d),
        inputBias: floats(3 * d),
        recurrentBias: floats(3 * d),
      };
      const x = floats(e), h = floats(d), relevance = floats(d);
      const step = gruStep(weights, x, h);
      for (const epsilon of [1e-3, 0.1]) {
        for (const biasFactor of [0, 0.4, 1]) {
          const { input, before, bias, stabilizer } = gruStepRelevance(weights, step, relevance, {
            epsilon,
            biasFactor,
            productRule,
          });
          const expected = gruStepByDefinition(weights, [...x], [...h], {
            relevance: [...relevance],
            eps: epsilon,
            biasFactor,
            productRule,
          });
          assertClose(step.hidden, expected.hidden, { absolute: 1e-14 });
          const largest = Math.max(1, ...expected.input.map(Math.abs), ...expected.before.map(Math.abs));
          assertClose(input, expected.input, { absolute: 1e-11 * largest });
          assertClose(before, expected.before, { absolute: 1e-11 * largest });
          const add = (values: Float64Array): number => values.reduce((a, b) => a + b, 0);
          const gap = add(relevance) - add(input) - add(before) - bias - stabilizer;
          assert(Math.abs(gap) < 1e-11 * largest, `seed ${seed}: ${gap}`);
          if (biasFactor === 1) assertClose([bias, stabilizer], [0, 0], { absolute: 1e-11 * largest });
        }
      }
    }
  });
}

function randomNet(seed: number): { net: EncoderDecoder; history: Tensor; forecast: Tensor } {
  const random = randomGenerator(seed);
  const layer = (e: number, d: number): GruParameters => ({
    inputWeights: randomTensor(random, [3 * d, e], 0.7),
    recurrentWeights: randomTensor(random, [3 * d, d], 0.7),
    inputBias: randomTensor(random, [3 * d], 0.5),
    recurrentBias: randomTensor(random, [3 * d], 0.5),
  });
  const net = gruEncoderDecoder({
    encoder: [layer(2, 4), layer(4, 3)],
    decoder: [layer(3, 4), layer(4, 3)],
    head: {
      hiddenWeights: randomTensor(random, [5, 3]),
      hiddenBias: randomTensor(random, [5]),
      outputWeights: randomTensor(random, [1, 5]),
    },
  });
  return { net, history: randomTensor(random, [6, 2]), forecast: randomTensor(random, [3, 2]) };
}

Deno.test("the account of an encoder-decoder closes, and nothing comes from the future", () => {
  for (let seed = 1; seed <= 10; seed++) {
    const { net, history, forecast } = randomNet(seed);
    const pass = net.forward(history, forecast);
    for (const productRule of RULES) {
      for (const biasFactor of [0, 1]) {
        for (let output = 0; output < 3; output++) {
          const { ledger, ...sent } = pass.relevance(output, { epsilon: 1e-3, biasFactor, productRule });
          assert(ledger.relativeGap < 1e-12, `seed ${seed}, ${productRule}: ${ledger.relativeGap}`);
          assertEquals(ledger.received, pass.outputs[output]);
          if (biasFactor === 1) {
            assertClose([ledger.bias, ledger.stabilizer], [0, 0], { absolute: 1e-11 * ledger.scale });
          }
          for (let t = output + 1; t < 3; t++) {
            assertEquals([sent.forecast.get(t, 0), sent.forecast.get(t, 1)], [0, 0]);
          }
        }
      }
    }
  }
});

Deno.test("an encoder-decoder that does not fit says so", () => {
  const layer = (e: number): GruParameters => ({
    inputWeights: zeros([6, e]),
    recurrentWeights: zeros([6, 2]),
    inputBias: zeros([6]),
    recurrentBias: zeros([6]),
  });
  const head = { hiddenWeights: zeros([3, 2]), hiddenBias: zeros([3]), outputWeights: zeros([1, 3]) };
  assertMessage(
    () => gruEncoderDecoder({ encoder: [layer(1)], decoder: [], head }),
    RangeError,
    "Cannot build an encoder-decoder: encoder and decoder must have equally many layers, got 1 and 0",
  );
  assertMessage(
    () => gruEncoderDecoder({ encoder: [layer(1)], decoder: [{ ...layer(2), inputBias: zeros([5]) }], head }),
    ShapeError,
    "Cannot build an encoder-decoder: inputBias of decoder layer 0 must have shape [6], got [5]",
  );
  const pass = gruEncoderDecoder({ encoder: [layer(1)], decoder: [layer(2)], head }).forward(
    zeros([2, 1]),
    zeros([3, 1]),
  );
  assertMessage(
    () => pass.relevance(3, { epsilon: 1, biasFactor: 0 }),
    RangeError,
    "Cannot propagate relevance: the output must be from 0 to 2, got 3",
  );
});

sharedTest(
  "the published encoder-decoder: 30 points of the reference, 16 printed numbers",
  ["models/gru_encoder_decoder/model.safetensors", "models/gru_encoder_decoder/oracle.npz"],
  async ([weights, oracle]) => {
    const { tensors } = readSafetensors(await Deno.readFile(weights!));
    const get = (name: string): NumericArray => tensors.get(name)!;
    const layers = (prefix: string): GruParameters[] =>
      [0, 1].map((l) => ({
        inputWeights: get(`${prefix}.weight_ih_l${l}`),
        recurrentWeights: get(`${prefix}.weight_hh_l${l}`),
        inputBias: get(`${prefix}.bias_ih_l${l}`),
        recurrentBias: get(`${prefix}.bias_hh_l${l}`),
      }));
    const net = gruEncoderDecoder({
      encoder: layers("encoder.rnn_layer"),
      decoder: layers("decoder_cell.decoder_rnn_cell"),
      head: {
        hiddenWeights: get("decoder_cell.out1.weight"),
        hiddenBias: get("decoder_cell.out1.bias"),
        outputWeights: get("decoder_cell.out2.weight"),
      },
    });
    const arrays = await readNpz(await Deno.readFile(oracle!));
    const row = (name: string, index: number): number[] => {
      const array = arrays.get(name)!, size = array.size / array.shape[0]!;
      return Array.from({ length: size }, (_, i) => (array.data as Float64Array)[index * size + i]!);
    };
    for (let index = 0; index < 30; index++) {
      const pass = net.forward(tensor(row("x", index), [5, 2]), tensor(row("xf", index), [3, 2]));
      assertClose(pass.outputs, row("pred", index), { absolute: 1e-12 });
      const { history, forecast, ledger } = pass.relevance(2, { epsilon: 0.001, biasFactor: 0 });
      assertClose(history.data, row("Rx", index), { absolute: 1e-9 });
      assertClose(forecast.data, row("Rxf", index), { absolute: 1e-9 });
      assert(ledger.relativeGap < 1e-12);
    }
  },
);
