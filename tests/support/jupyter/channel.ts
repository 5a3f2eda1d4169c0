import { decodeMessage, encodeRequest, type Message } from "./message.ts";
import { ZmtpSocket } from "./zmtp_socket.ts";

/** How long to wait before knocking again while the kernel does not listen yet. */
const RETRY_MS = 20;

/** One channel of a kernel: requests with their replies, and news that nobody asked for. */
export class Channel {
  readonly #socket: ZmtpSocket;
  readonly #key: CryptoKey;
  readonly #waiting = new Map<string, (reply: Message) => void>();
  /** Takes what is not the reply to a request of this channel. */
  onNews: (news: Message) => void = () => {};

  private constructor(socket: ZmtpSocket, key: CryptoKey) {
    this.#socket = socket;
    this.#key = key;
    this.#pump();
  }

  /** Connects as soon as the kernel listens; gives up when the signal aborts. */
  static async open(
    { port, type, key, signal }: {
      port: number;
      type: "DEALER" | "SUB";
      key: CryptoKey;
      signal: AbortSignal;
    },
  ): Promise<Channel> {
    for (;;) {
      try {
        return new Channel(await ZmtpSocket.connect(port, type), key);
      } catch (error) {
        if (!(error instanceof Deno.errors.ConnectionRefused) || signal.aborted) throw error;
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
      }
    }
  }

  /** Sends a request and waits for its reply, which never comes if the kernel dies. */
  async request(type: string, content: unknown): Promise<Message> {
    const id = crypto.randomUUID();
    const { promise, resolve } = Promise.withResolvers<Message>();
    this.#waiting.set(id, resolve);
    await this.#socket.send(await encodeRequest(this.#key, { id, type, content }));
    const reply = await promise;
    this.#waiting.delete(id);
    return reply;
  }

  /** Closes the connection. */
  close(): void {
    this.#socket.close();
  }

  async #pump(): Promise<void> {
    try {
      for (;;) {
        const message = decodeMessage(await this.#socket.receive());
        if (message) (this.#waiting.get(message.parentId ?? "") ?? this.onNews)(message);
      }
    } catch (error) {
      // Closed by either side; who waits for the kernel hears of its end from the process.
      const closed = [
        Deno.errors.BadResource,
        Deno.errors.Interrupted,
        Deno.errors.ConnectionReset,
        Deno.errors.BrokenPipe,
      ];
      if (!closed.some((type) => error instanceof type)) throw error;
    }
  }
}
