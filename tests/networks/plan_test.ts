import { assertEquals } from "@std/assert";
import { convolution, dense, flatten, relu } from "../../lib/layers/mod.ts";
import {
  type Composite,
  deepTaylor,
  epsilonAlpha2Beta1,
  epsilonAlpha2Beta1Flat,
  epsilonGammaBox,
  epsilonPlus,
  epsilonPlusFlat,
  plan,
  sequential,
} from "../../lib/networks/mod.ts";
import { tensor } from "../../lib/tensor/mod.ts";

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
