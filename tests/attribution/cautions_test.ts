import { assertEquals } from "@std/assert";
import { cautions } from "../../lib/attribution/cautions.ts";

const CALM = { scale: 2, received: 3, precision: "float64", epsilon: 1e-9 } as const;

Deno.test("cautions() has nothing to say of a flow of the size of the score, whatever its sign", () => {
  assertEquals(cautions(CALM), []);
  assertEquals(cautions({ ...CALM, received: -3 }), []);
  assertEquals(cautions({ ...CALM, scale: 3e6 }), []);
});

Deno.test("cautions() warns of a flow of a million times the score", () => {
  const warning =
    "relevance grew to 3.1e+6 on its way down from -3.00: the shares are differences of large " +
    "numbers and say little; a larger epsilon tames them";
  assertEquals(cautions({ ...CALM, received: -3, scale: 3.1e6 }), [warning]);
});

Deno.test("cautions() warns of a small epsilon in float32, and in no other case", () => {
  const warning =
    "computed in float32 with epsilon 0.0005: where pre-activations are near 0 the relevance is " +
    "unreliable; use float64, or an epsilon of at least 0.001";
  assertEquals(cautions({ ...CALM, precision: "float32", epsilon: 5e-4 }), [warning]);
  assertEquals(cautions({ ...CALM, precision: "float32", epsilon: 1e-3 }), []);
});
