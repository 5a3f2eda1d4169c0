import { assertEquals } from "@std/assert";
import { lossOf } from "../../lib/training/loss.ts";
import { optimizerStep } from "../../lib/training/optimizer.ts";
import { assertClose } from "../support/assert_close.ts";

Deno.test("losses by hand", () => {
  const ofScores = new Float64Array(2);
  // (1 - 3)² + (2 - 2.5)² = 4.25; gradient 2 (s - t)
  const squared = lossOf("squaredError", Float64Array.of(1, 2), {
    target: Float64Array.of(3, 2.5),
    ofScores,
  });
  assertEquals([squared, ...ofScores], [4.25, -4, -1]);
  // softmax(0, log 3) = (1/4, 3/4): -log 1/4, gradient (1/4 - 1, 3/4)
  const entropy = lossOf("crossEntropy", Float64Array.of(0, Math.log(3)), { target: 0, ofScores });
  assertClose([entropy, ...ofScores], [Math.log(4), -0.75, 0.75], { absolute: 1e-15 });
});

Deno.test("adam by hand", () => {
  const step = optimizerStep({ name: "adam", learningRate: 0.1, epsilon: 0 }, 1);
  const theta = Float64Array.of(1);
  // first step: m / (1 - 0.9) = g, v / (1 - 0.999) = g², so theta moves by the rate against the sign
  step(theta, Float64Array.of(4));
  assertClose(theta, [0.9], { absolute: 1e-15 });
  // second: m = (0.9 · 0.4 - 0.1 · 2) / (1 - 0.81), v = (0.999 · 0.016 + 0.001 · 4) / (1 - 0.998001)
  step(theta, Float64Array.of(-2));
  const m = (0.36 - 0.2) / 0.19, v = (0.015984 + 0.004) / 0.001999;
  assertClose(theta, [0.9 - 0.1 * m / Math.sqrt(v)], { absolute: 1e-14 });
});

Deno.test("adagrad by hand", () => {
  const step = optimizerStep({ name: "adagrad", learningRate: 0.5, epsilon: 0 }, 1);
  const theta = Float64Array.of(1);
  step(theta, Float64Array.of(3)); // 3 / √9
  step(theta, Float64Array.of(4)); // 4 / √(9 + 16)
  assertClose(theta, [1 - 0.5 * 1 - 0.5 * 4 / 5], { absolute: 1e-15 });
});
