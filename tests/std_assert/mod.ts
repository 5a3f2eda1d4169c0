/**
 * A stand-in for the assertions of `@std/assert` that the tests and examples use, for machines that do not reach
 * the registry it is published on. Same names, same signatures, same verdicts; only the texts of failures differ.
 *
 * @module
 */
export { AssertionError } from "./assertion_error.ts";
export {
  assertArrayIncludes,
  assertEquals,
  assertNotEquals,
  assertNotStrictEquals,
  assertObjectMatch,
  assertStrictEquals,
} from "./equality.ts";
export { equal } from "./equal.ts";
export { assertIsError, assertRejects, assertThrows } from "./errors.ts";
export {
  assert,
  assertAlmostEquals,
  assertExists,
  assertFalse,
  assertGreater,
  assertGreaterOrEqual,
  assertInstanceOf,
  assertLess,
  assertLessOrEqual,
  assertMatch,
  assertNotInstanceOf,
  assertNotMatch,
  assertStringIncludes,
  fail,
} from "./values.ts";
