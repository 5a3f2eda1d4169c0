import type { Failure } from "./failure.ts";

/** More arguments than this overflow the stack of a call. */
const CHUNK = 8192;
const strictUtf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** One character per byte. The decoder of the platform that is called latin1 is windows-1252, which is another one. */
export function decodeLatin1(bytes: Uint8Array): string {
  let text = "";
  for (let start = 0; start < bytes.length; start += CHUNK) {
    text += String.fromCharCode(...bytes.subarray(start, start + CHUNK));
  }
  return text;
}

/** Text from UTF-8; bytes that are not UTF-8 are an error, never replaced. */
export function decodeUtf8(bytes: Uint8Array, fail: Failure): string {
  try {
    return strictUtf8.decode(bytes);
  } catch (cause) {
    throw fail("text must be UTF-8, got other bytes", { cause });
  }
}
