import { UnsupportedLayerError } from "../../lib/errors.ts";
import { dense, type Layer } from "../../lib/layers/mod.ts";
import {
  alphaBetaRule,
  customRule,
  epsilonRule,
  flatRule,
  gammaRule,
  matmulRule,
  normalizationRule,
  normRule,
  productRule,
  propagate,
  requireDefined,
  stabilizer,
  wSquareRule,
  zBoxRule,
  zeroRule,
  zPlusRule,
} from "../../lib/rules/mod.ts";
import { tensor } from "../../lib/tensor/mod.ts";
import { assertMessage, type ErrorClass } from "../support/assert_message.ts";

/** What a cell of a notebook can hold: nothing checks its types. */
// deno-lint-ignore no-explicit-any -- wrong options on purpose
const wrong = (options: unknown): any => options;
const one = tensor([[1]]);

const cases: [() => unknown, ErrorClass, string][] = [
  [
    () => epsilonRule(wrong({ eps: 0.5 })),
    TypeError,
    'Cannot make an epsilon rule: options must be among epsilon, stabilizer, dialect, bias, biasFactor, got "eps"',
  ],
  [
    () => zeroRule(wrong({ epsilon: 1 })),
    TypeError,
    'Cannot make a zero rule: options must be among bias, got "epsilon"',
  ],
  [
    () => normRule(wrong({ epsilon: 1 })),
    TypeError,
    'Cannot make a norm rule: options must be among stabilizer, dialect, bias, got "epsilon"',
  ],
  [
    () => gammaRule(wrong({ gama: 3 })),
    TypeError,
    'Cannot make a gamma rule: options must be among gamma, stabilizer, dialect, bias, biasFactor, signs, raiseBias, got "gama"',
  ],
  [
    () => alphaBetaRule(wrong({ a: 3 })),
    TypeError,
    'Cannot make an alpha-beta rule: options must be among alpha, beta, stabilizer, dialect, bias, biasFactor, signs, got "a"',
  ],
  [
    () => zPlusRule(wrong({ alpha: 3 })),
    TypeError,
    'Cannot make a z-plus rule: options must be among stabilizer, dialect, bias, biasFactor, signs, got "alpha"',
  ],
  [
    () => flatRule(wrong({ bias: "keep" })),
    TypeError,
    'Cannot make a flat rule: options must be among stabilizer, dialect, got "bias"',
  ],
  [
    () => wSquareRule(wrong({ signs: "weights" })),
    TypeError,
    'Cannot make a w-square rule: options must be among stabilizer, dialect, bias, biasFactor, got "signs"',
  ],
  [
    () => zBoxRule(wrong({ lo: 0, hi: 1 })),
    TypeError,
    'Cannot make a z-box rule: options must be among low, high, stabilizer, dialect, got "lo"',
  ],
  [
    () => zBoxRule(wrong({ low: 0 })),
    TypeError,
    "Cannot make a z-box rule: the option high must be given, got undefined",
  ],
  [
    () => normalizationRule(wrong({ epsilon: 1 })),
    TypeError,
    'Cannot make a normalization rule: options must be among stabilizer, dialect, bias, got "epsilon"',
  ],
  [
    () => stabilizer(wrong({ epsilom: 0.1 })),
    TypeError,
    'Cannot stabilize a denominator: options must be among epsilon, sign, atZero, clip, scale, got "epsilom"',
  ],
  [
    () => epsilonRule({ stabilizer: wrong({ epsilom: 0.1 }) }),
    TypeError,
    'Cannot stabilize a denominator: options must be among epsilon, sign, atZero, clip, scale, got "epsilom"',
  ],
  [
    () => stabilizer({ sign: wrong("positive") }),
    RangeError,
    'Cannot stabilize a denominator: sign must be one of plus, minus, zero, none, got "positive"',
  ],
  [
    () => epsilonRule({ bias: wrong(false) }),
    RangeError,
    "Cannot make an epsilon rule: bias must be one of keep, ignore, got false",
  ],
  [
    () => alphaBetaRule({ signs: wrong("inputs") }),
    RangeError,
    'Cannot make an alpha-beta rule: signs must be one of inputs and weights, weights, got "inputs"',
  ],
  [
    () => productRule({ share: wrong("halve") }),
    RangeError,
    'Cannot make a product rule: share must be one of all, half, prop, abs, got "halve"',
  ],
  [
    () => productRule({ signal: wrong(5) }),
    RangeError,
    "Cannot make a product rule: signal must be one of 0, 1, got 5",
  ],
  [
    () => matmulRule({ share: wrong("both") }),
    RangeError,
    'Cannot make a matmul rule: share must be one of half, left, right, got "both"',
  ],
  [
    () => customRule("mine", ({ relevance }) => relevance, wrong({ family: ["linear"] })),
    TypeError,
    'Cannot make rule "mine": options must be among families, got "family"',
  ],
  [
    () =>
      propagate(dense({ weights: one }), customRule("mine", wrong(() => {})), {
        inputs: [one],
        relevance: one,
      }),
    TypeError,
    'Cannot propagate relevance through layer "dense" (dense): rule "mine" must give the relevance of its input, got undefined',
  ],
  [
    () => requireDefined(epsilonRule(), "odd", wrong({ kind: "fold", family: "folds" }) as Layer),
    UnsupportedLayerError,
    'Cannot propagate relevance through layer "odd" (fold): rule "epsilon" is not defined on folds layers',
  ],
];

for (const [call, type, message] of cases) {
  Deno.test(`options of rules: ${message.slice(0, 110)}`, () => assertMessage(call, type, message));
}
