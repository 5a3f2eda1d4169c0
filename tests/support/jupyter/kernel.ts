import { Channel } from "./channel.ts";
import { type KernelProcess, kill, startProcess, within } from "./kernel_process.ts";
import { importKey, type Message } from "./message.ts";
import { collectOutputs, type Output } from "./outputs.ts";

export { KernelError } from "./kernel_process.ts";

/** How long a kernel may take to listen, to be ready, and to shut down. */
const START_TIMEOUT_MS = 30_000;
const STOP_TIMEOUT_MS = 3_000;

/** How long to wait for the first mark on the output channel before another is sent. */
const MARK_RETRY_MS = 500;

const MARK_TYPE = "application/x-relprop-mark";

/** What became of one cell. */
export interface CellResult {
  readonly status: "ok" | "error";
  readonly executionCount: number;
  /** Everything that the cell showed; an error is the last of it. */
  readonly outputs: Output[];
  readonly milliseconds: number;
}

/** The answer to a cell; its error is complete here also where the kernel shows none, as for a syntax error. */
interface Reply {
  readonly status: string;
  readonly execution_count: number;
  readonly ename: string;
  readonly evalue: string;
  readonly traceback: string[];
}

interface Channels {
  readonly shell: Channel;
  readonly control: Channel;
  readonly iopub: Channel;
}

/**
 * A client of the Jupyter kernel of Deno that gives every cell exactly its own outputs.
 *
 * The kernel (seen in Deno 2.8.2 to 2.9.6) may publish outputs after it has said that the cell is done, so that
 * other clients lose them or put them under a later cell. Its output queue keeps the order, though: after each
 * cell a mark is sent through the queue, and what comes before the mark belongs to the cell.
 */
export class Kernel implements AsyncDisposable {
  readonly #process: KernelProcess;
  readonly #channels: Channels;
  #listen: (news: Message) => void = () => {};
  #marks = 0;

  private constructor(process: KernelProcess, channels: Channels) {
    this.#process = process;
    this.#channels = channels;
    channels.iopub.onNews = (news) => this.#listen(news);
  }

  /**
   * Starts a kernel.
   *
   * @param options.cwd The folder that cells run in; the `deno.json` found from there upward holds.
   * @throws {KernelError} If it is not ready in time.
   */
  static async start(options: { cwd?: string | URL; env?: Record<string, string> } = {}): Promise<Kernel> {
    const process = await startProcess({
      cwd: options.cwd ?? ".",
      env: { NO_COLOR: "1", ...options.env },
    });
    try {
      return await within(START_TIMEOUT_MS, "The kernel did not start", process, async () => {
        const { ports, gone } = process;
        const key = await importKey(process.key);
        const channels = {
          shell: await Channel.open({ port: ports.shell, type: "DEALER", key, signal: gone }),
          control: await Channel.open({ port: ports.control, type: "DEALER", key, signal: gone }),
          iopub: await Channel.open({ port: ports.iopub, type: "SUB", key, signal: gone }),
        };
        const kernel = new Kernel(process, channels);
        await kernel.#listenInVain();
        return kernel;
      });
    } catch (error) {
      await kill(process);
      throw error;
    }
  }

  /**
   * Runs one cell.
   *
   * @throws {KernelError} If the kernel dies or the time is over; the kernel is gone then, since Deno cannot
   * interrupt a cell that waits.
   */
  async execute(code: string, { timeout = 60_000 }: { timeout?: number } = {}): Promise<CellResult> {
    const start = performance.now();
    const news: Message[] = [];
    try {
      return await within(timeout, `The cell ran longer than ${timeout} ms`, this.#process, async () => {
        this.#listen = (message) => news.push(message);
        const reply = await this.#channels.shell.request("execute_request", {
          code,
          silent: false,
          store_history: true,
          user_expressions: {},
          allow_stdin: false,
          stop_on_error: true,
        });
        await this.#mark((message) => news.push(message));
        const { status, execution_count, ename, evalue, traceback } = reply.content as unknown as Reply;
        const outputs = collectOutputs(news);
        if (status !== "ok") outputs.push({ output_type: "error", ename, evalue, traceback });
        return {
          status: status === "ok" ? "ok" : "error",
          executionCount: execution_count,
          outputs,
          milliseconds: performance.now() - start,
        };
      });
    } catch (error) {
      await this.stop();
      throw error;
    } finally {
      this.#listen = () => {};
    }
  }

  /** Interrupts a running cell; Deno heeds it only while the cell computes, not while it waits. */
  async interrupt(): Promise<void> {
    await this.#channels.control.request("interrupt_request", {});
  }

  /** Shuts the kernel down, by force where it does not listen; may be called again. */
  async stop(): Promise<void> {
    try {
      await within(STOP_TIMEOUT_MS, "", this.#process, async () => {
        await this.#channels.control.request("shutdown_request", { restart: false });
        await this.#process.ended;
      });
    } catch {
      // It is dead already, or deaf.
    }
    await kill(this.#process);
    for (const channel of Object.values(this.#channels)) channel.close();
  }

  /** Stops the kernel at the end of an `await using` block. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }

  /** Sends a mark through the output queue, and waits until it has come out; others go to `before`. */
  async #mark(before: (news: Message) => void): Promise<void> {
    const mark = `mark ${++this.#marks}`;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#listen = (message) => {
      const found = (message.content.data as Record<string, unknown> | undefined)?.[MARK_TYPE];
      if (found === mark) resolve();
      else if (found === undefined) before(message);
    };
    const bundle = JSON.stringify({ data: { [MARK_TYPE]: mark }, metadata: {}, transient: {} });
    await this.#channels.shell.request("execute_request", {
      code: `Deno.jupyter.broadcast("display_data", ${bundle})`,
      silent: true,
      store_history: false,
      user_expressions: {},
      allow_stdin: false,
    });
    await promise;
  }

  /** A subscription takes a moment to hold: sends marks until one is heard. */
  async #listenInVain(): Promise<void> {
    for (let heard = false; !heard;) {
      const { promise, resolve } = Promise.withResolvers<boolean>();
      const timer = setTimeout(() => resolve(false), MARK_RETRY_MS);
      heard = await Promise.race([this.#mark(() => {}).then(() => true), promise]);
      clearTimeout(timer);
    }
  }
}
