import { assertEquals } from "@std/assert";
import { batchNorm, convolution, dense, flatten, positions, relu } from "../../lib/layers/mod.ts";
import {
  assign,
  attnLrp,
  byKind,
  byName,
  checkRule,
  composite,
  cpLrp,
  deepTaylor,
  epsilonAlpha2Beta1,
  epsilonAlpha2Beta1Flat,
  epsilonGammaBox,
  epsilonPlus,
  epsilonPlusFlat,
  excitationBackpropagation,
  gradient,
  lrpAll,
  mergeBatchNorm,
  plan,
  sequential,
} from "../../lib/networks/mod.ts";
import { epsilonRule, productRule, zPlusRule } from "../../lib/rules/mod.ts";
import { tensor } from "../../lib/tensor/mod.ts";
import { assertMessage, type ErrorClass } from "../support/assert_message.ts";

/** What a cell of a notebook can hold: nothing checks its types. */
// deno-lint-ignore no-explicit-any -- wrong options on purpose
const wrong = (options: unknown): any => options;
const network = sequential({ hidden: dense({ weights: tensor([[1]]) }), relu: relu() });

const cases: [() => unknown, ErrorClass, string][] = [
  ...Object.entries({
    epsilonPlus,
    epsilonPlusFlat,
    epsilonAlpha2Beta1,
    epsilonAlpha2Beta1Flat,
    attnLrp,
    cpLrp,
  }).map(([name, make]): [() => unknown, ErrorClass, string] => [
    () => make(wrong({ eps: 1 })),
    TypeError,
    `Cannot make the composite ${name}: options must be among epsilon, dialect, got "eps"`,
  ]),
  [
    () => lrpAll(wrong({ eps: 1 })),
    TypeError,
    'Cannot make the composite lrpAll: options must be among epsilon, dialect, share, got "eps"',
  ],
  [
    () => epsilonGammaBox(wrong({ low: 0, hi: 1 })),
    TypeError,
    'Cannot make the composite epsilonGammaBox: options must be among epsilon, dialect, low, high, gamma, got "hi"',
  ],
  [
    () => deepTaylor({ low: 0 }),
    TypeError,
    "Cannot make the composite deepTaylor: the option high must be given, got undefined",
  ],
  [
    () => excitationBackpropagation(wrong({ epsilon: 1 })),
    TypeError,
    'Cannot make the composite excitationBackpropagation: options must be among dialect, bias, got "epsilon"',
  ],
  [
    () => composite("mine", [], wrong({ start: "ones" })),
    RangeError,
    'Cannot make the composite mine: start must be one of score, one, got "ones"',
  ],
  [
    () => assign(byKind("dense"), wrong(epsilonRule)),
    TypeError,
    "Cannot assign a rule: it must be made by a call such as epsilonRule(), got the function epsilonRule",
  ],
  [
    () => assign(wrong("dense"), epsilonRule()),
    TypeError,
    'Cannot assign a rule: the layers must be given by a call such as byKind("dense"), got "dense"',
  ],
  [
    () => plan(network, wrong(epsilonPlus)),
    TypeError,
    "Cannot plan rules: composite must be made by a call such as epsilonPlus(), got the function epsilonPlus",
  ],
  [
    () => plan(network, wrong(undefined)),
    TypeError,
    "Cannot plan rules: composite must be made by a call such as epsilonPlus(), got undefined",
  ],
  [
    () => checkRule(epsilonRule(), wrong({ trails: 3 })),
    TypeError,
    'Cannot check a rule: options must be among trials, seed, got "trails"',
  ],
];

for (const [call, type, message] of cases) {
  Deno.test(`composites: ${message.slice(0, 110)}`, () => assertMessage(call, type, message));
}

Deno.test("a plan warns of names that no layer has, and of those that come too late", () => {
  const mine = composite("mine", [
    assign(byName("hiden"), zPlusRule()),
    assign(byName("hidden"), epsilonRule()),
    assign(byName(/^hidden$/), zPlusRule()),
    assign(byKind("convolution"), zPlusRule()),
    ...epsilonPlus().assignments,
  ]);
  assertEquals(plan(network, mine).warnings, [
    'no layer gets rule "z-plus", which is for layers named "hiden"',
    'no layer gets rule "z-plus", which is for layers name like /^hidden$/',
  ]);
});

Deno.test("a plan says nothing of layers that relevance ends in", () => {
  const learned = sequential({ places: positions({ weights: tensor([[1], [2]]) }) });
  const { rows, warnings } = plan(learned, gradient());
  assertEquals([rows[0].rule?.name, warnings], ["gradient", []]);
});

Deno.test("a plan names mergeBatchNorm only where it has something to merge", () => {
  const norm = batchNorm({ runningMean: tensor([0]), runningVariance: tensor([1]) });
  const weights = tensor([[[1]]]);
  const after = sequential({ first: convolution({ weights }), norm, flatten: flatten() });
  const message = '"norm" (batchNorm) is not merged into the layer before: see mergeBatchNorm(network)';
  assertEquals(plan(after, epsilonPlus()).warnings, [message]);
  assertEquals(plan(mergeBatchNorm(after), epsilonPlus()).warnings, []);
  const before = sequential({ norm, first: convolution({ weights }), flatten: flatten() });
  assertEquals(plan(mergeBatchNorm(before), epsilonPlus()).warnings, []);
});

Deno.test("checkRule() finds a product rule on products", () => {
  const report = checkRule(productRule());
  assertEquals(report.layers, ["multiply"]);
  assertEquals(report.keeps("conserves without bias"), true);
  assertEquals(checkRule(productRule({ share: "prop" })).layers, ["multiply"]);
});

Deno.test("a dialect that is named sets what a composite starts with", () => {
  assertEquals(epsilonPlus().start, undefined);
  assertEquals(epsilonPlus({ dialect: "zennit" }).start, "one");
  assertEquals(deepTaylor({ dialect: "zennit" }).start, "one");
  assertEquals(excitationBackpropagation({ dialect: "zennit" }).start, "one");
  assertEquals(attnLrp({ dialect: "zennit" }).start, "one");
  assertEquals(lrpAll({ dialect: "captum" }).start, "score");
  assertEquals(composite("mine", [], { start: "one" }).start, "one");
});
