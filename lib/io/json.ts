import type { Failure } from "./failure.ts";
import { decodeUtf8 } from "./text.ts";

/** Reads JSON; `what` names the part of the file for the message. */
export function parseJson(bytes: Uint8Array, what: string, fail: Failure): unknown {
  const text = decodeUtf8(bytes, fail);
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw fail(`${what} must be JSON`, { cause });
  }
}

/** Whether a value of JSON is an object with names. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
