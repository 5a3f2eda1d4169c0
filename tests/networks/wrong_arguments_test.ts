import { assertEquals } from "@std/assert";
import {
  explain,
  explainAll,
  gradientTimesInput,
  lrp,
  type Method,
  networkModel,
} from "../../lib/attribution/mod.ts";
import { ShapeError } from "../../lib/errors.ts";
import { dense, relu } from "../../lib/layers/mod.ts";
import {
  assign,
  byFamily,
  byFunction,
  byKind,
  byName,
  channelRelevance,
  composite,
  deepTaylor,
  describeRule,
  dropSoftmax,
  epsilonPlus,
  every,
  firstLayer,
  lastLayer,
  mergeBatchNorm,
  plan,
  propagateRelevance,
  runNetwork,
  seedFor,
  sequential,
  splitLayerNorm,
} from "../../lib/networks/mod.ts";
import { alphaBetaRule, defineRule, epsilonRule, gammaRule, lrpLinear } from "../../lib/rules/mod.ts";
import { contiguous, tensor } from "../../lib/tensor/mod.ts";
import { assertMessage, type ErrorClass } from "../support/assert_message.ts";

/** What a cell of a notebook can hold: nothing checks its types. */
// deno-lint-ignore no-explicit-any -- wrong arguments on purpose
const wrong = (given: unknown): any => given;

const network = sequential({ scores: dense({ weights: tensor([[1, 2]]) }), act: relu() });
const [x, seed] = [tensor([[1, 1]]), tensor([[3]])];
const options = { composite: epsilonPlus(), seed };
const list =
  'Cannot make the composite mine: it must be a list of calls such as assign(byKind("dense"), epsilonRule()), got ';
const named = "must be an ndarray, or ndarrays by name, got ";

const cases: readonly [() => unknown, ErrorClass, string][] = [
  [
    () => dense({ weights: wrong([[1, 2]]) }),
    TypeError,
    "Cannot make a layer: weights must be an ndarray, such as tensor([[1, 2]]), got a list",
  ],
  [
    () => contiguous(wrong(new Float64Array(2))),
    TypeError,
    "Cannot read numbers: they must be in an ndarray, such as tensor([1, 2]), got a Float64Array",
  ],
  [
    () => sequential([wrong(relu)]),
    TypeError,
    'Cannot make a network: layer "0" must be made by a call such as relu(), got the function relu',
  ],
  [
    () => sequential({ block: wrong([relu()]) }),
    TypeError,
    'Cannot make a network: layer "block" must be made by a call such as relu(), got a list',
  ],
  [
    () => runNetwork(network, wrong([[1, 1]])),
    TypeError,
    `Cannot run the network: its input ${named}a list`,
  ],
  [
    () => runNetwork(network, wrong(new Float64Array(2))),
    TypeError,
    `Cannot run the network: its input ${named}a Float64Array`,
  ],
  [
    () => runNetwork(network, wrong({ input: [1, 1] })),
    TypeError,
    `Cannot run the network: its input ${named}a list for "input"`,
  ],
  [
    () => runNetwork(wrong(epsilonPlus()), x),
    TypeError,
    'Cannot run the network: the network must be made by a call such as sequential(), got an object called "epsilonPlus"',
  ],
  [
    () => plan(wrong(undefined), epsilonPlus()),
    TypeError,
    "Cannot plan rules: the network must be made by a call such as sequential(), got undefined",
  ],
  [
    () => mergeBatchNorm(wrong(sequential)),
    TypeError,
    "Cannot merge batch normalizations: the network must be made by a call such as sequential(), got the function sequential",
  ],
  [
    () => dropSoftmax(wrong({ nodes: [] })),
    TypeError,
    "Cannot drop a softmax: the network must be made by a call such as sequential(), got an object",
  ],
  [
    () => splitLayerNorm(wrong(null)),
    TypeError,
    "Cannot split layer normalizations: the network must be made by a call such as sequential(), got null",
  ],
  [
    () => plan(network, wrong(network)),
    TypeError,
    "Cannot plan rules: composite must be made by a call such as epsilonPlus(), got a Network",
  ],
  [
    () => propagateRelevance(network, x, { ...options, seed: wrong(3) }),
    TypeError,
    `Cannot propagate relevance: the seed ${named}3`,
  ],
  [
    () => propagateRelevance(network, x, { ...options, seed: wrong([[3]]) }),
    TypeError,
    `Cannot propagate relevance: the seed ${named}a list`,
  ],
  [
    () => propagateRelevance(network, x, { ...options, masks: wrong(seed) }),
    TypeError,
    "Cannot propagate relevance: the masks must be ndarrays by name, got one without a name",
  ],
  [
    () => propagateRelevance(network, x, { ...options, masks: wrong({ scores: [1] }) }),
    TypeError,
    'Cannot propagate relevance: the masks must be ndarrays by name, got a list for "scores"',
  ],
  [() => composite("mine", wrong([epsilonRule()])), TypeError, `${list}an object called "epsilon"`],
  [() => composite("mine", wrong(epsilonRule())), TypeError, `${list}an object called "epsilon"`],
  [() => composite("mine", wrong(undefined)), TypeError, `${list}undefined`],
  [
    () => byFamily(wrong("dense")),
    RangeError,
    "Cannot pick layers: a family must be one of linear, normalization, rotation, maxPooling, activation, routing, " +
    'product, matmul, softmax, lookup, recurrent, constant, got "dense"',
  ],
  [
    () => epsilonPlus({ epsilon: wrong("0.1") }),
    RangeError,
    'Cannot stabilize a denominator: epsilon must be a finite number >= 0, got "0.1"',
  ],
  [
    () => epsilonRule({ stabilizer: wrong(null) }),
    RangeError,
    "Cannot stabilize a denominator: epsilon must be a finite number >= 0, got null",
  ],
  [
    () => gammaRule({ gamma: wrong("1") }),
    RangeError,
    'Cannot make a gamma rule: gamma must be a finite number >= 0, got "1"',
  ],
  [
    () => alphaBetaRule({ alpha: wrong("2") }),
    RangeError,
    'Cannot make an alpha-beta rule: alpha must be a finite number >= 0, got "2"',
  ],
  [
    () => epsilonRule({ biasFactor: wrong("1") }),
    RangeError,
    'Cannot make an epsilon rule: biasFactor must be from 0 to 1, got "1"',
  ],
  [
    () => sequential(wrong(null)),
    TypeError,
    "Cannot make a network: layers must be in a list, or by name in an object, got null",
  ],
  [
    () => seedFor(wrong([[1, 2]])),
    TypeError,
    "Cannot make a seed: the output must be an ndarray of shape [any, any], got no ndarray",
  ],
  [
    () => channelRelevance(wrong([[1, 2]])),
    TypeError,
    "Cannot read numbers: they must be in an ndarray, such as tensor([1, 2]), got a list",
  ],
  [
    () => networkModel(wrong(epsilonPlus())),
    TypeError,
    'Cannot explain the network: the network must be made by a call such as sequential(), got an object called "epsilonPlus"',
  ],
  [() => byName(wrong(5)), TypeError, "Cannot pick layers: the name must be a text or a pattern, got 5"],
  [
    () => wrong(byFunction)(() => true),
    TypeError,
    "Cannot pick layers: there must be words and a function, got a function and undefined",
  ],
  ...[every, firstLayer, lastLayer].map((pick): [() => unknown, ErrorClass, string] => [
    () => pick(wrong("dense")),
    TypeError,
    'Cannot pick layers: they must be given by calls such as byKind("dense"), got "dense"',
  ]),
  [
    () => defineRule(wrong({ name: "mine" })),
    TypeError,
    'Cannot make a rule: it must have families of layers and a function propagate, got an object called "mine"',
  ],
  [
    () => describeRule(wrong(epsilonRule)),
    TypeError,
    "Cannot describe a rule: the rule must be made by a call such as epsilonRule(), got the function epsilonRule",
  ],
  [
    () => deepTaylor(wrong(null)),
    TypeError,
    "Cannot make the composite deepTaylor: options must be an object, got null",
  ],
  [
    () => wrong(lrpLinear)(x, x, x, x, x),
    TypeError,
    "Cannot propagate relevance through a linear layer: options must be an object, got undefined",
  ],
  [
    () => explain(wrong(undefined), tensor([1, 1]), { method: lrp() }),
    TypeError,
    "Cannot explain: the model must be made by a call such as sequential() or lstmClassifier(), got undefined",
  ],
  [
    () => explain(network, tensor([1, 1]), { method: wrong(epsilonPlus()) as Method }),
    TypeError,
    'Cannot explain: method must be made by a call such as lrp(), got an object called "epsilonPlus"',
  ],
  [
    () => explain(network, wrong([1, 1]), { method: lrp() }),
    TypeError,
    "Cannot explain the network: its input must be an ndarray, as it looks up no words, got a list",
  ],
  [
    () => explain(sequential([dense({ weights: tensor([[1, 2]]) })]), x, { method: lrp() }),
    ShapeError,
    "Cannot explain the network: its output must have shape [N, K] for examples without the axis of the batch, got [1, 1, 1]",
  ],
];

for (const [call, type, message] of cases) {
  Deno.test(`wrong arguments: ${message.slice(0, 120)}`, () => assertMessage(call, type, message));
}

Deno.test("wrong arguments: explainAll() of no model", async () => {
  const answers = explainAll(wrong([1]), [tensor([1, 1])], { method: gradientTimesInput() });
  const error = await answers.next().catch((error) => error);
  assertEquals(
    error.message,
    "Cannot explain all inputs: the model must be made by a call such as sequential() or lstmClassifier(), got a list",
  );
});

Deno.test("a plan warns of a kind of layer that does not exist, but not of one that is not in the network", () => {
  const rest = assign(byKind("relu", "dense"), epsilonRule());
  const mine = composite("mine", [
    assign(byKind("Linear"), gammaRule()),
    assign(byKind("gelu"), epsilonRule()),
    rest,
  ]);
  assertEquals(plan(sequential([dense({ weights: tensor([[1]]) })]), mine).warnings, [
    'no layer gets rule "gamma", which is for layers Linear',
  ]);
});

Deno.test("layers may be called like the properties that every object has", () => {
  const odd = sequential(
    JSON.parse('{"constructor": 0, "toString": 0, "__proto__": 0}', (key, value) => key ? relu() : value),
  );
  const { input } = propagateRelevance(odd, tensor([[2, -1]]), {
    composite: epsilonPlus(),
    seed: tensor([[2, 0]]),
  });
  assertEquals([...input.data], [2, 0]);
});
