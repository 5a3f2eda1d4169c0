import { assertEquals } from "@std/assert";
import {
  deepLift,
  explain,
  explainTargets,
  gradCam,
  gradientTimesInput,
  gradientVariance,
  integratedGradients,
  lrp,
  type Method,
  modifiedGradient,
  smoothGradient,
  windowOcclusion,
} from "../../lib/attribution/mod.ts";
import { NumericalError, ShapeError } from "../../lib/errors.ts";
import { convolution, dense, flatten } from "../../lib/layers/mod.ts";
import { epsilonPlus, gradient, networkBuilder, sequential } from "../../lib/networks/mod.ts";
import { tensor } from "../../lib/tensor/mod.ts";
import { assertClose } from "../support/assert_close.ts";
import { assertRejectsWith, type ErrorClass } from "../support/assert_message.ts";

/** What a cell of a notebook can hold: nothing checks its types. */
// deno-lint-ignore no-explicit-any -- wrong options on purpose
const wrong = (options: unknown): any => options;
const network = sequential({ scores: dense({ weights: tensor([[1, 2]]), bias: tensor([3]) }) });
const x = tensor([1, 1]);

const sideways = (() => {
  const builder = networkBuilder();
  const image = builder.input("image");
  const unused = convolution({ weights: tensor([[[[1]]]]) });
  builder.add("unused", unused, image);
  const flat = builder.add("flat", flatten(), image);
  return builder.build(builder.add("scores", dense({ weights: tensor([[1]]) }), flat));
})();

const unread = (() => {
  const builder = networkBuilder();
  builder.input("x");
  const learned = builder.constant("learned", tensor([[1]]));
  return builder.build(builder.add("scores", dense({ weights: tensor([[1]]) }), learned));
})();

const cases: [() => unknown, ErrorClass, string][] = [
  [
    () => explain(network, x, { method: wrong(lrp) }),
    TypeError,
    "Cannot explain: method must be made by a call such as lrp(), got the function lrp",
  ],
  [
    () => explain(network, x, { method: wrong("lrp") }),
    TypeError,
    'Cannot explain: method must be made by a call such as lrp(), got "lrp"',
  ],
  [
    () => explainTargets(network, x, { method: wrong(lrp), targets: [0] }),
    TypeError,
    "Cannot explain targets: method must be made by a call such as lrp(), got the function lrp",
  ],
  [
    () => lrp({ composite: wrong(epsilonPlus) }),
    TypeError,
    "Cannot use LRP: composite must be made by a call such as epsilonPlus(), got the function epsilonPlus",
  ],
  [
    () => modifiedGradient(wrong({})),
    TypeError,
    "Cannot use a modified gradient: the option composite must be given, got undefined",
  ],
  [
    () => modifiedGradient({ composite: wrong(gradient) }),
    TypeError,
    "Cannot use a modified gradient: composite must be made by a call such as epsilonPlus(), got the function gradient",
  ],
  [
    () => deepLift(wrong({ baseline: x })),
    TypeError,
    'Cannot use DeepLIFT: options must be among reference, got "baseline"',
  ],
  [
    () => explain(network, x, { method: deepLift({ reference: tensor([[1], [1]]) }) }),
    ShapeError,
    "Cannot use DeepLIFT: the reference must have shape [2], got [2, 1]",
  ],
  [
    () => gradCam(wrong({})),
    TypeError,
    "Cannot use Grad-CAM: the option layer must be given, got undefined",
  ],
  [
    () => explain(sideways, tensor([[[1]]]), { method: gradCam({ layer: "unused" }) }),
    RangeError,
    'Cannot use Grad-CAM: the output must depend on "unused", got none of its relevance there',
  ],
  ...[
    [lrp(), "explain the network"],
    [gradientTimesInput(), "explain the network"],
    [deepLift(), "use DeepLIFT"],
    [modifiedGradient({ composite: gradient() }), "use Gradient (gradient)"],
  ].map(([method, action]): [() => unknown, ErrorClass, string] => [
    () => explain(unread, x, { method: method as Method }),
    RangeError,
    `Cannot ${action}: the output must depend on "x", got none of its relevance there`,
  ]),
  [
    () => windowOcclusion(wrong({ size: [2] })),
    TypeError,
    'Cannot use occlusion: options must be among window, stride, fill, got "size"',
  ],
  [
    () => windowOcclusion(wrong({ window: 2 })),
    TypeError,
    "Cannot use occlusion: window must be a list of whole numbers, got 2",
  ],
  [
    () => windowOcclusion({ window: [2], fill: NaN }),
    RangeError,
    "Cannot use occlusion: fill must be a finite number, got NaN",
  ],
  [
    () => smoothGradient(wrong({ sigma: 1 })),
    TypeError,
    'Cannot use SmoothGrad: options must be among samples, noise, seed, got "sigma"',
  ],
  [
    () => gradientVariance(wrong({ n: 1 })),
    TypeError,
    'Cannot use VarGrad: options must be among samples, noise, seed, got "n"',
  ],
  [
    () => smoothGradient({ seed: -1 }),
    RangeError,
    "Cannot make a random generator: the seed must be a whole number from 0 to 2^53 - 1, got -1",
  ],
  ...[
    [integratedGradients, "use integrated gradients"] as const,
    [deepLift, "use DeepLIFT"] as const,
  ].flatMap(([method, action]): [() => unknown, ErrorClass, string][] => [
    [
      () => method({ reference: wrong([0, 0]) }),
      TypeError,
      `Cannot ${action}: the reference must be an ndarray, got a list`,
    ],
    [
      () => method({ reference: tensor([0, NaN]) }),
      NumericalError,
      `Cannot ${action}: the reference must be finite, got NaN at [1]`,
    ],
  ]),
];

for (const [call, type, message] of cases) {
  Deno.test(`options of methods: ${message.slice(0, 110)}`, () => assertRejectsWith(call, type, message));
}

Deno.test("the dialect of a composite says whether the score or 1 is sent back", () => {
  const with_ = (composite: ReturnType<typeof epsilonPlus>) =>
    explain(network, x, { method: lrp({ composite }) });
  // score 1·1 + 2·1 + 3 = 6: shares 1/6, 2/6 of what is sent back, the bias takes 3/6
  const zennit = with_(epsilonPlus({ dialect: "zennit", epsilon: 0 }));
  assertClose(zennit.relevance, tensor([1 / 6, 2 / 6]), { relative: 1e-15 });
  assertEquals(zennit.ledger!.received, 1);
  assertEquals(zennit.method.options, { composite: "epsilonPlus", start: "one" });
  for (const dialect of ["captum", "lxt", "arras", undefined] as const) {
    const { relevance, ledger } = with_(epsilonPlus({ dialect, epsilon: 0 }));
    assertClose(relevance, tensor([1, 2]), { relative: 1e-15 });
    assertEquals(ledger!.received, 6);
  }
});
