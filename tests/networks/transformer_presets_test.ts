import { assertEquals } from "@std/assert";
import { rmsNorm } from "../../lib/layers/mod.ts";
import { attnLrp, cpLrp, propagateRelevance, sequential } from "../../lib/networks/mod.ts";
import { tensor } from "../../lib/tensor/mod.ts";

for (const preset of [attnLrp(), cpLrp()]) {
  Deno.test(`${preset.name} passes relevance through a root-mean-square normalization as it is`, () => {
    const network = sequential([rmsNorm({ weights: tensor([0.5, -2, 1]) })]);
    const { input, ledger } = propagateRelevance(network, tensor([[3, 0, -4e-7]]), {
      composite: preset,
      seed: tensor([[1, 2, -3]]),
    });
    assertEquals([...input.data], [1, 2, -3]);
    assertEquals([ledger.stabilizer, ledger.bias, ledger.lost], [0, 0, 0]);
  });
}
