import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import type { KernelChoice } from "../../lib/kernels/wasm_cell.ts";
import { lstmForward, type LstmWeights } from "../../lib/kernels/lstm_forward.ts";
import { lstmProductRelevance } from "../../lib/kernels/lstm_product_relevance.ts";
import type { RecurrentRelevance } from "../../lib/kernels/lstm_relevance.ts";
import type { ProductRule } from "../../lib/kernels/product_rule.ts";
import { WasmLstm } from "../../lib/kernels/wasm_lstm.ts";
import { randomGenerator } from "../../lib/random.ts";
import { assertBandsUntouched, GuardedArena } from "../support/guarded_arena.ts";
import { assertLikeTwinRelevance, KERNEL_CHOICES, twinWeights } from "../support/kernel_twins.ts";

const RULES: readonly ProductRule[] = ["half", "prop", "abs"];

interface Case {
  weights: LstmWeights;
  input: Float64Array;
  above: Float64Array;
  steps: number;
}

interface Options {
  epsilon: number;
  biasFactor: number;
  productRule: ProductRule;
}

function randomCase(seed: number, [e, d, steps]: [number, number, number]): Case {
  const random = randomGenerator(seed);
  const numbers = (count: number, scale: number): Float64Array =>
    Float64Array.from({ length: count }, () => random.normal(0, scale));
  return {
    weights: twinWeights(numbers, [e, d]),
    input: numbers(steps * e, 1),
    above: numbers(steps * d, 1),
    steps,
  };
}

function compare({ weights, input, above, steps }: Case, choice: KernelChoice, options: Options): void {
  const wanted = lstmForward(weights, input, steps);
  const expected = lstmProductRelevance(weights, wanted, above, options);
  const kernels = new WasmLstm(weights, { ...choice, memory: GuardedArena });
  // The kernels' own trace, one that they did not make, and the first one again after another rule.
  const trace = kernels.forward(input, steps);
  for (const given of [trace, wanted, trace]) {
    assertLikeTwinRelevance(kernels.relevance(given, above, options), expected, choice.precision);
    kernels.relevance(given, above, { ...options, productRule: "all" });
  }
  assertBandsUntouched();
}

for (const choice of KERNEL_CHOICES) {
  for (const productRule of RULES) {
    Deno.test(`LRP-${productRule} on the kernels in ${choice.precision}, ${choice.rounding}, is that of the twin, whatever the sizes`, () => {
      const size = fc.integer({ min: 1, max: 21 }), length = fc.integer({ min: 1, max: 40 });
      fc.assert(
        fc.property(
          fc.nat(),
          fc.tuple(size, size, length),
          fc.constantFrom(0, 0.3, 1),
          (seed, sizes, biasFactor) =>
            compare(randomCase(seed, sizes), choice, { epsilon: 0.01, biasFactor, productRule }),
        ),
        { seed: 12, numRuns: 40 },
      );
    });
  }
}

Deno.test("product rules on the kernels with epsilon 0 divide nothing by the padding", () => {
  for (const productRule of RULES) {
    for (const d of [1, 2, 3, 5, 6, 7]) {
      for (const biasFactor of [0, 1]) {
        compare(randomCase(d, [3, d, 4]), { precision: "float64", rounding: "fused" }, {
          epsilon: 0,
          biasFactor,
          productRule,
        });
      }
    }
  }
});

Deno.test("a gate whose pre-activation is 0 gets nothing by prop and abs, and divides nothing by it", () => {
  const given = randomCase(3, [3, 5, 4]), { inputWeights, recurrentWeights, bias } = given.weights;
  // The input gate of every unit.
  inputWeights.fill(0, 0, 5 * 3);
  recurrentWeights.fill(0, 0, 5 * 5);
  bias.fill(0, 0, 5);
  for (const productRule of ["prop", "abs"] as const) {
    const options = { epsilon: 0, biasFactor: 0, productRule };
    compare(given, { precision: "float64", rounding: "fused" }, options);
    const kernels = new WasmLstm(given.weights, { precision: "float64", rounding: "fused" });
    const { input } = kernels.relevance(kernels.forward(given.input, given.steps), given.above, options);
    assert(input.every(Number.isFinite));
  }
});

Deno.test("what is not finite shows: relevance from above, and a pre-activation that a saturated gate hides", () => {
  const { weights, input, above, steps } = randomCase(4, [3, 5, 4]);
  for (let t = 0; t < steps; t++) input[3 * t] = 4;
  // The input gate of one unit overflows, and is 1.
  const saturated = (largest: number): LstmWeights => ({
    ...weights,
    inputWeights: weights.inputWeights.with(3, largest),
  });
  const shows = ({ input }: RecurrentRelevance): void => assert(!input.every(Number.isFinite));
  for (const productRule of RULES) {
    const options = { epsilon: 0.01, biasFactor: 0, productRule };
    for (const choice of KERNEL_CHOICES) {
      for (const wrong of [NaN, Infinity]) {
        const kernels = new WasmLstm(weights, choice);
        const trace = kernels.forward(input, steps);
        shows(kernels.relevance(trace, above.with(above.length - 2, wrong), options));
      }
      const kernels = new WasmLstm(saturated(choice.precision === "float64" ? 1e308 : 3e38), choice);
      const trace = kernels.forward(input, steps);
      assert(trace.hidden.every(Number.isFinite));
      shows(kernels.relevance(trace, above, options));
    }
    const trace = lstmForward(saturated(1e308), input, steps);
    assert(trace.hidden.every(Number.isFinite));
    shows(lstmProductRelevance(saturated(1e308), trace, above, options));
  }
});

Deno.test("product rules: equal runs give equal bits, and a longer sequence in between changes none", () => {
  const { weights, input, above, steps } = randomCase(5, [9, 10, 12]), long = randomCase(6, [9, 10, 90]);
  const kernels = new WasmLstm(weights, { precision: "float64", rounding: "separate" });
  const run = (of: Case): Float64Array =>
    kernels.relevance(kernels.forward(of.input, of.steps), of.above, {
      epsilon: 0.001,
      biasFactor: 0.5,
      productRule: "prop",
    }).input;
  const first = run({ weights, input, above, steps });
  run(long);
  assertEquals(run({ weights, input, above, steps }), first);
});
