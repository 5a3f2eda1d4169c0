import type { Failure } from "../failure.ts";
import { decodeLatin1 } from "../text.ts";

const LINE_FEED = 10;

/** Reads bytes one after the other, and never past their end. */
export class ByteCursor {
  /** The place of the next byte. */
  offset = 0;
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #fail: Failure;

  constructor(bytes: Uint8Array, fail: Failure) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#fail = fail;
  }

  /** How many bytes are left. */
  get remaining(): number {
    return this.#bytes.length - this.offset;
  }

  /** The next bytes, as a view. */
  take(count: number): Uint8Array {
    return this.#bytes.subarray(this.#advance(count), this.offset);
  }

  /** The text up to the next line feed, one character per byte. */
  line(): string {
    const end = this.#bytes.indexOf(LINE_FEED, this.offset);
    if (end < 0) throw this.#fail("a line must end within the file", { offset: this.offset });
    const text = decodeLatin1(this.take(end - this.offset));
    this.offset++;
    return text;
  }

  uint8(): number {
    return this.#view.getUint8(this.#advance(1));
  }

  uint16(): number {
    return this.#view.getUint16(this.#advance(2), true);
  }

  uint32(): number {
    return this.#view.getUint32(this.#advance(4), true);
  }

  int32(): number {
    return this.#view.getInt32(this.#advance(4), true);
  }

  /** A count of 8 bytes; one beyond 2⁵³ comes inexact and is larger than any file. */
  uint64(): number {
    return Number(this.#view.getBigUint64(this.#advance(8), true));
  }

  /** A float64, most significant byte first. */
  float64(): number {
    return this.#view.getFloat64(this.#advance(8));
  }

  #advance(count: number): number {
    if (count > this.remaining) {
      const wanted = count === 1 ? "1 more byte" : `${count} more bytes`;
      throw this.#fail(`the file must hold ${wanted} at byte ${this.offset}, got ${this.remaining}`, {
        offset: this.offset,
      });
    }
    this.offset += count;
    return this.offset - count;
  }
}
