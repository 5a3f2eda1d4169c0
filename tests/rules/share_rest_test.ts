import { dense } from "../../lib/layers/mod.ts";
import {
  alphaBetaRule,
  gammaRule,
  propagate,
  type Rule,
  wSquareRule,
  zPlusRule,
} from "../../lib/rules/mod.ts";
import { tensor } from "../../lib/tensor/mod.ts";
import { assertClose } from "../support/assert_close.ts";

/** Inputs of 1, a bias, no stabilizer; the bias is sent down in equal shares. */
const CASES: readonly [string, Rule, number[], bias: number, relevance: number, expected: number[]][] = [
  // z = 3 + 1 = 4: 6 and 0 of 8, and 2 for the bias
  ["z-plus", zPlusRule({ biasFactor: 1, stabilizer: 0 }), [3, -2], 1, 8, [6 + 1, 0 + 1]],
  // plus 3 + 1 + 2 = 6, twice: 6, 2, and 4 for the bias; minus -2, once: -6
  ["alpha-beta", alphaBetaRule({ biasFactor: 1, stabilizer: 0 }), [3, 1, -2], 2, 6, [
    6 + 4 / 3,
    2 + 4 / 3,
    -6 + 4 / 3,
  ]],
  // weights 4 and -1, z = 4 - 1 + 1 = 4: 8 and -2 of 8, and 2 for the bias, half of which is sent
  ["gamma", gammaRule({ gamma: 1, signs: "weights", biasFactor: 0.5, stabilizer: 0 }), [2, -1], 1, 8, [
    8 + 0.5,
    -2 + 0.5,
  ]],
  // 1 + 4 + 1 = 6: 2 and 8 of 12, and 2 for the squared bias
  ["w-square", wSquareRule({ biasFactor: 1, stabilizer: 0 }), [1, 2], 1, 12, [2 + 1, 8 + 1]],
];

for (const [name, rule, weights, bias, relevance, expected] of CASES) {
  Deno.test(`${name} sends a part of the bias down in equal shares`, () => {
    const layer = dense({ weights: tensor([weights]), bias: tensor([bias]) });
    const { inputs } = propagate(layer, rule, {
      inputs: [tensor([weights.map(() => 1)])],
      relevance: tensor([[relevance]]),
    });
    assertClose(inputs[0]!, tensor([expected]), { absolute: 1e-14 });
  });
}
