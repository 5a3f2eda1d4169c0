import { assertEquals } from "@std/assert";
import { ShapeError } from "../../lib/errors.ts";
import { causalMask, convolution, dense, flatten, relu, rotary, softmax } from "../../lib/layers/mod.ts";
import {
  assign,
  attention,
  byKind,
  channelRelevance,
  checkRule,
  composite,
  conceptGraph,
  conceptMask,
  epsilonGammaBox,
  epsilonPlus,
  multiHeadAttention,
  networkBuilder,
  plan,
  propagateRelevance,
  referenceSamples,
  runNetwork,
  seedFor,
  sequential,
} from "../../lib/networks/mod.ts";
import { randomGenerator } from "../../lib/random.ts";
import { customRule, epsilonRule, passRule, propagate, type Rule } from "../../lib/rules/mod.ts";
import { type Tensor, tensor, zeros } from "../../lib/tensor/mod.ts";
import { assertMessage, assertRejectsWith, type ErrorClass } from "../support/assert_message.ts";
import { randomTensor } from "../support/layer_cases.ts";

/** What a cell of a notebook can hold: nothing checks its types. */
// deno-lint-ignore no-explicit-any -- wrong arguments on purpose
const wrong = (given: unknown): any => given;
const random = randomGenerator(3);
const of = (...shape: number[]): Tensor => randomTensor(random, shape);

const network = sequential({
  c1: convolution({ weights: of(3, 1, 3, 3) }),
  relu: relu(),
  flat: flatten(),
  out: dense({ weights: of(2, 12) }),
});
const image = of(1, 1, 4, 4);
const run = runNetwork(network, image);
const seed = seedFor(run.output);
const point = { inputs: [tensor([[1]])], relevance: tensor([[1]]) };
const under = (rule: Rule): unknown =>
  propagateRelevance(network, run, {
    composite: composite("mine", [assign(byKind("dense"), rule), ...epsilonPlus().assignments]),
    seed,
  });
const gives = (value: unknown): Rule => customRule("mine", wrong(() => value));
const mine = 'Cannot propagate relevance through layer "out" (dense): rule "mine" must give ';
const projection = (rows: number, columns: number): { weights: Tensor } => ({ weights: of(rows, columns) });
const heads = (count: number, more: object = {}): unknown => {
  const builder = networkBuilder();
  const [query, key, value, output] = [
    projection(6, 4),
    projection(6, 4),
    projection(6, 4),
    projection(4, 6),
  ];
  const parts = { heads: count, query, key, value, output, ...more };
  return runNetwork(builder.build(multiHeadAttention(builder, "a", builder.input("x"), parts)), of(1, 3, 4));
};
const families =
  "a family must be one of linear, normalization, rotation, maxPooling, activation, routing, product, " +
  'matmul, softmax, lookup, recurrent, constant, got "dense"';

const cases: readonly [() => unknown, ErrorClass, string][] = [
  [() => under(gives(undefined)), TypeError, `${mine}the relevance of its input, got undefined`],
  [() => under(gives(Promise.resolve(1))), TypeError, `${mine}the relevance of its input, got a Promise`],
  [() => under(gives([image])), TypeError, `${mine}the relevance of its input, got a list`],
  [() => under(gives(image)), ShapeError, `${mine}shape [1, 12], got [1, 1, 4, 4]`],
  [
    () => wrong(customRule)(() => image, "mine"),
    TypeError,
    'Cannot make a rule: it must have a name and a function, got a function and "mine"',
  ],
  [
    () => customRule("mine", ({ input }) => input, { families: wrong(["dense"]) }),
    RangeError,
    `Cannot make rule "mine": ${families}`,
  ],
  [
    () => checkRule(wrong(epsilonRule)),
    TypeError,
    "Cannot check a rule: the rule must be made by a call such as epsilonRule(), got the function epsilonRule",
  ],
  [
    () => checkRule(epsilonRule(), { trials: 0 }),
    RangeError,
    "Cannot check a rule: trials must be a positive integer, got 0",
  ],
  [
    () => propagate(wrong(relu), passRule(), point),
    TypeError,
    "Cannot propagate relevance: the layer must be made by a call such as relu(), got the function relu",
  ],
  [
    () => propagate(relu(), wrong(epsilonPlus()), point),
    TypeError,
    'Cannot propagate relevance: the rule must be made by a call such as epsilonRule(), got an object called "epsilonPlus"',
  ],
  [
    () => propagate(relu(), passRule(), { ...point, inputs: wrong(image) }),
    TypeError,
    "Cannot propagate relevance: the inputs must be in a list, got an ndarray",
  ],
  [
    () => seedFor(run.output, { classes: wrong("cat") }),
    RangeError,
    'Cannot make a seed: classes must be one number, or one for each of 1 examples, got "cat"',
  ],
  [
    () =>
      propagateRelevance(network, run, {
        composite: epsilonGammaBox({ low: zeros([2, 4, 4]), high: 1 }),
        seed,
      }),
    ShapeError,
    'Cannot propagate relevance through layer "c1" (convolution): Cannot share by the z-box rule: its bounds must ' +
    "broadcast to [1, 1, 4, 4], got [2, 4, 4]",
  ],
  [() => wrong(conceptMask)([1]), TypeError, "Cannot mask: options must be an object, got undefined"],
  [
    () => conceptMask(wrong(1), { size: 3, rank: 4 }),
    TypeError,
    "Cannot mask: places must be in a list, got 1",
  ],
  [
    () => conceptMask([1], { size: 3, rank: 4, axis: 4 }),
    RangeError,
    "Cannot mask: the axis must be a whole number from -4 to 3, got 4",
  ],
  [
    () => channelRelevance(tensor([1, 2])),
    ShapeError,
    "Cannot add up channels: the relevance must have shape [N, C, …], got [2]",
  ],
  [
    () => heads(4),
    RangeError,
    "Cannot make attention: heads must divide the 6 rows of the weights of the queries, got 4",
  ],
  [
    () => heads(0),
    RangeError,
    "Cannot make attention: heads must divide the 6 rows of the weights of the queries, got 0",
  ],
  [
    () => attention(networkBuilder(), "a", { query: "q", key: "k", value: "v" }, { heads: 2, size: 1.5 }),
    RangeError,
    "Cannot make attention: size must be a positive integer, got 1.5",
  ],
  [
    () => heads(2, { mask: causalMask(2) }),
    ShapeError,
    'Cannot run layer "a.weights" (softmax): Cannot mask a softmax: the mask must reach over [3, 3], got [2, 2]',
  ],
  [
    () => heads(3, { positions: rotary({ steps: 2, size: 2 }) }),
    ShapeError,
    'Cannot run layer "a.query.positions" (rotary): Cannot turn by positions: the input must have at most 2 steps, ' +
    "got [1, 3, 3, 2]",
  ],
  [
    () => runNetwork(sequential({ all: softmax({ mask: zeros([1, 2]) }) }), of(1, 2)),
    RangeError,
    'Cannot run the network: the output of layer "all" must be finite, got NaN at [0, 0]',
  ],
];

for (const [call, type, message] of cases) {
  Deno.test(`wrong rules and blocks: ${message.slice(0, 120)}`, () => assertMessage(call, type, message));
}

const options = { layer: "relu", composite: epsilonPlus() };
const graph = { composite: epsilonPlus(), seed, layers: ["relu"] };
const rejected: readonly [() => Promise<unknown>, ErrorClass, string][] = [
  ...[0, -1, 1.5].map((count): [() => Promise<unknown>, ErrorClass, string] => [
    () => referenceSamples(network, image, { ...options, count }),
    RangeError,
    `Cannot find reference samples: count must be a positive integer, got ${count}`,
  ]),
  [
    () => referenceSamples(network, image, { ...options, batch: 0 }),
    RangeError,
    "Cannot find reference samples: batch must be a positive integer, got 0",
  ],
  [
    () => conceptGraph(network, image, { ...graph, layers: [] }),
    TypeError,
    "Cannot make a concept graph: layers must be a list of at least one name, got none",
  ],
  [
    () => conceptGraph(network, image, { ...graph, layers: wrong("relu") }),
    TypeError,
    'Cannot make a concept graph: layers must be a list of at least one name, got "relu"',
  ],
  [
    () => conceptGraph(network, image, { ...graph, top: 0 }),
    RangeError,
    "Cannot make a concept graph: top must be a positive integer, got 0",
  ],
  [
    () => conceptGraph(network, of(2, 1, 4, 4), { ...graph, seed: of(2, 2) }),
    ShapeError,
    "Cannot make a concept graph: the batch must have shape [1], got [2]",
  ],
];

for (const [call, type, message] of rejected) {
  Deno.test(`wrong concepts: ${message}`, () => assertRejectsWith(call, type, message));
}

Deno.test("a concept can lie on an axis from the end, and more channels than there are may be followed", async () => {
  assertEquals(conceptMask([1], { size: 3, rank: 2, axis: -1 }).shape, [1, 3]);
  const { nodes } = await conceptGraph(network, image, { ...graph, layers: ["relu", "c1"], top: 99 });
  assertEquals(nodes.map(({ layer, channel }) => `${layer} ${channel}`).sort(), [
    "c1 0",
    "c1 1",
    "c1 2",
    "relu 0",
    "relu 1",
    "relu 2",
  ]);
});

Deno.test("classes may stand in a typed array", () => {
  assertEquals([...seedFor(tensor([[1, 2]]), { classes: wrong(Int32Array.of(0)) }).data], [1, 0]);
});

Deno.test("a plan warns of inputs out of the bounds of a z-box", () => {
  const inside = runNetwork(
    network,
    tensor(Float64Array.from({ length: 16 }, (_, i) => i / 16), [1, 1, 4, 4]),
  );
  const box = (high: number): string[] =>
    plan(network, epsilonGammaBox({ low: 0, high }), { run: inside }).warnings.filter((text) =>
      text.includes("inputs")
    );
  assertEquals(box(1), []);
  assertEquals(box(0.5), [
    '"c1" (convolution) has 7 of 16 inputs outside of 0 to 0.5, the bounds of its rule',
  ]);
});
