import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import type { KernelChoice } from "../../lib/kernels/wasm_cell.ts";
import { followOneByOne, type InputParts } from "../../lib/kernels/input_parts.ts";
import { lstmDecomposition } from "../../lib/kernels/lstm_decomposition.ts";
import { lstmForward, type LstmTrace, type LstmWeights } from "../../lib/kernels/lstm_forward.ts";
import { lstmPreactivations } from "../../lib/kernels/lstm_preactivations.ts";
import { WasmLstm } from "../../lib/kernels/wasm_lstm.ts";
import { randomGenerator } from "../../lib/random.ts";
import { assertBandsUntouched, GuardedArena } from "../support/guarded_arena.ts";
import { assertLikeTwin, FORWARD, KERNEL_CHOICES, twinWeights } from "../support/kernel_twins.ts";

interface Case {
  weights: LstmWeights;
  input: Float64Array;
  parts: InputParts;
  steps: number;
}

type Kind = Pick<InputParts, "once" | "lastOnly">;

const KINDS: readonly Kind[] = [true, false].flatMap((once) =>
  [true, false].map((lastOnly) => ({ once, lastOnly }))
);

/** Parts begin at random steps, several at one of them, and some never. */
function randomCase(
  seed: number,
  [e, d, steps, count]: [number, number, number, number],
  { once, lastOnly }: Kind,
): Case {
  const random = randomGenerator(seed);
  const numbers = (length: number, scale: number): Float64Array =>
    Float64Array.from({ length }, () => random.normal(0, scale));
  const starts = Array.from({ length: count }, () => Math.floor(random.uniform() * (steps + 1)));
  return {
    weights: twinWeights(numbers, [e, d]),
    input: numbers(steps * e, 1),
    parts: {
      count,
      once,
      lastOnly,
      begun: Int32Array.from({ length: steps }, (_, t) => starts.filter((start) => start <= t).length),
      values: numbers((once ? 1 : steps) * count * e, 0.5),
    },
    steps,
  };
}

function twin(weights: LstmWeights, trace: LstmTrace, parts: InputParts): Float64Array {
  const preactivations = lstmPreactivations(weights, trace);
  return followOneByOne(parts, weights, (part) => lstmDecomposition(weights, trace, preactivations, part));
}

function compare({ weights, input, parts, steps }: Case, choice: KernelChoice): void {
  const kernels = new WasmLstm(weights, { ...choice, memory: GuardedArena });
  const wanted = lstmForward(weights, input, steps), trace = kernels.forward(input, steps);
  const expected = twin(weights, wanted, parts);
  // The kernels' own trace, and one that they did not make.
  for (const given of [trace, wanted]) {
    assertLikeTwin(kernels.decomposition(given)(parts), expected, {
      tolerance: 10 * FORWARD[choice.precision],
      where: "parts of the hidden states",
    });
  }
  assertBandsUntouched();
}

for (const choice of KERNEL_CHOICES) {
  for (const kind of KINDS) {
    const what = `${kind.once ? "parts that come in once" : "parts of all steps"}, ` +
      `${kind.lastOnly ? "last states" : "all states"}`;
    Deno.test(`contextual decomposition on the kernels in ${choice.precision}, ${choice.rounding}, is that of the twin, whatever the sizes: ${what}`, () => {
      const size = fc.integer({ min: 1, max: 21 }), length = fc.integer({ min: 1, max: 40 });
      fc.assert(
        fc.property(
          fc.nat(),
          fc.tuple(size, size, length, length),
          (seed, sizes) => compare(randomCase(seed, sizes, kind), choice),
        ),
        { seed: 13, numRuns: 30 },
      );
    });
  }
}

Deno.test("contextual decomposition: a part has the same bits alone, beside others, and after a longer sequence", () => {
  for (const choice of KERNEL_CHOICES) {
    for (const kind of KINDS) {
      const { weights, input, steps, parts } = randomCase(5, [9, 10, 12, 37], kind);
      const { inputSize: e, hiddenSize: d } = weights, { count, begun, values, lastOnly } = parts;
      const kernels = new WasmLstm(weights, choice), trace = kernels.forward(input, steps);
      const follow = kernels.decomposition(trace), together = follow(parts);
      const long = randomCase(6, [9, 10, 90, 50], kind);
      assert(
        kernels.decomposition(kernels.forward(long.input, long.steps))(long.parts).every(Number.isFinite),
      );
      assertEquals(follow(parts), together);
      for (let part = 0; part < count; part++) {
        const pick = (rows: Float64Array, size: number): Float64Array =>
          Float64Array.from(
            { length: rows.length / count },
            (_, i) => rows[(Math.floor(i / size) * count + part) * size + i % size]!,
          );
        const alone = follow({
          ...kind,
          count: 1,
          begun: begun.map((parts) => parts > part ? 1 : 0),
          values: pick(values, e),
        });
        assertEquals(alone, pick(together, d), `part ${part}, ${lastOnly}`);
      }
    }
  }
});

Deno.test("contextual decomposition: all of the inputs of an LSTM without biases bring in all of its states", () => {
  // With b = 0 the relevant part of act(z) for a = z is act(z) - act(0) for each gate, and i_b = f_b = 1/2 are added back:
  // c_r = (i - 1/2) g + g / 2 + (f - 1/2 + 1/2) c(t-1) = i g + f c(t-1).
  for (const choice of KERNEL_CHOICES) {
    const { weights, input, steps } = randomCase(7, [5, 6, 9, 1], KINDS[0]!);
    const kernels = new WasmLstm({ ...weights, bias: new Float64Array(24) }, choice);
    const trace = kernels.forward(input, steps);
    const begun = new Int32Array(steps).fill(1);
    const hidden = kernels.decomposition(trace)({
      count: 1,
      begun,
      values: input,
      once: false,
      lastOnly: false,
    });
    assertLikeTwin(hidden, trace.hidden.subarray(6), {
      tolerance: FORWARD[choice.precision],
      where: "hidden",
    });
  }
});

Deno.test("contextual decomposition: a part that is 0 gives exactly 0, and one that is not a number shows", () => {
  for (const choice of KERNEL_CHOICES) {
    for (const kind of KINDS) {
      const { weights, input, steps, parts } = randomCase(8, [3, 5, 7, 4], kind);
      const kernels = new WasmLstm(weights, choice), trace = kernels.forward(input, steps);
      const follow = (value: number): Float64Array =>
        kernels.decomposition(trace)({
          ...parts,
          begun: new Int32Array(steps).fill(4),
          values: new Float64Array(parts.values.length).fill(value),
        });
      assertEquals(follow(0), new Float64Array(follow(0).length));
      assert(follow(NaN).every(Number.isNaN));
    }
  }
});
