import { assertEquals, assertThrows } from "@std/assert";
import { NumericalError } from "../../lib/errors.ts";
import { dense } from "../../lib/layers/mod.ts";
import { propagate, zBoxRule } from "../../lib/rules/mod.ts";
import { tensor } from "../../lib/tensor/mod.ts";
import { assertMessage } from "../support/assert_message.ts";

Deno.test("zBoxRule() takes bounds per input, also a box without room", () => {
  const rule = zBoxRule({ low: tensor([0, 1]), high: tensor([1, 1]), stabilizer: 0 });
  const { inputs } = propagate(dense({ weights: tensor([[1, 1]]) }), rule, {
    inputs: [tensor([[0.5, 1]])],
    relevance: tensor([[3]]),
  });
  // a w - l w⁺: 0.5 - 0 and 1 - 1
  assertEquals([...inputs[0]!.data], [3, 0]);
});

Deno.test("zBoxRule() rejects a bound above its other", () => {
  assertThrows(
    () => zBoxRule({ low: tensor([0, 2]), high: tensor([1, 1]) }),
    RangeError,
    "Cannot make a z-box rule: low must not lie above high, got low 2 and high 1",
  );
});

Deno.test("zBoxRule() compares a number with each number of an array", () => {
  assertMessage(
    () => zBoxRule({ low: 0.5, high: tensor([1, 0]) }),
    RangeError,
    "Cannot make a z-box rule: low must not lie above high, got low 0.5 and high 0",
  );
  assertMessage(
    () => zBoxRule({ low: tensor([0, NaN]), high: 1 }),
    NumericalError,
    "Cannot make a z-box rule: low must be finite, got NaN at [1]",
  );
  assertMessage(
    () => zBoxRule({ low: 0, high: Infinity }),
    NumericalError,
    "Cannot make a z-box rule: high must be finite, got Infinity at []",
  );
});
