import { assert, assertEquals } from "@std/assert";
import {
  add,
  causalMask,
  dense,
  gelu,
  groupNorm,
  layerNorm,
  meanPooling,
  multiply,
  rmsNorm,
  rotary,
  sigmoid,
  silu,
  take,
  tanh,
  transpose,
} from "../../lib/layers/mod.ts";
import {
  attnLrp,
  type Composite,
  cpLrp,
  gatedMlp,
  gradient,
  gru,
  lrpAll,
  lstm,
  multiHeadAttention,
  type Network,
  networkBuilder,
  propagateRelevance,
  runNetwork,
  seedFor,
  splitLayerNorm,
  unrollRecurrence,
} from "../../lib/networks/mod.ts";
import { eagerOps as ops } from "../../lib/ops/mod.ts";
import { type RandomGenerator, randomGenerator } from "../../lib/random.ts";
import { contiguous, type Tensor } from "../../lib/tensor/mod.ts";
import { assertClose } from "../support/assert_close.ts";
import { randomTensor } from "../support/layer_cases.ts";

const DIALECTS = ["zennit", "captum", "lxt", "arras"] as const;

interface Subject {
  readonly network: Network;
  readonly input: Tensor;
}

/** Blocks of attention with grouped queries, masks, rotary positions, gates and three kinds of normalization. */
function randomTransformer(random: RandomGenerator): Subject {
  const of = (...shape: number[]): Tensor => ops.multiply(randomTensor(random, shape), 0.6);
  const [groups, perGroup, size] = [
    1 + random.integer(2),
    1 + random.integer(2),
    2 * (1 + random.integer(2)),
  ];
  const [heads, steps] = [groups * perGroup, 2 + random.integer(4)];
  const width = 4;
  const norms = [
    () => layerNorm({ weights: of(width), bias: of(width) }),
    () => rmsNorm({ weights: of(width) }),
    () => layerNorm(),
  ];
  const builder = networkBuilder();
  let value = builder.input("x");
  const channels = builder.add("channels", transpose({ order: [0, 2, 1] }), value);
  const grouped = builder.add(
    "grouped",
    groupNorm({ weights: of(width), bias: of(width), groups: 2 }),
    channels,
  );
  value = builder.add("begin", transpose({ order: [0, 2, 1] }), grouped);
  for (let k = 0; k < 2; k++) {
    const normed = builder.add(`${k}.before`, norms[random.integer(3)](), value);
    const seen = multiHeadAttention(builder, `${k}.attention`, normed, {
      heads,
      keyValueHeads: groups,
      query: { weights: of(heads * size, width), bias: of(heads * size) },
      key: { weights: of(groups * size, width), bias: of(groups * size) },
      value: { weights: of(groups * size, width), bias: of(groups * size) },
      output: { weights: of(width, heads * size), bias: of(width) },
      mask: random.integer(2) ? causalMask(8) : undefined,
      positions: random.integer(2) ? rotary({ steps: 8, size }) : undefined,
    });
    value = builder.add(`${k}.sum`, add(), value, seen);
    const middle = builder.add(`${k}.after`, norms[random.integer(3)](), value);
    const fed = gatedMlp(builder, `${k}.mlp`, middle, {
      gate: { weights: of(5, width), bias: of(5) },
      up: { weights: of(5, width) },
      down: { weights: of(width, 5) },
      activation: random.integer(2) ? silu() : gelu(),
    });
    value = builder.add(`${k}.end`, add(), value, fed);
  }
  const pooled = builder.add(
    "pooled",
    random.integer(2) ? meanPooling({ axis: 1 }) : take({ axis: 1, index: 0 }),
    value,
  );
  const scores = builder.add("scores", dense({ weights: of(3, width), bias: of(3) }), pooled);
  return { network: builder.build(scores), input: of(3, steps, width) };
}

/** LSTM over GRU, in one or two directions, with a gate over their last states. */
function randomRecurrence(random: RandomGenerator): Subject {
  const of = (...shape: number[]): Tensor => ops.multiply(randomTensor(random, shape), 0.6);
  const [input, first, second, steps] = [1, 1, 1, 1].map((least) => least + random.integer(4)) as [
    number,
    number,
    number,
    number,
  ];
  const cell = (gates: number, from: number, size: number): Parameters<typeof lstm>[0]["forward"] => ({
    inputWeights: of(gates * size, from),
    recurrentWeights: of(gates * size, size),
    inputBias: of(gates * size),
    recurrentBias: of(gates * size),
  });
  const both = random.integer(2) === 1;
  const builder = networkBuilder();
  const below = builder.add(
    "lstm",
    lstm({ forward: cell(4, input, first), ...both && { reverse: cell(4, input, first) } }),
    builder.input("x"),
  );
  const above = builder.add("gru", gru({ forward: cell(3, both ? 2 * first : first, second) }), below);
  const last = builder.add("last", take({ axis: 1, index: -1 }), above);
  const gate = builder.add(
    "gate",
    sigmoid(),
    builder.add("opens", dense({ weights: of(second, second) }), last),
  );
  const signal = builder.add(
    "signal",
    tanh(),
    builder.add("says", dense({ weights: of(second, second) }), last),
  );
  const product = builder.add("product", multiply(), gate, signal);
  return {
    network: builder.build(builder.add("scores", dense({ weights: of(2, second), bias: of(2) }), product)),
    input: of(3, steps, input),
  };
}

/** The account closes, relevance is linear in the seed, each example is alone, and the input stays. */
function assertLaws({ network, input }: Subject, composite: Composite, where: string): void {
  const before = contiguous(input).slice();
  const run = runNetwork(network, input);
  const seed = seedFor(run.output);
  const { relevance, input: shares, ledger } = propagateRelevance(network, run, { composite, seed });
  assert(ledger.relativeGap < 1e-13, `${where}: gap ${ledger.relativeGap} of ${ledger.scale}`);
  assertEquals(contiguous(input), before, where);
  const scale = Math.max(...[...relevance.values()].flatMap((part) => [...contiguous(part)].map(Math.abs)));
  const from = (given: Tensor, at: Tensor | typeof run = run): Tensor =>
    propagateRelevance(network, at, { composite, seed: given }).input;
  const other = ops.add(ops.multiply(seed, -0.3), 0.2);
  assertClose(
    from(ops.add(seed, ops.multiply(other, 2))),
    ops.add(shares, ops.multiply(from(other), 2)),
    { absolute: 1e-11 * scale, where },
  );
  const one = (x: Tensor, n: number): Tensor => ops.slice(x, 0, n, n + 1);
  const alone = Array.from({ length: input.shape[0] }, (_, n) => from(one(seed, n), one(input, n)));
  assertClose(ops.concatenate(alone, 0), shares, { absolute: 1e-11 * scale, where });
}

Deno.test("the laws hold on 30 random transformers, for every composite and dialect", () => {
  for (let seed = 1; seed <= 30; seed++) {
    const subject = randomTransformer(randomGenerator(seed));
    const dialect = DIALECTS[seed % 4]!;
    // An ε without a sign can meet a z of its own size: a larger one only moves where.
    const options = { dialect, epsilon: 0.01 };
    for (const composite of [attnLrp(options), cpLrp(options), gradient()]) {
      const where = `${composite.name}, ${dialect}, seed ${seed}`;
      assertLaws(subject, composite, where);
      assertLaws({ ...subject, network: splitLayerNorm(subject.network) }, composite, `${where}, split`);
    }
  }
});

Deno.test("the laws hold on 30 random LSTMs with GRUs, for every way to share a product, rolled and unrolled", () => {
  for (let seed = 1; seed <= 30; seed++) {
    const subject = randomRecurrence(randomGenerator(seed));
    const unrolled = unrollRecurrence(subject.network, { steps: subject.input.shape[1] });
    const dialect = DIALECTS[seed % 4]!;
    const shares = (["all", "half", "prop", "abs"] as const).map((share) =>
      lrpAll({ share, dialect, epsilon: 0.01 })
    );
    for (const composite of [...shares, gradient()]) {
      const where = `${composite.name}, ${dialect}, seed ${seed}`;
      assertLaws(subject, composite, where);
      assertLaws({ ...subject, network: unrolled }, composite, `${where}, unrolled`);
    }
  }
});
