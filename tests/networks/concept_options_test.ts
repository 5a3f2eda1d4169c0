import { dense } from "../../lib/layers/mod.ts";
import { conceptGraph, epsilonPlus, networkBuilder, referenceSamples } from "../../lib/networks/mod.ts";
import { tensor } from "../../lib/tensor/mod.ts";
import { assertRejectsWith, type ErrorClass } from "../support/assert_message.ts";

/** What a cell of a notebook can hold: nothing checks its types. */
// deno-lint-ignore no-explicit-any -- wrong options on purpose
const wrong = (options: unknown): any => options;
const builder = networkBuilder();
const layer = dense({ weights: tensor([[1]]) });
const x = builder.input("x");
builder.add("unused", layer, x);
const network = builder.build(builder.add("scores", layer, x));
const one = tensor([[1]]);
const composite = epsilonPlus();

const cases: [() => unknown, ErrorClass, string][] = [
  [
    () => referenceSamples(network, one, { layer: "unused", composite }),
    RangeError,
    'Cannot follow concepts: relevance must reach layer "unused", got none there',
  ],
  [
    () => conceptGraph(network, one, { composite, seed: one, layers: ["unused"] }),
    RangeError,
    'Cannot follow concepts: relevance must reach layer "unused", got none there',
  ],
  [
    () => conceptGraph(network, one, { composite, seed: one, layers: ["scores", "unused"] }),
    RangeError,
    'Cannot follow concepts: relevance must reach layer "unused", got none there',
  ],
  [
    () => referenceSamples(network, one, wrong({ layer: "scores", composite, by: "size" })),
    RangeError,
    'Cannot find reference samples: by must be one of relevance, activation, got "size"',
  ],
  [
    () => conceptGraph(network, one, wrong({ composite, layers: ["scores"] })),
    TypeError,
    "Cannot make a concept graph: the option seed must be given, got undefined",
  ],
];

for (const [index, [call, type, message]] of cases.entries()) {
  Deno.test(`concepts ${index}: ${message.slice(0, 90)}`, () => assertRejectsWith(call, type, message));
}
