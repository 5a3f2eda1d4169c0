import { deepStrictEqual } from "node:assert/strict";
import { inspect } from "node:util";
import { raise } from "./assertion_error.ts";
import { equal } from "./equal.ts";

/** Passes if the two are deeply equal. */
export function assertEquals<T>(actual: T, expected: T, msg?: string): void {
  if (!equal(actual, expected)) raise(difference(actual, expected), msg);
}

/** Passes if the two are not deeply equal. */
export function assertNotEquals<T>(actual: T, expected: T, msg?: string): void {
  if (equal(actual, expected)) raise(`Expected values that differ, got ${inspect(actual)} twice`, msg);
}

/** Passes if the two are the same value by `Object.is`. */
export function assertStrictEquals<T>(actual: unknown, expected: T, msg?: string): asserts actual is T {
  if (!Object.is(actual, expected)) {
    raise(`Values are not strictly equal: ${inspect(actual)} and ${inspect(expected)}`, msg);
  }
}

/** Passes if the two are not the same value by `Object.is`. */
export function assertNotStrictEquals<T>(actual: T, expected: T, msg?: string): void {
  if (Object.is(actual, expected)) raise(`Expected values that differ, got ${inspect(actual)} twice`, msg);
}

/** Passes if every expected element, compared deeply, is in the actual array. */
export function assertArrayIncludes<T>(
  actual: ArrayLike<T> & object,
  expected: ArrayLike<T> & object,
  msg?: string,
): void {
  const elements = Array.from(actual);
  const missing = Array.from(expected).filter((wanted) =>
    !elements.some((element) => equal(element, wanted))
  );
  if (missing.length > 0) raise(`Expected ${inspect(actual)} to include ${inspect(missing)}`, msg);
}

/** Passes if every property of the expected object is in the actual one, at every depth. */
export function assertObjectMatch(
  // The real module has `any` here too, so that interfaces without an index signature fit.
  // deno-lint-ignore no-explicit-any
  actual: Record<PropertyKey, any>,
  expected: Record<PropertyKey, unknown>,
  msg?: string,
): void {
  if (!holds(actual, expected)) raise(difference(actual, expected), msg);
}

function holds(actual: unknown, expected: unknown): boolean {
  if (!isNested(actual) || !isNested(expected) || Array.isArray(actual) !== Array.isArray(expected)) {
    return equal(actual, expected);
  }
  return Reflect.ownKeys(expected).every((key) =>
    key in actual && holds(Reflect.get(actual, key), Reflect.get(expected, key))
  );
}

function isNested(value: unknown): value is object {
  return typeof value === "object" && value !== null && !ArrayBuffer.isView(value) &&
    ![Date, RegExp, Map, Set].some((type) => value instanceof type);
}

/** The line-by-line difference, which `node:assert` writes well. */
function difference(actual: unknown, expected: unknown): string {
  try {
    deepStrictEqual(actual, expected);
  } catch (error) {
    return `Values are not equal: ${(error as Error).message}`;
  }
  return `Values are not equal: ${inspect(actual)} and ${inspect(expected)}`;
}
