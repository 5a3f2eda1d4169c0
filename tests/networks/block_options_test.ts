import { ShapeError } from "../../lib/errors.ts";
import { relu } from "../../lib/layers/mod.ts";
import {
  attention,
  gatedMlp,
  gru,
  lstm,
  multiHeadAttention,
  networkBuilder,
  sequential,
  unrolledGru,
} from "../../lib/networks/mod.ts";
import { tensor, zeros } from "../../lib/tensor/mod.ts";
import { assertMessage } from "../support/assert_message.ts";

const builder = networkBuilder();
const one = { weights: tensor([[1]]) };

Deno.test("networks and blocks do not overlook an option", () => {
  assertMessage(
    () => sequential([relu()], { classes: ["a"] } as never),
    TypeError,
    'Cannot make a network: options must be among input, labels, got "classes"',
  );
  assertMessage(
    () => builder.build("x", { label: [] } as never),
    TypeError,
    'Cannot make a network: options must be among labels, got "label"',
  );
  const inputs = { query: "q", key: "k", value: "v" };
  assertMessage(
    () => attention(builder, "a", inputs, { heads: 1, size: 1, masks: one.weights } as never),
    TypeError,
    "Cannot make attention: options must be among heads, keyValueHeads, mask, keyMask, positions, scale, size, " +
      'got "masks"',
  );
  assertMessage(
    () => multiHeadAttention(builder, "a", "x", { heads: 1, query: one, key: one, value: one } as never),
    TypeError,
    "Cannot make attention: the option output must be given, got undefined",
  );
  assertMessage(
    () => gatedMlp(builder, "m", "x", { gate: one, up: one, down: one } as never),
    TypeError,
    "Cannot make a gated block: the option activation must be given, got undefined",
  );
});

Deno.test("parameters of recurrent layers fit each other", () => {
  const forward = { inputWeights: zeros([8, 3]), recurrentWeights: zeros([8, 2]) };
  assertMessage(
    () => lstm({ forwards: forward } as never),
    TypeError,
    'Cannot make an LSTM: options must be among forward, reverse, got "forwards"',
  );
  assertMessage(
    () => lstm({ forward: { ...forward, bias: zeros([8]) } as never }),
    TypeError,
    "Cannot make an LSTM: options must be among inputWeights, recurrentWeights, inputBias, recurrentBias, " +
      'got "bias"',
  );
  assertMessage(
    () => lstm({ forward, reverse: { ...forward, inputBias: tensor([1]) } }),
    ShapeError,
    "Cannot make an LSTM: reverse.inputBias must have shape [8], got [1]",
  );
  assertMessage(
    () => gru({ forward }),
    ShapeError,
    "Cannot make a GRU: forward.recurrentWeights must have shape [6, 2], got [8, 2]",
  );
  assertMessage(
    () =>
      unrolledGru(builder, "g", "x", { forward: { ...forward, recurrentWeights: zeros([6, 2]) }, steps: 1 }),
    ShapeError,
    "Cannot unroll a GRU: forward.inputWeights must have shape [6, any], got [8, 3]",
  );
});
