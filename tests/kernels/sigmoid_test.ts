import { assert, assertEquals } from "@std/assert";
import type { Precision } from "../../lib/kernels/arena.ts";
import type { LstmWeights } from "../../lib/kernels/lstm_forward.ts";
import { WasmLstm } from "../../lib/kernels/wasm_lstm.ts";
import { randomGenerator } from "../../lib/random.ts";
import { assertClose } from "../support/assert_close.ts";

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
