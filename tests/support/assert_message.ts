import { assertEquals, assertRejects, assertThrows } from "@std/assert";

/** A class of errors. */
// deno-lint-ignore no-explicit-any -- constructors of errors take whatever they like
export type ErrorClass = new (...args: any[]) => Error;

/** Passes if the call throws an error of this class with exactly this message. */
export function assertMessage(call: () => unknown, type: ErrorClass, message: string): void {
  assertEquals(assertThrows(call, type).message, message);
}

/** Passes if the call throws, or what it promises rejects with, an error of this class with exactly this message. */
export async function assertRejectsWith(
  call: () => unknown,
  type: ErrorClass,
  message: string,
): Promise<void> {
  assertEquals((await assertRejects(async () => await call(), type)).message, message);
}
