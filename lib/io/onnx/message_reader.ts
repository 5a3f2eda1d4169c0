import type { Failure } from "../failure.ts";
import { decodeUtf8 } from "../text.ts";

/** How protocol buffers say what follows. */
const WIRE = { varint: 0, eight: 1, bytes: 2, four: 5 } as const;
/** Graphs within graphs; a real model has two or three. */
const DEEPEST = 64;

/** Reads the fields of one protocol buffer message, and never past its end. */
export class MessageReader {
  /** The number of the current field. */
  field = 0;
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #end: number;
  readonly #fail: Failure;
  readonly #depth: number;
  #at: number;
  #wire = 0;

  constructor(bytes: Uint8Array, fail: Failure, { start = 0, end = bytes.length, depth = 0 } = {}) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#fail = fail;
    this.#at = start;
    this.#end = end;
    this.#depth = depth;
  }

  /** Steps to the next field; false at the end of the message. */
  next(): boolean {
    if (this.#at >= this.#end) return false;
    const key = this.#varint();
    this.field = Math.floor(key / 8);
    this.#wire = key % 8;
    if (!(this.field > 0)) throw this.#wrong(`field numbers must be 1 or larger, got ${this.field}`);
    return true;
  }

  /** Leaves the current field unread. */
  skip(): void {
    switch (this.#wire) {
      case WIRE.varint:
        this.#varint();
        return;
      case WIRE.eight:
        this.#take(8);
        return;
      case WIRE.bytes:
        this.#take(this.#length());
        return;
      case WIRE.four:
        this.#take(4);
        return;
      default:
        throw this.#wrong(`a field must be of wire type 0, 1, 2 or 5, got ${this.#wire}`);
    }
  }

  /** A signed 64-bit integer; one beyond 2⁵³ comes inexact. */
  integer(): number {
    this.#require(WIRE.varint);
    return this.#varint();
  }

  /** A float32. */
  float(): number {
    this.#require(WIRE.four);
    return this.#view.getFloat32(this.#take(4), true);
  }

  /** Bytes, as a view. */
  bytes(): Uint8Array {
    this.#require(WIRE.bytes);
    const length = this.#length();
    const start = this.#take(length);
    return this.#bytes.subarray(start, start + length);
  }

  /** A text. */
  text(): string {
    return decodeUtf8(this.bytes(), this.#fail);
  }

  /** A message within this one. */
  message(): MessageReader {
    this.#require(WIRE.bytes);
    if (this.#depth >= DEEPEST) throw this.#wrong(`messages must lie at most ${DEEPEST} deep`);
    const length = this.#length();
    const start = this.#take(length);
    return new MessageReader(this.#bytes, this.#fail, {
      start,
      end: start + length,
      depth: this.#depth + 1,
    });
  }

  /** Repeated integers, packed or one by one. */
  integers(into: number[]): void {
    if (this.#wire === WIRE.varint) into.push(this.#varint());
    else for (const end = this.#packedEnd(); this.#at < end;) into.push(this.#varint());
  }

  /** Repeated float32, packed or one by one. */
  floats(into: number[]): void {
    if (this.#wire === WIRE.four) into.push(this.float());
    else {for (const end = this.#packedEnd(4); this.#at < end;) {
        into.push(this.#view.getFloat32(this.#take(4), true));
      }}
  }

  /** Repeated float64, packed or one by one. */
  doubles(into: number[]): void {
    if (this.#wire === WIRE.eight) into.push(this.#view.getFloat64(this.#take(8), true));
    else {for (const end = this.#packedEnd(8); this.#at < end;) {
        into.push(this.#view.getFloat64(this.#take(8), true));
      }}
  }

  #packedEnd(size = 1): number {
    this.#require(WIRE.bytes);
    const length = this.#length();
    if (length % size !== 0) {
      throw this.#wrong(`packed numbers must fill ${size} bytes each, got ${length} bytes`);
    }
    if (length > this.#end - this.#at) throw this.#short(length);
    return this.#at + length;
  }

  #require(wire: number): void {
    if (this.#wire !== wire) {
      throw this.#wrong(`field ${this.field} must be of wire type ${wire}, got ${this.#wire}`);
    }
  }

  #length(): number {
    const length = this.#varint();
    if (length < 0) throw this.#wrong(`a length must be 0 or larger, got ${length}`);
    return length;
  }

  /** Steps over bytes and returns where they start. */
  #take(count: number): number {
    if (count > this.#end - this.#at) throw this.#short(count);
    const start = this.#at;
    this.#at += count;
    return start;
  }

  #varint(): number {
    let low = 0;
    for (let shift = 0; shift < 28; shift += 7) {
      const byte = this.#bytes[this.#take(1)]!;
      low += (byte & 127) * 2 ** shift;
      if (byte < 128) return low;
    }
    let value = BigInt(low);
    for (let shift = 28n; shift < 70n; shift += 7n) {
      const byte = this.#bytes[this.#take(1)]!;
      value |= BigInt(byte & 127) << shift;
      if (byte < 128) return Number(BigInt.asIntN(64, value));
    }
    throw this.#wrong("an integer must fill at most 10 bytes");
  }

  #short(count: number): Error {
    return this.#wrong(`${count} bytes must follow, got ${this.#end - this.#at}`);
  }

  #wrong(requirement: string): Error {
    return this.#fail(requirement, { offset: this.#at });
  }
}
