/** Byte arrays of this size or larger are kept by reference, not copied. */
const LARGE = 256;
const encoder = new TextEncoder();

/** Writes the fields of one protocol buffer message, as a list of pieces in which large arrays are not copied. */
export class MessageWriter {
  /** How many bytes the message has. */
  size = 0;
  readonly #pieces: Uint8Array[] = [];
  #open: number[] = [];

  /** The message, in pieces. */
  pieces(): readonly Uint8Array[] {
    this.#close();
    return this.#pieces;
  }

  /** A signed integer. */
  integer(field: number, value: number): void {
    this.#varint(field * 8);
    this.#varint(value);
  }

  /** A float32. */
  float(field: number, value: number): void {
    this.#varint(field * 8 + 5);
    this.#raw(new Uint8Array(Float32Array.of(value).buffer));
  }

  /** Bytes. */
  bytes(field: number, value: Uint8Array): void {
    this.#varint(field * 8 + 2);
    this.#varint(value.length);
    this.#raw(value);
  }

  /** A text. */
  text(field: number, value: string): void {
    this.bytes(field, encoder.encode(value));
  }

  /** A message within this one. */
  message(field: number, write: (inner: MessageWriter) => void): void {
    const inner = new MessageWriter();
    write(inner);
    inner.#close();
    this.#varint(field * 8 + 2);
    this.#varint(inner.size);
    for (const piece of inner.#pieces) this.#raw(piece);
  }

  #raw(bytes: Uint8Array): void {
    if (bytes.length < LARGE) {
      for (const byte of bytes) this.#open.push(byte);
    } else {
      this.#close();
      this.#pieces.push(bytes);
    }
    this.size += bytes.length;
  }

  #varint(value: number): void {
    if (value >= 0 && value < 2 ** 31) {
      let rest = value;
      for (; rest > 127; rest >>>= 7) this.#byte((rest & 127) | 128);
      this.#byte(rest);
      return;
    }
    // The largest integer stands for "to the end" in slices, and is no float64: the nearest one is too large.
    const exact = value >= 2 ** 63 ? 2n ** 63n - 1n : BigInt(value);
    let rest = BigInt.asUintN(64, exact);
    for (; rest > 127n; rest >>= 7n) this.#byte(Number(rest & 127n) | 128);
    this.#byte(Number(rest));
  }

  #byte(value: number): void {
    this.#open.push(value);
    this.size++;
  }

  #close(): void {
    if (this.#open.length === 0) return;
    this.#pieces.push(Uint8Array.from(this.#open));
    this.#open = [];
  }
}
