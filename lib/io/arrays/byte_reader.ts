/** Takes bytes off a stream in the amounts that are wanted, and holds no more than those. */
export class ByteReader {
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>;
  #rest = new Uint8Array();

  /** Reads a stream from where it is. */
  constructor(stream: ReadableStream<Uint8Array>) {
    this.#reader = stream.getReader();
  }

  /** The next bytes; fewer than asked for where the stream ends. */
  async take(count: number): Promise<Uint8Array<ArrayBuffer>> {
    const taken = new Uint8Array(count);
    let held = 0;
    for await (const piece of this.#pieces(count)) {
      taken.set(piece, held);
      held += piece.length;
    }
    return held === count ? taken : taken.slice(0, held);
  }

  /** Passes over the next bytes. */
  async skip(count: number): Promise<void> {
    for await (const _ of this.#pieces(count));
  }

  /** Puts bytes back, to be the next. */
  putBack(bytes: Uint8Array): void {
    const joined = new Uint8Array(bytes.length + this.#rest.length);
    joined.set(bytes);
    joined.set(this.#rest, bytes.length);
    this.#rest = joined;
  }

  /** Ends the stream; whoever reads has been told if it failed. */
  async cancel(): Promise<void> {
    await this.#reader.cancel().catch(() => {});
  }

  async *#pieces(count: number): AsyncGenerator<Uint8Array> {
    for (let missing = count; missing > 0;) {
      if (this.#rest.length === 0) {
        const { done, value } = await this.#reader.read();
        if (done) return;
        this.#rest = value as Uint8Array<ArrayBuffer>;
      }
      const piece = this.#rest.subarray(0, missing);
      this.#rest = this.#rest.subarray(piece.length);
      missing -= piece.length;
      yield piece;
    }
  }
}
