import { assertEquals, assertThrows } from "@std/assert";
import { checkParity } from "../../../lib/io/mod.ts";

/** Gives the input itself as scores. */
const echo = { forward: (input: number[]) => ({ scores: input }) };

Deno.test("checkParity() gives the largest difference that passes", () => {
  const cases = [{ input: [1, 2], scores: [1, 2.25] }, { input: [3], scores: [2.875] }];
  assertEquals(checkParity(echo, cases, { tolerance: 0.25 }), 0.25);
  assertEquals(checkParity(echo, [{ input: [0.5], scores: [0.5] }], { tolerance: 0 }), 0);
});

const failures: [what: string, input: number[], scores: number[], message: string][] = [
  ["a score that is off", [1, 2], [1, 2.001], "score 1 of case 1 must be within 0.0001 of 2.001, got 2"],
  ["NaN", [1, NaN], [1, 2], "score 1 of case 1 must be within 0.0001 of 2, got NaN"],
  ["NaN as the wanted score", [1, 2], [1, NaN], "score 1 of case 1 must be within 0.0001 of NaN, got 2"],
  ["another number of scores", [1, 2], [1], "case 1 must have 2 scores, got 1"],
];
for (const [what, input, scores, message] of failures) {
  Deno.test(`checkParity() refuses ${what}`, () => {
    const cases = [{ input: [1], scores: [1] }, { input, scores }];
    const error = assertThrows(() => checkParity(echo, cases), RangeError);
    assertEquals(error.message, `Cannot accept the model: ${message}`);
  });
}

Deno.test("checkParity() refuses to accept a model without a case", () => {
  const error = assertThrows(() => checkParity(echo, []), RangeError);
  assertEquals(error.message, "Cannot accept the model: at least one case is required, got none");
});
