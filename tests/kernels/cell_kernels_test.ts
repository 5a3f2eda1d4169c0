import { assertEquals } from "@std/assert";
import fc from "fast-check";
import type { KernelChoice } from "../../lib/kernels/wasm_cell.ts";
import { gruForward, gruGradient, gruRelevance, type GruTrace } from "../../lib/kernels/gru_sequence.ts";
import type { GruWeights } from "../../lib/kernels/gru_step.ts";
import { lstmForward, type LstmTrace, type LstmWeights } from "../../lib/kernels/lstm_forward.ts";
import { lstmGradient } from "../../lib/kernels/lstm_gradient.ts";
import {
  lstmRelevance,
  type RecurrentRelevance,
  type RelevanceOptions,
} from "../../lib/kernels/lstm_relevance.ts";
import { WasmGru } from "../../lib/kernels/wasm_gru.ts";
import { WasmLstm } from "../../lib/kernels/wasm_lstm.ts";
import { randomGenerator } from "../../lib/random.ts";
import { assertClose } from "../support/assert_close.ts";
import { assertBandsUntouched, GuardedArena } from "../support/guarded_arena.ts";
import { assertLikeTwin, assertLikeTwinRelevance, FORWARD, KERNEL_CHOICES } from "../support/kernel_twins.ts";

type Numbers = (count: number, scale: number) => Float64Array;

/** The functions of a cell with its weights bound: those of the kernels, and those of the twins. */
interface BoundCell<Trace> {
  forward(input: Float64Array, steps: number): Trace;
  relevance(trace: Trace, above: Float64Array, options: RelevanceOptions): RecurrentRelevance;
  gradient(trace: Trace, above: Float64Array): Float64Array;
}

interface Cell<Weights, Trace> {
  name: string;
  weights(sizes: [inputSize: number, hiddenSize: number], numbers: Numbers): Weights;
  kernels(weights: Weights, choice: KernelChoice): BoundCell<Trace>;
  twin(weights: Weights): BoundCell<Trace>;
  states: readonly (keyof Trace)[];
}

const lstm: Cell<LstmWeights, LstmTrace> = {
  name: "LSTM",
  weights: ([inputSize, hiddenSize], numbers) => ({
    inputSize,
    hiddenSize,
    inputWeights: numbers(4 * hiddenSize * inputSize, 1 / Math.sqrt(inputSize)),
    recurrentWeights: numbers(4 * hiddenSize * hiddenSize, 1 / Math.sqrt(hiddenSize)),
    bias: numbers(4 * hiddenSize, 0.5),
  }),
  kernels: (weights, choice) => new WasmLstm(weights, choice),
  twin: (weights) => ({
    forward: (input, steps) => lstmForward(weights, input, steps),
    relevance: (trace, above, options) => lstmRelevance(weights, trace, above, options),
    gradient: (trace, above) => lstmGradient(weights, trace, above),
  }),
  states: ["gates", "candidate", "cell", "hidden"],
};

const gru: Cell<GruWeights, GruTrace> = {
  name: "GRU",
  weights: ([inputSize, hiddenSize], numbers) => ({
    inputSize,
    hiddenSize,
    inputWeights: numbers(3 * hiddenSize * inputSize, 1 / Math.sqrt(inputSize)),
    recurrentWeights: numbers(3 * hiddenSize * hiddenSize, 1 / Math.sqrt(hiddenSize)),
    inputBias: numbers(3 * hiddenSize, 0.5),
    recurrentBias: numbers(3 * hiddenSize, 0.5),
  }),
  kernels: (weights, choice) => new WasmGru(weights, choice),
  twin: (weights) => ({
    forward: (input, steps) => gruForward(weights, input, steps),
    relevance: (trace, above, options) => gruRelevance(weights, trace, above, options),
    gradient: (trace, above) => gruGradient(weights, trace, above),
  }),
  states: ["gates", "candidate", "recalled", "hidden"],
};

function testCell<Weights, Trace>(cell: Cell<Weights, Trace>): void {
  const randomCase = (seed: number, [e, d, steps]: [number, number, number]) => {
    const random = randomGenerator(seed);
    const numbers: Numbers = (count, scale) =>
      Float64Array.from({ length: count }, () => random.normal(0, scale));
    return {
      weights: cell.weights([e, d], numbers),
      input: numbers(steps * e, 1),
      above: numbers(steps * d, 1),
      steps,
    };
  };

  const compare = (
    { weights, input, above, steps }: ReturnType<typeof randomCase>,
    { precision, rounding, epsilon, biasFactor }: KernelChoice & RelevanceOptions,
  ): void => {
    const twin = cell.twin(weights), wanted = twin.forward(input, steps);
    const kernels = cell.kernels(weights, { precision, rounding, memory: GuardedArena });
    const trace = kernels.forward(input, steps);
    for (const name of cell.states) {
      const [actual, expected] = [trace[name] as Float64Array, wanted[name] as Float64Array];
      assertLikeTwin(actual, expected, { tolerance: FORWARD[precision], where: String(name) });
    }
    const relevance = twin.relevance(wanted, above, { epsilon, biasFactor });
    // The kernels' own trace, and one that they did not make.
    for (const given of [trace, wanted]) {
      assertLikeTwinRelevance(kernels.relevance(given, above, { epsilon, biasFactor }), relevance, precision);
      assertLikeTwin(kernels.gradient(given, above), twin.gradient(wanted, above), {
        tolerance: 10 * FORWARD[precision],
        where: "gradient",
      });
    }
    assertBandsUntouched();
  };

  for (const choice of KERNEL_CHOICES) {
    Deno.test(`${cell.name} kernels in ${choice.precision}, ${choice.rounding}, do what their twins do, whatever the sizes`, () => {
      const size = fc.integer({ min: 1, max: 21 }), length = fc.integer({ min: 1, max: 40 });
      fc.assert(
        fc.property(
          fc.nat(),
          fc.tuple(size, size, length),
          fc.constantFrom(0, 0.5, 1),
          (seed, sizes, biasFactor) =>
            compare(randomCase(seed, sizes), { ...choice, epsilon: 0.01, biasFactor }),
        ),
        { seed: 11, numRuns: 60 },
      );
    });
  }

  Deno.test(`${cell.name} kernels with epsilon 0 divide nothing by the padding`, () => {
    for (const d of [1, 2, 3, 5, 6, 7]) {
      compare(randomCase(d, [3, d, 4]), {
        precision: "float64",
        rounding: "fused",
        epsilon: 0,
        biasFactor: 1,
      });
    }
  });

  Deno.test(`${cell.name}: a longer sequence than any before gets a new memory, and the weights go with it`, () => {
    const { weights } = randomCase(1, [3, 5, 1]);
    const kernels = cell.kernels(weights, { precision: "float64", rounding: "fused" }),
      twin = cell.twin(weights);
    for (const steps of [3, 100, 7, 1000]) {
      const { input } = randomCase(steps, [3, 5, steps]);
      for (const name of cell.states) {
        const [actual, expected] = [kernels, twin].map((of) =>
          of.forward(input, steps)[name] as Float64Array
        );
        assertClose(actual!, expected!, { absolute: 1e-14, where: String(name) });
      }
    }
  });

  Deno.test(`${cell.name}: equal runs give equal bits`, () => {
    const { weights, input, above, steps } = randomCase(5, [9, 10, 12]);
    const run = (): Float64Array => {
      const kernels = cell.kernels(weights, { precision: "float64", rounding: "separate" });
      return kernels.relevance(kernels.forward(input, steps), above, { epsilon: 0.001, biasFactor: 0.5 })
        .input;
    };
    assertEquals(run(), run());
  });
}

testCell(lstm);
testCell(gru);
