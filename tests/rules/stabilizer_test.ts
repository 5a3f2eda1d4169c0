import { assertEquals, assertThrows } from "@std/assert";
import { eagerOps } from "../../lib/ops/mod.ts";
import { stabilize, stabilizer, type StabilizerOptions, stableRatio } from "../../lib/rules/mod.ts";
import { tensor } from "../../lib/tensor/mod.ts";

/** What becomes of -2, 0 and 2 with ε = 1. */
const CASES: Record<string, [options: StabilizerOptions, denominators: number[]]> = {
  "the sign, plus at 0": [1, [-3, 1, 3]],
  "the sign, minus at 0": [{ epsilon: 1, sign: "minus" }, [-3, -1, 3]],
  "the sign, nothing at 0": [{ epsilon: 1, sign: "zero" }, [-3, 0, 3]],
  "no sign": [{ epsilon: 1, sign: "none" }, [-1, 1, 3]],
  "ε at 0": [{ epsilon: 1, sign: "zero", atZero: "epsilon" }, [-3, 1, 3]],
  "sizes raised to ε": [{ epsilon: 3, clip: true }, [-3, 3, 3]],
  "sizes above ε": [{ epsilon: 1, clip: true }, [-2, 1, 2]],
};

for (const [name, [options, denominators]] of Object.entries(CASES)) {
  Deno.test(`stabilize() adds with ${name}`, () => {
    assertEquals([...stabilize(eagerOps, tensor([-2, 0, 2]), stabilizer(options)).data], denominators);
  });
}

Deno.test("stabilize() takes ε in units of the root mean square of each example", () => {
  // √((1 + 49) / 2) = 5 for the first example, √((9 + 9) / 2) = 3 for the second.
  const z = tensor([[1, 7], [3, -3]]);
  assertEquals([...stabilize(eagerOps, z, stabilizer({ epsilon: 1, scale: "rms" })).data], [6, 12, 6, -6]);
});

Deno.test("stableRatio() drops relevance at 0 where the stabilizer says so", () => {
  const [relevance, z] = [tensor([6, 6]), tensor([2, 0])];
  assertEquals([...stableRatio(eagerOps, relevance, z, stabilizer(1)).data], [2, 6]);
  assertEquals(
    [...stableRatio(eagerOps, relevance, z, stabilizer({ epsilon: 1, atZero: "drop" })).data],
    [2, 0],
  );
});

Deno.test("stabilizer() rejects an ε that is negative or not finite", () => {
  for (const epsilon of [-1, NaN, Infinity]) {
    assertThrows(
      () => stabilizer(epsilon),
      RangeError,
      `Cannot stabilize a denominator: epsilon must be a finite number >= 0, got ${epsilon}`,
    );
  }
});
