import { assertEquals, assertThrows } from "@std/assert";
import { tensor } from "../../lib/tensor/mod.ts";
import { assertClose, largestError } from "./assert_close.ts";

const message = (fn: () => void): string => (assertThrows(fn) as Error).message;

Deno.test("assertClose() takes numbers, lists, typed arrays and ndarrays of one shape", () => {
  assertClose(1.5, 1.5, {});
  assertClose([1, 2], Float64Array.of(1, 2), {});
  assertClose(tensor([[1, 2], [3, 4]]), [[1, 2], [3, 4]], {});
  assertClose(tensor([[1, 3], [2, 4]]).transpose(1, 0), [Float32Array.of(1, 2), Float32Array.of(3, 4)], {});
  assertClose([], new Float64Array(0), {});
});

Deno.test("assertClose() passes within either bound and fails just outside both", () => {
  assertClose(101, 100, { relative: 0.01 });
  assertClose(101, 100, { absolute: 1 });
  assertClose([101, 1e-9], [100, 0], { relative: 0.01, absolute: 1e-9 });
  assertThrows(() => assertClose(101.5, 100, { relative: 0.01, absolute: 1 }));
  // Relative to the expected number: |99 - 100| <= 0.01 * 100, but |100 - 99| > 0.01 * 99.
  assertClose(99, 100, { relative: 0.01 });
  assertThrows(() => assertClose(100, 99, { relative: 0.01 }));
});

Deno.test("assertClose() lets NaN equal only NaN and an infinity only itself", () => {
  const wide = { relative: Infinity, absolute: Infinity };
  assertClose([NaN, Infinity, -Infinity], [NaN, Infinity, -Infinity], {});
  for (const [a, b] of [[NaN, 1], [1, NaN], [NaN, Infinity], [Infinity, -Infinity], [1, Infinity]] as const) {
    assertThrows(() => assertClose(a, b, wide));
    assertThrows(() => assertClose(b, a, wide));
  }
});

Deno.test("assertClose() names the first bad index, both values and the largest error", () => {
  // Differences: 0, 0.5, 0, 2 (2 of 4 is 0.5; 0.5 of 2 is 0.25).
  assertEquals(
    message(() =>
      assertClose(tensor([[1, 2.5], [3, 6]]), [[1, 2], [3, 4]], { absolute: 0.1, where: "scores" })
    ),
    "scores at [0, 1]: got 2.5, expected 2 within relative 0 or absolute 0.1;" +
      " largest error 2 absolute at [1, 1], 0.5 relative",
  );
});

Deno.test("assertClose() fails on shapes that differ", () => {
  assertEquals(
    message(() => assertClose([1, 2, 3, 4], [[1, 2], [3, 4]], {})),
    "numbers: got shape [4], expected shape [2, 2]",
  );
  assertEquals(message(() => assertClose([[1], [2, 3]], [1], {})), "numbers: lists of shapes [1] and [2]");
});

Deno.test("largestError() measures absolute, relative and scaled errors", () => {
  // |3 - 2| = 1 is the largest; 0.5/1 is the largest relative to its own number; 1/4 relative to the largest number.
  assertEquals(largestError([0.5, 3, 4], [1, 2, 4]), {
    absolute: 1,
    relative: 0.5,
    scaled: 0.25,
    index: [1],
  });
  assertEquals(largestError([1, 2], [1, 2]), { absolute: 0, relative: 0, scaled: 0, index: [0] });
  assertEquals(largestError([1, NaN], [1, 2]).absolute, Infinity);
  assertEquals(largestError([1, 2], [1, Infinity]).relative, Infinity);
});
