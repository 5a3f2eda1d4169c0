import {
  type BlockAnswer,
  BlockEngine,
  type BlockItem,
  type BlockJob,
  type BlockLimits,
  type BlockRequest,
  type KernelChoice,
  kernelModule,
  type NetworkWeights,
  SLOTS_PER_WORKER,
} from "../kernels/mod.ts";
import { LONGEST_KEPT, roomyLimits } from "./block_limits.ts";
import { WorkerCrew } from "./worker_crew.ts";

/** A block with its answers, or why there are none. */
export interface FinishedBlock<Item extends BlockItem> {
  readonly items: readonly Item[];
  readonly answers?: readonly BlockAnswer[];
  readonly error?: Error;
}

/** What a {@linkcode BlockRunner} is told. */
export interface BlockRunnerOptions {
  /** Threads, this one included. */
  readonly workers: number;
  /** The other threads, if they are there already. */
  readonly crew?: WorkerCrew | undefined;
  readonly request: BlockRequest;
  readonly embeddings: Float64Array;
  readonly choice: KernelChoice;
  readonly signal?: AbortSignal;
  /** The program of the workers, for tests. */
  readonly workerSource?: string;
}

/** A worker that has not answered for so long, plus some ten times what its block should take, is taken for dead. */
const PATIENCE_MS = 5000;

/** How long this thread may work before others get their turn. */
const TURN_MS = 8;

/** A source that has its next block at hand gives it within so many steps of its promises. */
const READY = 32;

/** Where there are immediates. */
const { setImmediate: immediate } = globalThis as { setImmediate?: (run: () => void) => unknown };

/** Engines of runs that are over, for the next run of the same net; by its output weights. */
const idle = new WeakMap<Float64Array, BlockEngine>();

/** Runs blocks on this thread and on workers. */
export class BlockRunner<Item extends BlockItem> {
  readonly #network: NetworkWeights;
  readonly #options: BlockRunnerOptions;
  #crew: WorkerCrew;
  readonly #jobs = new Map<number, { job: BlockJob; items: readonly Item[]; index: number }>();
  readonly #waiting: (readonly Item[])[] = [];
  readonly #finished: FinishedBlock<Item>[] = [];
  #engine: BlockEngine | undefined;
  #freeSlots: number[][] = [];
  #turns: MessageChannel | undefined;
  #patience = PATIENCE_MS;
  #lastTurn = 0;
  #count = 0;
  #wake = Promise.withResolvers<void>();

  constructor(network: NetworkWeights, options: BlockRunnerOptions) {
    this.#network = network;
    this.#options = options;
    this.#crew = options.crew ?? new WorkerCrew(options.workers - 1, options.workerSource);
  }

  /**
   * Runs blocks as they come; answers in the order in which blocks are done.
   *
   * @throws The reason of the signal, when it is aborted.
   */
  async *run(blocks: AsyncIterator<readonly Item[]>): AsyncGenerator<FinishedBlock<Item>> {
    const { signal, workers, workerSource } = this.#options;
    const events = {
      done: (job: number) => this.#done(job),
      lost: (jobs: readonly number[]) => this.#lost(jobs),
    };
    if (!this.#crew.take(events)) {
      this.#crew = new WorkerCrew(workers - 1, workerSource);
      this.#crew.take(events);
    }
    const wake = (): void => this.#wake.resolve();
    signal?.addEventListener("abort", wake);
    this.#lastTurn = performance.now();
    // So many that each worker can have one ahead while this thread runs its own.
    const ahead = SLOTS_PER_WORKER * (workers - 1) + 1;
    let pulling = false, exhausted = false, failure: { error: unknown } | undefined;
    const pull = (): void => {
      pulling = true;
      blocks.next().then(({ done, value }) => {
        if (done) exhausted = true;
        else if (value.length > 0) this.#waiting.push(value);
        else this.#finished.push({ items: [], answers: [] });
      }, (error) => failure = { error }).finally(() => {
        pulling = false;
        wake();
      });
    };
    try {
      for (;;) {
        await this.#turn();
        signal?.throwIfAborted();
        if (failure) throw failure.error;
        this.#crew.look();
        if (this.#finished.length > 0) yield this.#finished.shift()!;
        else if (this.#waiting.length < ahead && !exhausted && !pulling) {
          pull();
          // Blocks that are there already need no turn of the event loop.
          for (let i = 0; pulling && i < READY; i++) await undefined;
        } else if (this.#waiting.length > 0 && this.#place()) continue;
        else if (pulling || this.#jobs.size > 0) await this.#event();
        else if (exhausted && this.#waiting.length === 0) return;
      }
    } finally {
      signal?.removeEventListener("abort", wake);
      // A worker that was ended in the middle of a job may go on writing for a while.
      const quiet = this.#jobs.size === 0 && this.#crew.whole;
      this.#crew.release();
      if (this.#crew !== this.#options.crew) this.#crew.close();
      if (this.#engine && this.#engine.limits.rows <= LONGEST_KEPT && quiet) {
        idle.set(this.#network.outputWeights, this.#engine);
      }
      // Not awaited: a source that is waited for may never answer.
      blocks.return?.().catch(() => {});
      this.#turns?.port1.close();
      this.#turns?.port2.close();
    }
  }

  /**
   * Lets messages and timers in between blocks; a timer would take milliseconds. Deno looks for timers and for the answers
   * of workers after an immediate, but hardly between two messages of a channel.
   */
  #turn(): Promise<void> | undefined {
    const now = performance.now();
    if (now - this.#lastTurn < TURN_MS) return undefined;
    this.#lastTurn = now;
    return new Promise((resolve) => {
      if (immediate) return immediate(() => resolve());
      const { port1, port2 } = this.#turns ??= new MessageChannel();
      port1.onmessage = () => resolve();
      port2.postMessage(0);
    });
  }

  /** Starts or runs one block; says no if it must wait until the others are done. */
  #place(): boolean {
    const items = this.#waiting[0]!, rows = items.reduce((sum, { steps }) => sum + steps, 0);
    const limits = this.#engine?.limits;
    if (!limits || rows > limits.rows || items.length > limits.sequences) {
      if (this.#jobs.size > 0) return false;
      this.#waiting.shift();
      try {
        this.#build({ rows, sequences: items.length });
      } catch (error) {
        if (!(error instanceof RangeError)) throw error;
        this.#finished.push({ items, error });
        return true;
      }
      this.#waiting.unshift(items);
    }
    this.#waiting.shift();
    // A worker gets a block ahead, and another worker is started, only if a block is left for this thread.
    const more = this.#waiting.length > 0;
    const free = this.#crew.free(more ? SLOTS_PER_WORKER : 1) ?? (more ? this.#crew.start() : undefined);
    if (free === undefined) this.#runHere(items);
    else this.#hand(items, free);
    return true;
  }

  #runHere(items: readonly Item[]): void {
    const engine = this.#engine!;
    const job = engine.write(items, { worker: 0, index: 0, request: this.#options.request });
    engine.arena.run(job.commands);
    this.#finished.push({ items, answers: engine.read(job) });
  }

  #hand(items: readonly Item[], member: number): void {
    const worker = member + 1, index = this.#freeSlots[worker]!.pop()!;
    const job = this.#engine!.write(items, { worker, index, request: this.#options.request });
    const number = this.#count++;
    this.#jobs.set(number, { job, items, index });
    this.#crew.give(member, number, job.commands);
  }

  #build(need: BlockLimits): void {
    const { workers, embeddings, choice } = this.#options;
    this.#engine = undefined;
    const limits = roomyLimits(this.#network, need);
    const weights = this.#network.layers.map(({ forward }) =>
      forward.inputWeights.length + forward.recurrentWeights.length
    );
    this.#patience = PATIENCE_MS + limits.rows * Math.max(...weights) / 1e6;
    this.#engine = this.#takeIdle(need) ??
      new BlockEngine(this.#network, { workers, limits, embeddings, choice });
    this.#freeSlots = Array.from(
      { length: workers },
      () => Array.from({ length: SLOTS_PER_WORKER }, (_, index) => index),
    );
    const entry = choice.precision === "float64" ? "run64" : "run32";
    const { memory } = this.#engine.arena;
    this.#crew.move({ module: kernelModule(choice.rounding)!, memory, entry });
  }

  #takeIdle(need: BlockLimits): BlockEngine | undefined {
    const { workers, embeddings, choice } = this.#options, { outputWeights } = this.#network;
    const kept = idle.get(outputWeights);
    idle.delete(outputWeights);
    const fits = kept && kept.workers === workers && kept.embeddings === embeddings &&
      kept.arena.precision === choice.precision &&
      kept.arena.rounding === choice.rounding && need.rows <= kept.limits.rows &&
      need.sequences <= kept.limits.sequences;
    return fits ? kept : undefined;
  }

  #done(number: number): void {
    const { job, items, index } = this.#jobs.get(number)!;
    this.#jobs.delete(number);
    this.#finished.push({ items, answers: this.#engine!.read(job) });
    this.#freeSlots[job.worker]!.push(index);
    this.#wake.resolve();
  }

  /** The blocks of a dead worker wait again, before the others. */
  #lost(numbers: readonly number[]): void {
    for (const number of numbers) {
      this.#waiting.unshift(this.#jobs.get(number)!.items);
      this.#jobs.delete(number);
    }
    this.#wake.resolve();
  }

  async #event(): Promise<void> {
    const timer = setTimeout(() => {
      this.#crew.look();
      this.#crew.giveUp();
    }, this.#patience);
    await this.#wake.promise;
    clearTimeout(timer);
    this.#wake = Promise.withResolvers();
  }
}
