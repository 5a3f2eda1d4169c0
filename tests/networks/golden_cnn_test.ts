import {
  averagePooling,
  batchNorm,
  convolution,
  dense,
  flatten,
  maxPooling,
  relu,
} from "../../lib/layers/mod.ts";
import {
  assign,
  byFamily,
  byKind,
  type Composite,
  composite,
  epsilonAlpha2Beta1,
  epsilonAlpha2Beta1Flat,
  epsilonGammaBox,
  epsilonPlus,
  epsilonPlusFlat,
  mergeBatchNorm,
  propagateRelevance,
  runNetwork,
  seedFor,
  sequential,
} from "../../lib/networks/mod.ts";
import { epsilonRule, passRule } from "../../lib/rules/mod.ts";
import { contiguous, type NestedNumbers, type Tensor, tensor } from "../../lib/tensor/mod.ts";
import { assertClose } from "../support/assert_close.ts";

interface Explained {
  R: NestedNumbers;
  layer_sums: [number, string, number][];
}
const golden = JSON.parse(
  await Deno.readTextFile(new URL("../fixtures/peers/golden_cnn.json", import.meta.url)),
);
const parameter = (name: string): Tensor => tensor(golden.params[name] as NestedNumbers);
const x = tensor(golden.x as NestedNumbers);

const network = sequential([
  convolution({ weights: parameter("0.weight"), bias: parameter("0.bias"), padding: 1 }),
  batchNorm({
    weights: parameter("1.weight"),
    bias: parameter("1.bias"),
    runningMean: parameter("1.running_mean"),
    runningVariance: parameter("1.running_var"),
    epsilon: golden.bn_eps,
  }),
  relu(),
  maxPooling({ kernel: [2, 2] }),
  convolution({ weights: parameter("4.weight"), bias: parameter("4.bias") }),
  relu(),
  averagePooling({ kernel: [2, 2] }),
  flatten(),
  dense({ weights: parameter("8.weight"), bias: parameter("8.bias") }),
  relu(),
  dense({ weights: parameter("10.weight"), bias: parameter("10.bias") }),
]);
const merged = mergeBatchNorm(network);

Deno.test("small CNN: the output, with the batch normalization merged and not", () => {
  const expected = tensor(golden.out as NestedNumbers);
  assertClose(runNetwork(network, x).output, expected, { relative: 1e-12 });
  assertClose(runNetwork(merged, x).output, expected, { relative: 1e-12 });
});

const box = { low: golden.low as number, high: golden.high as number };
const cases: [string, boolean, Composite][] = [
  ["zennit EpsilonPlus + BN merge", true, epsilonPlus()],
  ["zennit EpsilonPlusFlat + BN merge", true, epsilonPlusFlat()],
  ["zennit EpsilonAlpha2Beta1 + BN merge", true, epsilonAlpha2Beta1()],
  ["zennit EpsilonAlpha2Beta1Flat + BN merge", true, epsilonAlpha2Beta1Flat()],
  ["zennit EpsilonGammaBox + BN merge", true, epsilonGammaBox(box)],
  ["zennit EpsilonPlus, BN not merged (Pass)", false, epsilonPlus()],
];
for (const [name, merge, rules] of cases) {
  Deno.test(`small CNN: ${name}, relevance and the sum at each layer`, () => {
    const { R, layer_sums } = golden[name] as Explained;
    const explained = merge ? merged : network;
    const { output } = runNetwork(explained, x);
    const seed = seedFor(output, { classes: golden.target, start: "one" });
    const { input, relevance, ledger } = propagateRelevance(explained, x, { composite: rules, seed });
    const expected = tensor(R);
    const largest = Math.max(...contiguous(expected).map(Math.abs));
    assertClose(input, expected, { absolute: 1e-12 * largest });
    for (const [index, kind, sum] of layer_sums) {
      // The merged batch normalization hands on what its convolution receives.
      const node = explained.nodes.find((node) => node.name === String(index));
      if (!node) continue;
      const below = contiguous(relevance.get(node.inputs[0])!).reduce((total, r) => total + r, 0);
      assertClose(below, sum, { relative: 1e-11, where: `${index} ${kind}` });
    }
    if (ledger.relativeGap > 1e-14) throw new Error(`the ledger leaves a gap: ${ledger}`);
  });
}

Deno.test("small CNN: captum's default rules, with its epsilon rule on the flattening", () => {
  const epsilon = epsilonRule({ dialect: "captum" });
  const captum = composite("captum", [
    assign(byKind("dense", "convolution", "maxPooling", "averagePooling", "batchNorm", "flatten"), epsilon),
    assign(byFamily("activation"), passRule()),
  ]);
  const seed = seedFor(runNetwork(network, x).output, { classes: golden.target });
  const { input } = propagateRelevance(network, x, { composite: captum, seed });
  const expected = tensor(golden["captum LRP default, Flatten.rule=EpsilonRule"] as NestedNumbers);
  const largest = Math.max(...contiguous(expected).map(Math.abs));
  assertClose(input, expected, { absolute: 1e-12 * largest });
});
