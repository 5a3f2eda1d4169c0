import { assertAlmostEquals } from "@std/assert";
import { NumericalError, ShapeError } from "../../lib/errors.ts";
import { lstmClassifier, type LstmClassifierOptions } from "../../lib/recurrent/mod.ts";
import { tensor, zeros } from "../../lib/tensor/mod.ts";
import { assertMessage } from "../support/assert_message.ts";

const cell = { inputWeights: zeros([8, 3]), recurrentWeights: zeros([8, 2]) };
const options: LstmClassifierOptions = {
  layers: [{ forward: cell, reverse: cell }],
  output: { weights: zeros([2, 4]) },
  embeddings: tensor([[1, 2, 3], [4, 5, 6], [7, 8, 9]]),
  vocabulary: ["good", "bad", "<unk>"],
};

Deno.test("nets whose parts do not fit cannot be built", () => {
  const build = (change: Partial<LstmClassifierOptions>) => () => lstmClassifier({ ...options, ...change });
  const part = (change: Record<string, unknown>) => build({ layers: [{ forward: { ...cell, ...change } }] });
  const net = "Cannot build a recurrent classifier: ";
  const lstm = "Cannot build an LSTM: ";
  // deno-lint-ignore no-explicit-any
  const nothing = undefined as any;
  assertMessage(build({ layers: nothing }), TypeError, lstm + "layers must be a list, got undefined");
  assertMessage(
    build({ output: nothing }),
    TypeError,
    net + "the option output must be given, got undefined",
  );
  assertMessage(
    build({ dropout: 0.5 } as Partial<LstmClassifierOptions>),
    TypeError,
    net +
      'options must be among output, labels, embeddings, vocabulary, unknownToken, tokenize, got "dropout"',
  );
  assertMessage(
    part({ weights: zeros([8, 3]) }),
    TypeError,
    lstm + 'options must be among inputWeights, recurrentWeights, inputBias, recurrentBias, got "weights"',
  );
  assertMessage(
    part({ inputWeights: [[1]] }),
    TypeError,
    lstm + "inputWeights of LSTM layer 0 (forward) must be an ndarray of shape [8, 3], got no ndarray",
  );
  assertMessage(build({ layers: [] }), RangeError, net + "it must have at least one layer, got none");
  assertMessage(
    build({ output: { weights: zeros([2, 3]) } }),
    ShapeError,
    net + "output weights must have shape [any, 4], got [2, 3]",
  );
  assertMessage(
    build({ output: { weights: zeros([2, 4]), bias: zeros([3]) } }),
    ShapeError,
    net + "output bias must have shape [2], got [3]",
  );
  assertMessage(
    build({ output: { weights: tensor([[0, 0, 0, 0], [0, NaN, 0, 0]]) } }),
    NumericalError,
    net + "output weights must be finite, got NaN at [1, 1]",
  );
  assertMessage(
    build({ vocabulary: ["good", "bad"] }),
    RangeError,
    net + "the vocabulary must have one word per row of the embeddings (3), got 2",
  );
  assertMessage(build({ labels: ["a"] }), RangeError, net + "labels must be one per class (2), got 1");
  assertMessage(
    build({ unknownToken: "UNK" }),
    RangeError,
    net + 'unknownToken must be a word of the vocabulary, got "UNK"',
  );
  assertMessage(
    // deno-lint-ignore no-explicit-any
    build({ gateOrder: "fico" as any }),
    RangeError,
    lstm + 'gateOrder must be one of ifgo, igfo, ifco, iofc, got "fico"',
  );
  assertMessage(
    part({ inputWeights: zeros([8, 4]) }),
    ShapeError,
    lstm + "inputWeights of LSTM layer 0 (forward) must have shape [8, 3], got [8, 4]",
  );
  assertMessage(
    part({ recurrentWeights: zeros([6, 2]) }),
    ShapeError,
    lstm + "recurrentWeights of LSTM layer 0 (forward) must have shape [8, 2], got [6, 2]",
  );
  assertMessage(
    part({ inputBias: zeros([4]) }),
    ShapeError,
    lstm + "inputBias of LSTM layer 0 (forward) must have shape [8], got [4]",
  );
  const weights = zeros([8, 3]);
  weights.set(5, 2, NaN);
  assertMessage(
    build({ layers: [{ forward: cell, reverse: { ...cell, inputWeights: weights } }] }),
    NumericalError,
    lstm + "inputWeights of LSTM layer 0 (reverse) must be finite, got NaN at [5, 2]",
  );
});

Deno.test("gate orders name where the gates stand", () => {
  // Gates i, f, g, o with biases 1, 2, 3, 4, in the order that each name says.
  const orders = { ifgo: [1, 2, 3, 4], igfo: [1, 3, 2, 4], ifco: [1, 2, 3, 4], iofc: [1, 4, 2, 3] } as const;
  const sigmoid = (z: number): number => 1 / (1 + Math.exp(-z));
  const expected = sigmoid(4) * Math.tanh(sigmoid(1) * Math.tanh(3));
  for (const [gateOrder, inputBias] of Object.entries(orders)) {
    const { scores } = lstmClassifier({
      layers: [{
        forward: {
          inputWeights: zeros([4, 1]),
          recurrentWeights: zeros([4, 1]),
          inputBias: tensor([...inputBias]),
        },
      }],
      output: { weights: tensor([[1]]) },
      gateOrder: gateOrder as keyof typeof orders,
    }).forward({ values: zeros([1, 1]) });
    assertAlmostEquals(scores[0]!, expected, 1e-15, gateOrder);
  }
});
