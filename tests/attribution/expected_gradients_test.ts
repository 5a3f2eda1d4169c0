import { expectedGradients, explain } from "../../lib/attribution/mod.ts";
import { NumericalError, ShapeError } from "../../lib/errors.ts";
import { dense, multiply } from "../../lib/layers/mod.ts";
import { networkBuilder, sequential } from "../../lib/networks/mod.ts";
import { randomGenerator } from "../../lib/random.ts";
import { lstmClassifier } from "../../lib/recurrent/mod.ts";
import { tensor, zeros } from "../../lib/tensor/mod.ts";
import { assertClose } from "../support/assert_close.ts";
import { assertMessage } from "../support/assert_message.ts";

Deno.test("expectedGradients() of a square: the draws of its seed, one by one", () => {
  // The score is x², its gradient 2x: each draw gives (x - r) · 2 (r + a (x - r)).
  const builder = networkBuilder();
  const x = builder.input("x");
  const network = builder.build(builder.add("square", multiply(), x, x), { labels: ["square"] });
  const references = [-1, 0.5, 4];
  const random = randomGenerator(9);
  let expected = 0;
  for (let k = 0; k < 7; k++) {
    const r = references[random.integer(3)]!;
    expected += (3 - r) * 2 * (r + random.uniform() * (3 - r)) / 7;
  }
  const method = expectedGradients({ references: tensor(references, [3, 1]), samples: 7, seed: 9 });
  assertClose(explain(network, tensor([3]), { method }).relevance, tensor([expected]), { relative: 1e-14 });
});

Deno.test("expectedGradients() takes recurrent nets, and is exact against one reference where the score is linear", () => {
  const linear = sequential([dense({ weights: tensor([[3, -2]]) })]);
  const method = expectedGradients({ references: tensor([[1, 1]]), samples: 3 });
  assertClose(explain(linear, tensor([2, 5]), { method }).relevance, tensor([3, -8]), { relative: 1e-15 });
  const net = lstmClassifier({
    layers: [{ forward: { inputWeights: tensor([[0], [0], [1], [0]]), recurrentWeights: zeros([4, 1]) } }],
    output: { weights: tensor([[1]]) },
  });
  const { relevance } = explain(net, { values: tensor([[1], [0.5]]) }, {
    method: expectedGradients({ references: zeros([1, 2, 1]), samples: 2000 }),
  });
  // score = tanh(tanh(1)/4 + tanh(0.5)/2) / 2 of zeros: 0
  const score = Math.tanh(Math.tanh(1) / 4 + Math.tanh(0.5) / 2) / 2;
  assertClose(relevance.data.reduce((a, b) => a + b), score, { absolute: 0.005 }); // four standard errors: 0.0036
});

Deno.test("expectedGradients() says what it cannot take", () => {
  const network = sequential([dense({ weights: tensor([[3, -2]]) })]);
  assertMessage(
    () => expectedGradients({} as never),
    TypeError,
    "Cannot use expected gradients: the option references must be given, got undefined",
  );
  assertMessage(
    () => expectedGradients({ references: zeros([1, 2]), samples: 1.5 }),
    RangeError,
    "Cannot use expected gradients: samples must be a positive integer, got 1.5",
  );
  assertMessage(
    () => expectedGradients({ references: tensor([[0, NaN]]) }),
    NumericalError,
    "Cannot use expected gradients: references must be finite, got NaN at [0, 1]",
  );
  for (const shape of [[2], [1, 3], [0, 2], [1, 1, 2]]) {
    assertMessage(
      () => explain(network, tensor([1, 2]), { method: expectedGradients({ references: zeros(shape) }) }),
      ShapeError,
      "Cannot use expected gradients: the references must have the shape [2] of the input behind an axis that counts " +
        `them, got [${shape.join(", ")}]`,
    );
  }
});
