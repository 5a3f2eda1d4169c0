import { assertEquals } from "@std/assert";
import { convolution, dense, flatten, multiply, relu } from "../../lib/layers/mod.ts";
import {
  assign,
  attnLrp,
  byKind,
  type Composite,
  composite,
  deepTaylor,
  epsilonAlpha2Beta1,
  epsilonAlpha2Beta1Flat,
  epsilonGammaBox,
  epsilonPlus,
  epsilonPlusFlat,
  lrpAll,
  networkBuilder,
  plan,
  propagateRelevance,
  sequential,
} from "../../lib/networks/mod.ts";
import { productRule } from "../../lib/rules/mod.ts";
import { tensor } from "../../lib/tensor/mod.ts";
import { assertClose } from "../support/assert_close.ts";

const kernel = tensor([[[[1]]]]);
const image = sequential({
  first: convolution({ weights: kernel }),
  relu: relu(),
  second: convolution({ weights: kernel }),
  flatten: flatten(),
  scores: dense({ weights: tensor([[1], [2]]) }),
});

const PRESETS: Composite[] = [
  epsilonPlus(),
  epsilonPlusFlat(),
  epsilonAlpha2Beta1(),
  epsilonAlpha2Beta1Flat(),
  epsilonGammaBox({ low: 0, high: 1 }),
  deepTaylor(),
];

for (const preset of PRESETS) {
  Deno.test(`plan() has nothing to warn of in an image network under ${preset.name}`, () => {
    assertEquals(plan(image, preset).warnings, []);
  });
}

Deno.test("plan() warns of relevance that a product leaves in a learned constant, and the ledger has it as rest", () => {
  const builder = networkBuilder();
  const factor = builder.constant("factor", tensor([[3, 3]]));
  const scaled = builder.add("scaled", multiply(), builder.input("x"), factor);
  const network = builder.build(builder.add("scores", dense({ weights: tensor([[1, 2]]) }), scaled));
  const warning =
    '"scaled" (multiply) leaves a part of its relevance in "factor", which does not depend on the input: a ' +
    "rule that gives all to the other factor does not";
  assertEquals(plan(network, attnLrp()).warnings, [warning]);
  assertEquals(plan(network, lrpAll({ share: "half" })).warnings, [warning]);
  // 3·1 + 6·1 = 9, half of it each
  const { input, ledger } = propagateRelevance(network, tensor([[1, 1]]), {
    composite: attnLrp(),
    seed: tensor([[9]]),
  });
  assertClose([...input.data, ledger.rest], [1.5, 3, 4.5], { absolute: 1e-5 });

  const all = composite("all", [
    assign(byKind("multiply"), productRule({ signal: 0 })),
    ...attnLrp().assignments,
  ]);
  assertEquals(plan(network, all).warnings, []);
  const whole = propagateRelevance(network, tensor([[1, 1]]), { composite: all, seed: tensor([[9]]) });
  assertClose([...whole.input.data, whole.ledger.rest], [3, 6, 0], { absolute: 1e-5 });
});
