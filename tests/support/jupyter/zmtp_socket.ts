const GREETING_LENGTH = 64;

/** Bits of the first byte of a frame. */
const MORE = 1;
const LONG = 2;
const COMMAND = 4;

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

/** Puts byte arrays together. */
export function concatenate(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const joined = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}

/** A connection to a ZeroMQ socket of this machine: ZMTP 3.0 without security, which is what kernels speak. */
export class ZmtpSocket {
  readonly #connection: Deno.TcpConn;
  #unread: Uint8Array = new Uint8Array(0);

  private constructor(connection: Deno.TcpConn) {
    this.#connection = connection;
  }

  /** Connects once; throws `Deno.errors.ConnectionRefused` while nobody listens. */
  static async connect(port: number, type: "DEALER" | "SUB"): Promise<ZmtpSocket> {
    const connection = await Deno.connect({ hostname: "127.0.0.1", port });
    connection.setNoDelay(true);
    const socket = new ZmtpSocket(connection);
    try {
      await socket.#greet(type);
    } catch (error) {
      socket.close();
      throw error;
    }
    return socket;
  }

  /** Sends one message of several frames. */
  async send(frames: readonly Uint8Array[]): Promise<void> {
    await this.#write(concatenate(frames.flatMap((frame, i) => {
      const more = i < frames.length - 1 ? MORE : 0;
      if (frame.length < 256) return [Uint8Array.of(more, frame.length), frame];
      const header = new Uint8Array(9);
      header[0] = more | LONG;
      new DataView(header.buffer).setBigUint64(1, BigInt(frame.length));
      return [header, frame];
    })));
  }

  /** Waits for the next message; throws when the other side closes. */
  async receive(): Promise<Uint8Array[]> {
    const frames: Uint8Array[] = [];
    for (;;) {
      const { flags, body } = await this.#readFrame();
      if (flags & COMMAND) continue;
      frames.push(body);
      if (!(flags & MORE)) return frames;
    }
  }

  /** Closes the connection; a `receive` under way throws. */
  close(): void {
    try {
      this.#connection.close();
    } catch (error) {
      if (!(error instanceof Deno.errors.BadResource)) throw error;
    }
  }

  async #greet(type: "DEALER" | "SUB"): Promise<void> {
    // Signature, version 3.0, mechanism NULL; then each side tells its socket type.
    const greeting = new Uint8Array(GREETING_LENGTH);
    greeting[0] = 0xff;
    greeting[9] = 0x7f;
    greeting[10] = 3;
    greeting.set(bytes("NULL"), 12);
    await this.#write(greeting);
    await this.#read(GREETING_LENGTH);
    const ready = concatenate([
      Uint8Array.of(5),
      bytes("READY"),
      property("Socket-Type", type),
      property("Identity", ""),
    ]);
    await this.#write(concatenate([Uint8Array.of(COMMAND, ready.length), ready]));
    await this.#readFrame();
    if (type === "SUB") await this.send([Uint8Array.of(1)]);
  }

  async #readFrame(): Promise<{ flags: number; body: Uint8Array }> {
    const flags = (await this.#read(1))[0]!;
    const length = flags & LONG
      ? Number(new DataView((await this.#read(8)).buffer).getBigUint64(0))
      : (await this.#read(1))[0]!;
    return { flags, body: await this.#read(length) };
  }

  async #read(length: number): Promise<Uint8Array<ArrayBuffer>> {
    const wanted = new Uint8Array(length);
    for (let filled = 0; filled < length;) {
      if (this.#unread.length === 0) {
        const chunk = new Uint8Array(65536);
        const count = await this.#connection.read(chunk);
        if (count === null) throw new Deno.errors.ConnectionReset("The other side closed the connection");
        this.#unread = chunk.subarray(0, count);
      }
      const part = this.#unread.subarray(0, length - filled);
      wanted.set(part, filled);
      this.#unread = this.#unread.subarray(part.length);
      filled += part.length;
    }
    return wanted;
  }

  async #write(data: Uint8Array): Promise<void> {
    for (let sent = 0; sent < data.length;) sent += await this.#connection.write(data.subarray(sent));
  }
}

function property(name: string, value: string): Uint8Array {
  const size = new Uint8Array(4);
  new DataView(size.buffer).setUint32(0, value.length);
  return concatenate([Uint8Array.of(name.length), bytes(name), size, bytes(value)]);
}
