import { assertEquals } from "@std/assert";
import { dense, transposedConvolution } from "../../lib/layers/mod.ts";
import { assign, byFamily, composite, propagateRelevance, sequential } from "../../lib/networks/mod.ts";
import { alphaBetaRule, flatRule, type Rule, zPlusRule } from "../../lib/rules/mod.ts";
import { type Tensor, tensor } from "../../lib/tensor/mod.ts";
import { assertClose } from "../support/assert_close.ts";

const everywhere = (rule: Rule) => composite("one rule", [assign(byFamily("linear"), rule)]);
const stack = (...weights: number[]) => sequential(weights.map((w) => dense({ weights: tensor([[w]]) })));

for (const signs of ["inputs and weights", "weights"] as const) {
  for (const epsilon of [1e-6, 1e-12]) {
    Deno.test(`alpha-beta by ${signs}, ε ${epsilon}: what α adds without negative contributions is no stabilizer's`, () => {
      const { ledger } = propagateRelevance(stack(1, 1), tensor([[3]]), {
        composite: everywhere(alphaBetaRule({ alpha: 2, beta: 1, signs, stabilizer: epsilon })),
        seed: tensor([[2]]),
      });
      // 2 · 2 · 2 = 8 arrive of 2; the upper layer adds 2, the lower one 4.
      assertClose(tensor([ledger.input]), tensor([8]), { relative: 3 * epsilon });
      assertClose(tensor(ledger.entries.map(({ lost }) => lost!)), tensor([-2, -4]), {
        relative: 3 * epsilon,
      });
      // α R ε / (3 + ε) of each layer: (4 + 8) / 3 ε.
      assertClose(tensor([ledger.stabilizer]), tensor([4 * epsilon]), { relative: 1e-3 });
      assertClose(tensor([ledger.gap]), tensor([0]), { absolute: 1e-14 });
    });
  }
}

Deno.test("z-plus loses the relevance of an output without positive contributions", () => {
  const { ledger } = propagateRelevance(stack(-1), tensor([[3]]), {
    composite: everywhere(zPlusRule()),
    seed: tensor([[2]]),
  });
  assertEquals([ledger.input, ledger.lost, ledger.stabilizer, ledger.gap], [0, 2, 0, 0]);
});

Deno.test("flat loses the relevance of an output that no input is connected to", () => {
  const weights: Tensor = tensor([[[5]]]);
  const network = sequential([transposedConvolution({ weights, stride: 2, outputPadding: 1 })]);
  const { input, ledger } = propagateRelevance(network, tensor([[[7]]]), {
    composite: everywhere(flatRule({ stabilizer: { epsilon: 1, sign: "zero", atZero: "epsilon" } })),
    seed: tensor([[[4, 3]]]),
  });
  // The second place has no input: its 3 are lost; of the 4 the stabilizer takes 4 · 1/(1 + 1).
  assertEquals([...input.data], [2]);
  assertEquals([ledger.lost, ledger.stabilizer], [3, 2]);
});
