import { assert } from "@std/assert";
import { fashionCnn, fashionSamples, fashionVit, intentTransformer, readNpz } from "../../lib/io/mod.ts";
import {
  attnLrp,
  type Composite,
  cpLrp,
  deepTaylor,
  epsilonAlpha2Beta1,
  epsilonAlpha2Beta1Flat,
  epsilonGammaBox,
  epsilonPlus,
  epsilonPlusFlat,
  excitationBackpropagation,
  gradient,
  guidedBackpropagation,
  mergeBatchNorm,
  type Network,
  propagateRelevance,
  runNetwork,
  seedFor,
} from "../../lib/networks/mod.ts";
import { eagerOps as ops } from "../../lib/ops/mod.ts";
import { randomGenerator } from "../../lib/random.ts";
import type { DialectName } from "../../lib/rules/mod.ts";
import type { Tensor } from "../../lib/tensor/mod.ts";
import { randomNetwork } from "../support/random_network.ts";

const images: readonly ((options: { dialect: DialectName }) => Composite)[] = [
  epsilonPlus,
  epsilonPlusFlat,
  epsilonAlpha2Beta1,
  epsilonAlpha2Beta1Flat,
  (options) => epsilonGammaBox({ low: -4, high: 4, ...options }),
  (options) => deepTaylor({ low: -4, high: 4, ...options }),
  deepTaylor,
  excitationBackpropagation,
];

/** Every line and the whole balance, to some last digits of the relevance in flow. */
function assertCloses(network: Network, input: Tensor, composite: Composite, where: string): void {
  const run = runNetwork(network, input);
  const { ledger } = propagateRelevance(network, run, { composite, seed: seedFor(run.output) });
  assert(ledger.relativeGap < 1e-13, `${where}: gap ${ledger.relativeGap} of ${ledger.scale}`);
}

Deno.test("the ledger closes for every composite and dialect on 30 random residual networks", () => {
  for (let seed = 1; seed <= 30; seed++) {
    const { network, input } = randomNetwork(randomGenerator(seed));
    const dialect = (["zennit", "captum", "lxt", "arras"] as const)[seed % 4];
    for (const make of images) {
      const composite = make({ dialect });
      for (const explained of [network, mergeBatchNorm(network)]) {
        assertCloses(explained, input, composite, `${composite.name}, ${dialect}, seed ${seed}`);
      }
    }
    for (const composite of [gradient(), guidedBackpropagation()]) {
      assertCloses(network, input, composite, `${composite.name}, seed ${seed}`);
    }
  }
});

Deno.test("the ledger closes on the networks that ship with the package", async () => {
  const samples = ops.slice(await fashionSamples(), 0, 0, 2);
  const cnn = mergeBatchNorm(await fashionCnn());
  for (const make of images) assertCloses(cnn, samples, make({ dialect: "zennit" }), "fashionCnn");
  const file = await Deno.readFile(new URL("../fixtures/models/logits.npz", import.meta.url));
  const ids = ops.slice((await readNpz(file)).get("snips_minibert_ids") as Tensor, 0, 0, 2);
  for (const composite of [attnLrp(), cpLrp(), attnLrp({ dialect: "zennit" })]) {
    assertCloses(await fashionVit(), samples, composite, `fashionVit, ${composite.name}`);
    assertCloses(await intentTransformer(), ids, composite, `intentTransformer, ${composite.name}`);
  }
});
