import { inspect } from "node:util";
import { AssertionError, raise } from "./assertion_error.ts";

// The types of the real module.
// deno-lint-ignore no-explicit-any
type ErrorConstructor<E extends Error> = new (...args: any[]) => E;
// deno-lint-ignore no-explicit-any
type AbstractErrorConstructor<E extends Error> = abstract new (...args: any[]) => E;

/** Passes if the value is an error, of the class if one is given, with a message that holds the text if given. */
export function assertIsError<E extends Error = Error>(
  error: unknown,
  ErrorClass?: AbstractErrorConstructor<E>,
  msgMatches?: string | RegExp,
  msg?: string,
): asserts error is E {
  if (!(error instanceof Error)) raise(`Expected an Error object, got ${inspect(error)}`, msg);
  if (ErrorClass && !(error instanceof ErrorClass)) {
    raise(`Expected an instance of ${ErrorClass.name}, got ${error.constructor.name}: ${error.message}`, msg);
  }
  const matches = msgMatches instanceof RegExp
    ? msgMatches.test(error.message)
    : error.message.includes(msgMatches ?? "");
  if (!matches) {
    raise(`Expected a message with ${inspect(msgMatches)}, got ${inspect(error.message)}`, msg);
  }
}

/** Passes if the function throws; returns what it threw. */
export function assertThrows(fn: () => unknown, msg?: string): unknown;
/** Passes if the function throws such an error; returns it. */
export function assertThrows<E extends Error = Error>(
  fn: () => unknown,
  ErrorClass: ErrorConstructor<E>,
  msgIncludes?: string,
  msg?: string,
): E;
export function assertThrows<E extends Error = Error>(
  fn: () => unknown,
  errorClassOrMsg?: ErrorConstructor<E> | string,
  msgIncludes?: string,
  msg?: string,
): unknown {
  let thrown: unknown;
  try {
    fn();
  } catch (error) {
    thrown = error;
    checkThrown(error, errorClassOrMsg, msgIncludes, msg);
    return thrown;
  }
  raise("Expected the function to throw", typeof errorClassOrMsg === "string" ? errorClassOrMsg : msg);
}

/** Passes if the function returns a promise that rejects; returns what it rejected with. */
export function assertRejects(fn: () => PromiseLike<unknown>, msg?: string): Promise<unknown>;
/** Passes if the function returns a promise that rejects with such an error; returns it. */
export function assertRejects<E extends Error = Error>(
  fn: () => PromiseLike<unknown>,
  ErrorClass: ErrorConstructor<E>,
  msgIncludes?: string,
  msg?: string,
): Promise<E>;
export async function assertRejects<E extends Error = Error>(
  fn: () => PromiseLike<unknown>,
  errorClassOrMsg?: ErrorConstructor<E> | string,
  msgIncludes?: string,
  msg?: string,
): Promise<unknown> {
  const note = typeof errorClassOrMsg === "string" ? errorClassOrMsg : msg;
  let promise: PromiseLike<unknown> | undefined;
  try {
    promise = fn();
  } catch {
    raise("Expected the function to reject, but it threw", note);
  }
  if (typeof promise?.then !== "function") raise("Expected the function to return a promise", note);
  try {
    await promise;
  } catch (error) {
    checkThrown(error, errorClassOrMsg, msgIncludes, msg);
    return error;
  }
  raise("Expected the function to reject", note);
}

function checkThrown<E extends Error>(
  error: unknown,
  errorClassOrMsg: ErrorConstructor<E> | string | undefined,
  msgIncludes: string | undefined,
  msg: string | undefined,
): void {
  if (typeof errorClassOrMsg !== "function") return;
  if (!(error instanceof Error)) {
    throw new AssertionError(`Expected an Error object to be thrown, got ${inspect(error)}`);
  }
  assertIsError(error, errorClassOrMsg, msgIncludes, msg);
}
