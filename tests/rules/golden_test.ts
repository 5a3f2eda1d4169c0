import {
  add,
  dense,
  layerNorm,
  matmul,
  meanPooling,
  multiply,
  rmsNorm,
  silu,
  softmax,
} from "../../lib/layers/mod.ts";
import { eagerOps } from "../../lib/ops/mod.ts";
import {
  alphaBetaRule,
  customRule,
  epsilonRule,
  flatRule,
  gammaRule,
  matmulRule,
  normalizationRule,
  normRule,
  passRule,
  propagate,
  type Rule,
  softmaxRule,
  uniformRule,
  wSquareRule,
  zBoxRule,
  zPlusRule,
} from "../../lib/rules/mod.ts";
import { contiguous, type NestedNumbers, type Tensor, tensor } from "../../lib/tensor/mod.ts";
import { assertClose } from "../support/assert_close.ts";

const golden = JSON.parse(
  await Deno.readTextFile(new URL("../fixtures/peers/golden.json", import.meta.url)),
) as { inputs: Record<string, NestedNumbers> } & Record<string, NestedNumbers>;
const given = (name: string): Tensor => tensor(golden.inputs[name]);
const published = (name: string): Tensor => tensor(golden[name]);

/** Every number within 1e-12 of the largest of its array. */
function assertGolden(name: string, actual: Tensor): void {
  const expected = published(name);
  const largest = contiguous(expected).reduce((size, value) => Math.max(size, Math.abs(value)), 0);
  assertClose(tensor(contiguous(actual), expected.shape), expected, {
    absolute: 1e-12 * largest,
    where: name,
  });
}

const layer = dense({ weights: given("W"), bias: given("b") });
const [first, second] = [0, 1].map((row) =>
  tensor(contiguous(given("x")).slice(4 * row, 4 * row + 4), [1, 4])
);
const onLayer = (rule: Rule, relevance = given("R")): Tensor =>
  propagate(layer, rule, { inputs: [given("x")], relevance }).inputs[0];
const onOne = (
  rule: Rule,
  weights: number[][],
  input: number[][],
  relevance: number,
  bias?: number[],
): Tensor =>
  propagate(dense({ weights: tensor(weights), bias: bias && tensor(bias) }), rule, {
    inputs: [tensor(input)],
    relevance: tensor([[relevance]]),
  }).inputs[0];

const single: Record<string, () => Tensor> = {
  "zennit.Epsilon(1e-6)": () => onLayer(epsilonRule()),
  "zennit.Epsilon(0.25)": () => onLayer(epsilonRule({ epsilon: 0.25 })),
  "zennit.ZPlus": () => onLayer(zPlusRule()),
  "zennit.AlphaBeta(2,1)": () => onLayer(alphaBetaRule({ alpha: 2, beta: 1 })),
  "zennit.Gamma(0.25)": () => onLayer(gammaRule({ gamma: 0.25 })),
  "zennit.ZBox(-1.5,2)": () => onLayer(zBoxRule({ low: -1.5, high: 2 })),
  "zennit.WSquare": () => onLayer(wSquareRule()),
  "zennit.WSquare(zero_params=bias)": () => onLayer(wSquareRule({ bias: "ignore" })),
  "zennit.Flat": () => onLayer(flatRule()),
  "zennit.Epsilon(1e-6) at z=0, x=[1,-1], W=[1,1], R=1": () => onOne(epsilonRule(), [[1, 1]], [[1, -1]], 1),
  "zennit.Gamma(0.25) at z=0, x=[1,-1], W=[1,1], R=1": () => onOne(gammaRule(), [[1, 1]], [[1, -1]], 1),
  "zennit.ZPlus at z=0, x=[1,-1], W=[1,1], R=1": () => onOne(zPlusRule(), [[1, 1]], [[1, -1]], 1),
  "zennit.AlphaBeta(1,0) on innvestigate#273 example": () =>
    onOne(alphaBetaRule({ alpha: 1, beta: 0 }), [[1, -1]], [[1, 1]], -1, [-1]),
  "zennit.AlphaBeta(2,1) on innvestigate#273 example": () =>
    onOne(alphaBetaRule({ alpha: 2, beta: 1 }), [[1, -1]], [[1, 1]], -1, [-1]),
  "arras.lrp_linear eps=1e-3 bias_factor=0 nb=4": () => onLayer(epsilonRule({ dialect: "arras" })),
  "arras.lrp_linear eps=1e-3 bias_factor=1 nb=4": () =>
    onLayer(epsilonRule({ dialect: "arras", biasFactor: 1 })),
  "lrp_toolbox epsilon 0.01": () => onLayer(epsilonRule({ epsilon: 0.01 })),
  "lrp_toolbox alphabeta alpha=2": () => onLayer(alphaBetaRule({ alpha: 2, beta: 1, stabilizer: 1e-16 })),
  "lrp_toolbox ww": () => onLayer(wSquareRule({ bias: "ignore", stabilizer: 0 })),
  "lrp_toolbox flat": () => onLayer(flatRule({ stabilizer: 0 })),
  "lxt.linear_epsilon(1e-6)": () => onLayer(epsilonRule({ dialect: "lxt" })),
  "lxt.linear_epsilon(0.5)": () => onLayer(epsilonRule({ dialect: "lxt", epsilon: 0.5 })),
  "chefer Linear.relprop alpha=1": () =>
    onLayer(alphaBetaRule({
      alpha: 1,
      beta: 0,
      bias: "ignore",
      stabilizer: { epsilon: 1e-9, sign: "none", atZero: "drop" },
    })),
};

for (const [name, compute] of Object.entries(single)) {
  Deno.test(`dense layer: ${name}`, () => assertGolden(name, compute()));
}

for (
  const [name, rule] of Object.entries({
    "captum EpsilonRule(0.1), target 1": epsilonRule({ dialect: "captum", epsilon: 0.1 }),
    "captum GammaRule(0.25), target 1": gammaRule({ dialect: "captum", gamma: 0.25 }),
    "captum Alpha1_Beta0, target 1": alphaBetaRule({ dialect: "captum", alpha: 1, beta: 0 }),
  })
) {
  Deno.test(`dense layer: ${name}, from the score of class 1`, () => {
    const z = layer.forward(eagerOps, [given("x")]);
    const seed = tensor(Float64Array.from(z.data, (score, i) => i % 3 === 1 ? score : 0), [2, 3]);
    assertGolden(name, onLayer(rule, seed));
  });
}

Deno.test("zennit.Norm on Sum (residual a+b)", () => {
  const relevance = tensor(new Float64Array(4).fill(-0.86), [1, 4]);
  const { inputs: [a, b] } = propagate(add(), normRule(), { inputs: [first, second], relevance });
  const stacked = Float64Array.from({ length: 8 }, (_, i) => [a, b][i % 2].data[i >> 1]);
  assertGolden("zennit.Norm on Sum (residual a+b)", tensor(stacked));
});

const seed = given("R_softmax");
const seedRow = tensor(contiguous(seed).slice(0, 4), [1, 4]);

Deno.test("LXT: softmax, with and without temperature", () => {
  const of = (scale: number): Tensor =>
    propagate(softmax({ scale }), softmaxRule(), { inputs: [given("x")], relevance: seed }).inputs[0];
  assertGolden("lxt.softmax", of(1));
  assertGolden("lxt.softmax temperature=2", of(0.5));
});

Deno.test("LXT: matrix product", () => {
  const point = { inputs: [given("A"), given("B")], relevance: given("R_matmul") };
  const { inputs: [a, b] } = propagate(matmul(), matmulRule({ dialect: "lxt" }), point);
  assertGolden("lxt.matmul R_A", a);
  assertGolden("lxt.matmul R_B", b);
});

Deno.test("LXT: sum, product and mean", () => {
  const point = { inputs: [first, second], relevance: seedRow };
  const sum = propagate(add(), normRule({ dialect: "lxt" }), point).inputs;
  assertGolden("lxt.add2 R_a", sum[0]);
  assertGolden("lxt.add2 R_b", sum[1]);
  const product = propagate(multiply(), uniformRule(), point).inputs;
  assertGolden("lxt.mul2 R_a", product[0]);
  assertGolden("lxt.mul2 R_b", product[1]);
  const mean = propagate(meanPooling({ axis: 1 }), normRule({ dialect: "lxt" }), {
    inputs: [given("x")],
    relevance: tensor([-0.86, -1.55]),
  });
  assertGolden("lxt.mean", mean.inputs[0]);
});

Deno.test("LXT: layer normalization, and the identity of root-mean-square normalization", () => {
  const normal = layerNorm({ weights: given("ln_w"), bias: given("ln_b") });
  const point = { inputs: [given("x")], relevance: seed };
  assertGolden("lxt.layer_norm", propagate(normal, normalizationRule({ dialect: "lxt" }), point).inputs[0]);
  assertGolden("lxt.rms_norm_identity", propagate(rmsNorm(), passRule(), point).inputs[0]);
});

Deno.test("LXT's efficient mode: activation and gated product as gradients", () => {
  // R = x · gradient with f(x) / (x + 1e-10) in place of the slope.
  const identity = customRule(
    "identity",
    ({ ops, inputs: [x], relevance }) => ops.divide(ops.multiply(relevance, x), ops.add(x, 1e-10)),
    { families: ["activation"] },
  );
  const { inputs: [passed] } = propagate(silu(), identity, {
    inputs: [given("x")],
    relevance: tensor(
      contiguous(seed).map((s, i) => s * siluOf(contiguous(given("x"))[i])),
      [2, 4],
    ),
  });
  assertGolden(
    "lxt.efficient identity(silu) grad",
    tensor(passed.data.map((r, i) => r / given("x").data[i]), [2, 4]),
  );

  const activated = tensor(first.data.map(siluOf), [1, 4]);
  const relevance = tensor(activated.data.map((a, i) => a * second.data[i] * seedRow.data[i]), [1, 4]);
  const half = propagate(multiply(), uniformRule(), { inputs: [activated, second], relevance }).inputs;
  const gate = propagate(silu(), identity, { inputs: [first], relevance: half[0] }).inputs[0];
  assertGolden("lxt.efficient gated mul: R_gate=gate*grad", gate);
  assertGolden("lxt.efficient gated mul: R_up=up*grad", half[1]);
});

function siluOf(x: number): number {
  return x / (1 + Math.exp(-x));
}

Deno.test("Chefer's sum: shares by value, rescaled by the sizes of their sums, as a rule of one's own", () => {
  const guard = { epsilon: 1e-9, sign: "none", atZero: "drop" } as const;
  const { inputs: [a, b] } = propagate(add(), normRule({ stabilizer: guard }), {
    inputs: [first, second],
    relevance: seedRow,
  });
  const total = (x: Tensor): number => x.data.reduce((sum, value) => sum + value, 0);
  const [sumA, sumB, sumR] = [total(a), total(b), total(seedRow)];
  // Each of its divisions adds 1e-9 to the denominator.
  const part = (sum: number): number =>
    Math.abs(sum) / (Math.abs(sumA) + Math.abs(sumB) + 1e-9) * sumR / (sum + 1e-9);
  const rescaled = (x: Tensor, sum: number): Tensor =>
    tensor(x.data.map((value) => value * part(sum)), x.shape);
  assertGolden("chefer Add.relprop R_a", rescaled(a, sumA));
  assertGolden("chefer Add.relprop R_b", rescaled(b, sumB));
});
