import { TextLineStream } from "./text_lines.ts";

/** Milliseconds of one run: on the clock, and of all cores together. */
export interface Timing {
  readonly wall: number;
  readonly cpu: number;
}

/** What a peer process loads. */
export interface PeerLoad {
  readonly folder: string;
  readonly kind: "per_sentence" | "vectorised" | "torch";
  readonly dtype: "float64" | "float32";
  /** What is done with each sentence. Default `"relevance"`. */
  readonly task?: "relevance" | "tokens" | "deletion";
  readonly threads?: number;
  /** Batch sizes to choose the fastest of. */
  readonly sizes?: readonly number[];
  /** Every how many sentences are timed, for a slow peer. */
  readonly every?: number;
  readonly part?: number;
  readonly parts?: number;
}

/** One of the peers in a process of its own, with all thread pools at the same number of threads. */
export class Peer {
  readonly #process: Deno.ChildProcess;
  readonly #writer: WritableStreamDefaultWriter<Uint8Array>;
  readonly #lines: AsyncIterator<string>;

  private constructor(python: string, threads: number) {
    const names = ["OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"];
    this.#process = new Deno.Command(python, {
      args: [new URL("peers.py", import.meta.url).pathname],
      stdin: "piped",
      stdout: "piped",
      stderr: "inherit",
      env: { PYTHONDONTWRITEBYTECODE: "1", ...Object.fromEntries(names.map((name) => [name, `${threads}`])) },
    }).spawn();
    this.#writer = this.#process.stdin.getWriter();
    this.#lines = this.#process.stdout.pipeThrough(new TextDecoderStream()).pipeThrough(new TextLineStream())
      [Symbol.asyncIterator]();
  }

  /** Starts a process and loads a workload. */
  static async start(
    python: string,
    load: PeerLoad,
  ): Promise<{ peer: Peer; version: string; size?: number }> {
    const peer = new Peer(python, load.threads ?? 1);
    const answer = await peer.#ask({ do: "load", ...load });
    return { peer, ...answer as { version: string; size?: number } };
  }

  /** Runs the workload. */
  async run(times = 1): Promise<Timing> {
    return await this.#ask({ do: "run", times }) as Timing;
  }

  /** The relevance of all sentences, `[tokens, E]` or `[tokens]`. */
  async values(kind: string): Promise<Float64Array> {
    const file = await Deno.makeTempFile();
    await this.#ask({ do: "values", kind, file });
    const bytes = await Deno.readFile(file);
    await Deno.remove(file);
    return new Float64Array(bytes.buffer);
  }

  /** Ends the process. */
  async stop(): Promise<void> {
    await this.#writer.close();
    await this.#process.status;
  }

  async #ask(order: unknown): Promise<unknown> {
    await this.#writer.write(new TextEncoder().encode(`${JSON.stringify(order)}\n`));
    const { done, value } = await this.#lines.next();
    if (done) throw new Error(`Cannot measure a peer: its process ended at ${JSON.stringify(order)}`);
    return JSON.parse(value);
  }
}
