import { assert } from "@std/assert";
import { fashionCnn, fashionSamples, fashionVit, intentTransformer, readNpz } from "../../lib/io/mod.ts";
import {
  add,
  averagePooling,
  batchNorm,
  convolution,
  dense,
  flatten,
  gelu,
  groupNorm,
  maxPooling,
  relu,
  silu,
} from "../../lib/layers/mod.ts";
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
  networkBuilder,
  propagateRelevance,
  runNetwork,
  seedFor,
} from "../../lib/networks/mod.ts";
import { eagerOps as ops } from "../../lib/ops/mod.ts";
import { type RandomGenerator, randomGenerator } from "../../lib/random.ts";
import type { DialectName } from "../../lib/rules/mod.ts";
import type { Tensor } from "../../lib/tensor/mod.ts";
import { randomTensor } from "../support/layer_cases.ts";

/** A residual net of random sizes: branches, strides, groups, several kinds of normalization and activation. */
function randomNetwork(random: RandomGenerator): { network: Network; input: Tensor } {
  const of = (...shape: number[]): Tensor => randomTensor(random, shape);
  const [channels, width, classes] = [
    1 + random.integer(3),
    2 * (1 + random.integer(2)),
    2 + random.integer(3),
  ];
  const builder = networkBuilder();
  const x = builder.input("x");
  const first = builder.add(
    "first",
    convolution({ weights: of(width, channels, 3, 3), bias: of(width), padding: 1 }),
    x,
  );
  const variance = ops.add(ops.absolute(of(width)), 0.5);
  const norm = random.integer(2) === 0
    ? batchNorm({ weights: of(width), bias: of(width), runningMean: of(width), runningVariance: variance })
    : groupNorm({ weights: of(width), bias: of(width), groups: 2 });
  const normed = builder.add("norm", norm, first);
  const active = builder.add("act", [relu(), gelu(), silu()][random.integer(3)], normed);
  const inner = builder.add(
    "inner",
    convolution({ weights: of(width, width / 2, 3, 3), padding: 1, groups: 2 }),
    active,
  );
  const sum = builder.add("sum", add(), active, inner);
  const pool = random.integer(2) === 0 ? maxPooling({ kernel: [2, 2] }) : averagePooling({ kernel: [2, 2] });
  const flat = builder.add("flat", flatten(), builder.add("pool", pool, sum));
  const hidden = builder.add("hidden", dense({ weights: of(5, width * 9), bias: of(5) }), flat);
  const last = dense({ weights: of(classes, 5), bias: of(classes) });
  const scores = builder.add("scores", last, builder.add("relu", relu(), hidden));
  return { network: builder.build(scores), input: of(2, channels, 6, 6) };
}

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
