/** What the tests rely on in `@std/assert`: it must hold for the real module and for the stand-in alike. */
import {
  assert,
  assertAlmostEquals,
  assertArrayIncludes,
  assertEquals,
  assertExists,
  assertFalse,
  assertGreater,
  assertGreaterOrEqual,
  assertInstanceOf,
  AssertionError,
  assertIsError,
  assertLess,
  assertLessOrEqual,
  assertMatch,
  assertNotEquals,
  assertNotInstanceOf,
  assertNotMatch,
  assertNotStrictEquals,
  assertObjectMatch,
  assertRejects,
  assertStrictEquals,
  assertStringIncludes,
  assertThrows,
  equal,
  fail,
} from "@std/assert";

const fails = (fn: () => void): AssertionError => {
  try {
    fn();
  } catch (error) {
    if (error instanceof AssertionError) return error;
    throw error;
  }
  throw new Error("The assertion passed");
};

class Point {
  constructor(readonly x: number) {}
}

const EQUAL: [unknown, unknown][] = [
  [1, 1],
  [0, -0],
  [NaN, NaN],
  ["a", "a"],
  [null, null],
  [[1, [2]], [1, [2]]],
  [{ a: 1, b: { c: [2] } }, { b: { c: [2] }, a: 1 }],
  [Object.create(null), {}],
  [Float64Array.of(1, NaN, 0), Float64Array.of(1, NaN, -0)],
  [new Map([["a", [1]]]), new Map([["a", [1]]])],
  [new Set([1, 2]), new Set([2, 1])],
  [new Set([{ a: 1 }, { a: 2 }]), new Set([{ a: 2 }, { a: 1 }])],
  [new Date(5), new Date(5)],
  [/a/g, /a/g],
  [new URL("file:///a"), new URL("file:///a")],
  [new Point(1), new Point(1)],
];

const DIFFERENT: [unknown, unknown][] = [
  [1, 2],
  [1, "1"],
  [0, false],
  [null, undefined],
  [NaN, Infinity],
  [[1], [1, 2]],
  [[1], { 0: 1 }],
  [{ a: 1 }, { a: 2 }],
  [{ a: undefined }, {}],
  [{ a: 1 }, { b: 1 }],
  [Float64Array.of(1), Float64Array.of(2)],
  [Float64Array.of(1), Float64Array.of(1, 2)],
  [Float64Array.of(1), Float32Array.of(1)],
  [Float64Array.of(1), [1]],
  [new Map([["a", 1]]), new Map([["a", 2]])],
  [new Map([["a", 1]]), new Map([["b", 1]])],
  [new Set([1]), new Set([2])],
  [new Date(5), new Date(6)],
  [/a/g, /a/],
  [new URL("file:///a"), new URL("file:///b")],
  [new Point(1), new Point(2)],
  [new Point(1), { x: 1 }],
];

Deno.test("assertEquals() and equal() compare deeply", () => {
  for (const [a, b] of EQUAL) {
    assertEquals(a, b);
    assert(equal(a, b) && equal(b, a));
    fails(() => assertNotEquals(a, b));
  }
  for (const [a, b] of DIFFERENT) {
    assertNotEquals(a, b);
    assertFalse(equal(a, b) || equal(b, a));
    fails(() => assertEquals(a, b));
  }
});

Deno.test("assertEquals() ends on values that hold themselves", () => {
  const a: Record<string, unknown> = { n: 1 };
  const b: Record<string, unknown> = { n: 1 };
  [a.self, b.self] = [a, b];
  assertEquals(a, b);
  b.n = 2;
  fails(() => assertEquals(a, b));
});

Deno.test("a failure carries the caller's message", () => {
  assertStringIncludes(fails(() => assertEquals(1, 2, "first sum")).message, "first sum");
  assertStringIncludes(fails(() => assert(false, "second sum")).message, "second sum");
  assertStringIncludes(fails(() => fail("third sum")).message, "third sum");
  assertEquals(fails(() => fail()).name, "AssertionError");
});

Deno.test("assertStrictEquals() compares by Object.is", () => {
  const list = [1];
  assertStrictEquals(list, list);
  assertStrictEquals(NaN, NaN);
  assertNotStrictEquals(list, [1]);
  fails(() => assertStrictEquals(list, [1]));
  fails(() => assertStrictEquals(0, -0));
  fails(() => assertNotStrictEquals(list, list));
});

Deno.test("assertAlmostEquals() allows the tolerance, by default 1e-7 of the expected number", () => {
  assertAlmostEquals(100.000009, 100);
  fails(() => assertAlmostEquals(100.00002, 100));
  assertAlmostEquals(1, 2, 1);
  fails(() => assertAlmostEquals(1, 2, 0.9));
  assertAlmostEquals(NaN, NaN);
  fails(() => assertAlmostEquals(NaN, 1, 1e9));
});

Deno.test("assertThrows() checks class and text, and returns the error", () => {
  const bad = (): never => {
    throw new RangeError("Cannot go on: 7 steps are required");
  };
  const error: RangeError = assertThrows(bad, RangeError, "7 steps");
  assertIsError(error, RangeError, "7 steps");
  assertThrows(bad);
  assertThrows(bad, Error);
  assertEquals(
    assertThrows(() => {
      throw 5;
    }),
    5,
  );
  fails(() => assertThrows(bad, SyntaxError));
  fails(() => assertThrows(bad, RangeError, "8 steps"));
  fails(() => assertThrows(() => 1));
  fails(() => assertThrows(() => 1, RangeError));
  fails(() =>
    assertThrows(() => {
      throw "text";
    }, Error)
  );
});

Deno.test("assertIsError() checks class and text", () => {
  assertIsError(new TypeError("no"), TypeError, "no");
  assertIsError(new TypeError("no"), TypeError, /^n/);
  fails(() => assertIsError("no"));
  fails(() => assertIsError(new TypeError("no"), RangeError));
  fails(() => assertIsError(new TypeError("no"), TypeError, "yes"));
  fails(() => assertIsError(new TypeError("no"), TypeError, /yes/));
});

Deno.test("assertRejects() checks class and text, and returns the error", async () => {
  const bad = (): Promise<never> => Promise.reject(new RangeError("Cannot go on"));
  const error: RangeError = await assertRejects(bad, RangeError, "go on");
  assertEquals(error.message, "Cannot go on");
  await assertRejects(bad);
  await assertRejects(() => assertRejects(bad, SyntaxError), AssertionError);
  await assertRejects(() => assertRejects(bad, RangeError, "stop"), AssertionError);
  await assertRejects(() => assertRejects(() => Promise.resolve(1)), AssertionError);
  await assertRejects(() =>
    assertRejects(() => {
      throw new RangeError("thrown, not rejected");
    }, RangeError), AssertionError);
});

Deno.test("assertions narrow types", () => {
  const value: unknown = "text";
  assert(typeof value === "string");
  assertEquals(value.length, 4);
  const maybe: number | undefined = [1].at(0);
  assertExists(maybe);
  assertEquals(maybe.toFixed(1), "1.0");
  const point: unknown = new Point(3);
  assertInstanceOf(point, Point);
  assertEquals(point.x, 3);
  const error: unknown = new RangeError("a");
  assertIsError(error, RangeError);
  assertEquals(error.message, "a");
});

Deno.test("assertExists() and assertInstanceOf() fail on what is not there", () => {
  assertExists(0);
  fails(() => assertExists(null));
  fails(() => assertExists(undefined));
  fails(() => assertInstanceOf({ x: 1 }, Point));
  fails(() => assertInstanceOf(null, Point));
  assertNotInstanceOf({ x: 1 }, Point);
  fails(() => assertNotInstanceOf(new Point(1), Point));
});

Deno.test("assertGreater(), assertLess() and their kin keep their bounds", () => {
  assertGreater(2, 1);
  assertGreaterOrEqual(1, 1);
  assertLess(1, 2);
  assertLessOrEqual(1, 1);
  fails(() => assertGreater(1, 1));
  fails(() => assertGreaterOrEqual(0, 1));
  fails(() => assertLess(1, 1));
  fails(() => assertLessOrEqual(2, 1));
  fails(() => assertLess(NaN, 1));
});

Deno.test("assertMatch() and assertStringIncludes() search the text", () => {
  assertMatch("relevance", /^rel/);
  assertNotMatch("relevance", /^lev/);
  assertStringIncludes("relevance", "lev");
  fails(() => assertMatch("relevance", /^lev/));
  fails(() => assertNotMatch("relevance", /^rel/));
  fails(() => assertStringIncludes("relevance", "xyz"));
});

Deno.test("assertArrayIncludes() compares elements deeply, in any order", () => {
  assertArrayIncludes([1, { a: 2 }, 3], [3, { a: 2 }]);
  fails(() => assertArrayIncludes([1, 2], [1, 4]));
});

Deno.test("assertObjectMatch() asks for a part of the properties at every depth", () => {
  assertObjectMatch({ a: 1, b: { c: 2, d: [1, 2] } }, { b: { d: [1, 2] } });
  assertObjectMatch({ list: [{ a: 1, b: 2 }] }, { list: [{ a: 1 }] });
  fails(() => assertObjectMatch({ a: 1 }, { a: 2 }));
  fails(() => assertObjectMatch({ a: 1 }, { b: 1 }));
  fails(() => assertObjectMatch({ a: { b: 1 } }, { a: { b: 2 } }));
  fails(() => assertObjectMatch({ a: [1, 2] }, { a: [2, 1] }));
});
