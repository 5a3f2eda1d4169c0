import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import type { Precision, Rounding } from "../../lib/kernels/arena.ts";
import { lstmForward, type LstmWeights } from "../../lib/kernels/lstm_forward.ts";
import { lstmGradient } from "../../lib/kernels/lstm_gradient.ts";
import { lstmRelevance } from "../../lib/kernels/lstm_relevance.ts";
import { WasmLstm } from "../../lib/kernels/wasm_lstm.ts";
import { randomGenerator } from "../../lib/random.ts";
import { assertClose } from "../support/assert_close.ts";
import { assertBandsUntouched, GuardedArena } from "../support/guarded_arena.ts";
import { assertLikeTwin, assertLikeTwinRelevance, FORWARD, KERNEL_CHOICES } from "../support/kernel_twins.ts";

interface Case {
  weights: LstmWeights;
  input: Float64Array;
  above: Float64Array;
  steps: number;
}

function randomCase(seed: number, [e, d, steps]: [number, number, number]): Case {
  const random = randomGenerator(seed);
  const numbers = (count: number, scale: number): Float64Array =>
    Float64Array.from({ length: count }, () => random.normal(0, scale));
  return {
    weights: {
      inputSize: e,
      hiddenSize: d,
      inputWeights: numbers(4 * d * e, 1 / Math.sqrt(e)),
      recurrentWeights: numbers(4 * d * d, 1 / Math.sqrt(d)),
      bias: numbers(4 * d, 0.5),
    },
    input: numbers(steps * e, 1),
    above: numbers(steps * d, 1),
    steps,
  };
}

function compare(
  { weights, input, above, steps }: Case,
  { precision, rounding, epsilon, biasFactor }: {
    precision: Precision;
    rounding: Rounding;
    epsilon: number;
    biasFactor: number;
  },
): void {
  const kernels = new WasmLstm(weights, { precision, rounding, memory: GuardedArena });
  const trace = kernels.forward(input, steps), twin = lstmForward(weights, input, steps);
  for (const name of ["gates", "candidate", "cell", "hidden"] as const) {
    assertLikeTwin(trace[name], twin[name], { tolerance: FORWARD[precision], where: name });
  }
  const expected = lstmRelevance(weights, twin, above, { epsilon, biasFactor });
  // The kernels' own trace, and one that they did not make.
  for (const given of [trace, twin]) {
    const actual = kernels.relevance(given, above, { epsilon, biasFactor });
    assertLikeTwinRelevance(actual, expected, precision);
    assertLikeTwin(kernels.gradient(given, above), lstmGradient(weights, twin, above), {
      tolerance: 10 * FORWARD[precision],
      where: "gradient",
    });
  }
  assertBandsUntouched();
}

for (const choice of KERNEL_CHOICES) {
  Deno.test(`LSTM kernels in ${choice.precision}, ${choice.rounding}, do what their twins do, whatever the sizes`, () => {
    fc.assert(
      fc.property(
        fc.nat(),
        fc.tuple(
          fc.integer({ min: 1, max: 21 }),
          fc.integer({ min: 1, max: 21 }),
          fc.integer({ min: 1, max: 40 }),
        ),
        fc.constantFrom(0, 0.5, 1),
        (seed, sizes, biasFactor) =>
          compare(randomCase(seed, sizes), { ...choice, epsilon: 0.01, biasFactor }),
      ),
      { seed: 11, numRuns: 60 },
    );
  });
}

Deno.test("epsilon 0 divides nothing by the padding", () => {
  for (const d of [1, 2, 3, 5, 6, 7]) {
    compare(randomCase(d, [3, d, 4]), { precision: "float64", rounding: "fused", epsilon: 0, biasFactor: 1 });
  }
});

Deno.test("a longer sequence than any before gets a new memory, and the weights go with it", () => {
  const { weights } = randomCase(1, [3, 5, 1]);
  const kernels = new WasmLstm(weights, { precision: "float64", rounding: "fused" });
  for (const steps of [3, 100, 7, 1000]) {
    const { input } = randomCase(steps, [3, 5, steps]);
    assertClose(kernels.forward(input, steps).hidden, lstmForward(weights, input, steps).hidden, {
      absolute: 1e-14,
    });
  }
});

Deno.test("equal runs give equal bits", () => {
  const { weights, input, above, steps } = randomCase(5, [9, 10, 12]);
  const run = (): Float64Array => {
    const kernels = new WasmLstm(weights, { precision: "float64", rounding: "separate" });
    const trace = kernels.forward(input, steps);
    return kernels.relevance(trace, above, { epsilon: 0.001, biasFactor: 0.5 }).input;
  };
  assertEquals(run(), run());
});

/** sigmoid and tanh of the kernels: the gates of a net of one unit without a past. */
function functions(
  values: Float64Array,
  precision: Precision,
): { sigmoid: Float64Array; tanh: Float64Array } {
  const weights: LstmWeights = {
    inputSize: 1,
    hiddenSize: 1,
    inputWeights: new Float64Array(4).fill(1),
    recurrentWeights: new Float64Array(4),
    bias: new Float64Array(4),
  };
  const { gates } = new WasmLstm(weights, { precision, rounding: "fused" }).forward(values, values.length);
  const gate = (index: number): Float64Array => values.map((_, t) => gates[4 * t + index]!);
  return { sigmoid: gate(0), tanh: gate(2) };
}

Deno.test("sigmoid and tanh are right to the last digits, and never beyond 1", () => {
  const random = randomGenerator(4);
  for (const [precision, digit] of [["float64", 2 ** -52], ["float32", 2 ** -23]] as const) {
    for (const size of [1e-6, 0.1, 1, 5, 20, 60]) {
      let values = Float64Array.from({ length: 2000 }, () => size * (2 * random.uniform() - 1));
      if (precision === "float32") values = Float64Array.from(Float32Array.from(values));
      const { sigmoid, tanh } = functions(values, precision);
      values.forEach((x, i) => {
        const s = x < 0 ? Math.exp(x) / (1 + Math.exp(x)) : 1 / (1 + Math.exp(-x)), t = Math.tanh(x);
        // The exponent is rounded, which a small sigmoid shows.
        assertClose(sigmoid[i]!, s, { absolute: (2 + Math.abs(x)) * digit * s, where: `sigmoid of ${x}` });
        assertClose(tanh[i]!, t, { absolute: 4 * digit * Math.abs(t), where: `tanh of ${x}` });
        assert(Math.abs(tanh[i]!) <= 1, `tanh of ${x}`);
      });
    }
  }
});

Deno.test("sigmoid and tanh end where their limits are", () => {
  const { sigmoid, tanh } = functions(Float64Array.of(1e300, -1e300, 0, -0), "float64");
  assertEquals([...tanh], [1, -1, 0, 0]);
  assertEquals([...sigmoid].map((value) => Math.abs(value) < 1e-300 ? 0 : value), [1, 0, 0.5, 0.5]);
});
