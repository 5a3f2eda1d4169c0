import { assert, assertThrows, fail } from "@std/assert";
import { FormatError } from "../../../lib/errors.ts";

/** Bytes from base64 text, as the fixtures hold them. */
export const fromBase64 = (text: string): Uint8Array => Uint8Array.fromBase64(text);

/** Asserts that every proper beginning of a file is refused as not what it says. */
export function assertEveryTruncationFails(bytes: Uint8Array, read: (bytes: Uint8Array) => unknown): void {
  for (let length = 0; length < bytes.length; length++) {
    assertThrows(() => read(bytes.slice(0, length)), FormatError, undefined, `cut to ${length} bytes`);
  }
}

/** The same for a reader that promises its answer. */
export async function assertEveryTruncationRejects(
  bytes: Uint8Array,
  read: (bytes: Uint8Array) => Promise<unknown>,
): Promise<void> {
  for (let length = 0; length < bytes.length; length++) {
    const error = await read(bytes.slice(0, length)).then(() => undefined, (error) => error);
    assert(error instanceof FormatError, `cut to ${length} bytes: ${error}`);
  }
}

/** Asserts that a file with any single bit turned is either read or refused as not what it says. */
export async function assertBitFlipsAreHandled(
  bytes: Uint8Array,
  read: (bytes: Uint8Array) => unknown,
  step = 1,
): Promise<{ read: number; refused: number }> {
  const counts = { read: 0, refused: 0 };
  for (let bit = 0; bit < bytes.length * 8; bit += step) {
    const changed = bytes.slice();
    changed[bit >> 3]! ^= 1 << (bit & 7);
    try {
      await read(changed);
      counts.read++;
    } catch (error) {
      if (!(error instanceof FormatError)) fail(`bit ${bit} turned: ${error}`);
      counts.refused++;
    }
  }
  return counts;
}
