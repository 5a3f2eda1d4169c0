import { assert, assertEquals } from "@std/assert";
import { dense, flatten, matmul, softmax, tanh, transpose } from "../../lib/layers/mod.ts";
import { attnLrp, cpLrp, type Network, networkBuilder, propagateRelevance } from "../../lib/networks/mod.ts";
import { randomGenerator } from "../../lib/random.ts";
import { type Tensor, tensor, zeros } from "../../lib/tensor/mod.ts";
import { assertClose } from "../support/assert_close.ts";
import { randomTensor } from "../support/layer_cases.ts";

/** Instances of a bag, weighed by how they look: multiple-instance learning with attention. */
function bag(looks: Tensor, worth: Tensor, scores: Tensor): Network {
  const builder = networkBuilder();
  const x = builder.input("instances");
  const looked = builder.add("looked", tanh(), builder.add("looks", dense({ weights: looks }), x));
  const worths = builder.add("worths", dense({ weights: worth }), looked);
  const row = builder.add("row", transpose({ order: [0, 2, 1] }), worths);
  const pooled = builder.add("pooled", matmul(), builder.add("weights", softmax(), row), x);
  return builder.build(
    builder.add("scores", dense({ weights: scores }), builder.add("flat", flatten(), pooled)),
  );
}

Deno.test("relevance goes through attention over the instances of a bag", () => {
  // All weigh the same: the mean of 2 and 4 is 3, times 10.
  const even = bag(tensor([[1]]), zeros([1, 1]), tensor([[10]]));
  const { input } = propagateRelevance(even, tensor([[[2], [4]]]), {
    composite: cpLrp(),
    seed: tensor([[30]]),
  });
  assertClose(input, tensor([[[10], [20]]]), { relative: 1e-6 });
  const random = randomGenerator(4);
  const of = (...shape: number[]): Tensor => randomTensor(random, shape);
  const network = bag(of(3, 4), of(1, 3), of(2, 4));
  for (const composite of [attnLrp(), cpLrp()]) {
    const { ledger, relevance } = propagateRelevance(network, of(2, 5, 4), { composite, seed: of(2, 2) });
    assert(ledger.relativeGap < 1e-13);
    assertEquals(relevance.get("instances")!.shape, [2, 5, 4]);
  }
});
