import { LONG_WORK_OPTIONS, type LongWorkOptions } from "../long_work.ts";
import { requireOptions } from "../options.ts";
import type { NetworkDescription } from "./network_description.ts";
import type { TrainingData, TrainOptions, TrainResult } from "./train.ts";
import { createNetwork, type TrainableNetwork } from "./trainable_network.ts";

/** One network to be trained, as plain data. */
export interface TrainingJob {
  /** What it is made of. */
  readonly description: NetworkDescription;
  /** Seed of its first parameters. */
  readonly seed: number;
  /** How far from 0 its first parameters are drawn; see {@linkcode createNetwork}. */
  readonly range?: number;
  /** How it is trained. */
  readonly options: TrainOptions;
}

/** A network that has been trained. */
export interface TrainedNetwork extends TrainResult {
  /** The network. */
  readonly network: TrainableNetwork;
}

/** How {@linkcode trainMany} trains. Progress is counted in networks. */
export interface TrainManyOptions extends LongWorkOptions {
  /** How many networks are trained at a time; by default one per core. */
  readonly workers?: number;
}

/** What the worker answers. */
export type TrainingReply =
  | { readonly index: number; readonly parameters: Float64Array; readonly result: TrainResult }
  | { readonly index: number; readonly error: string };

/**
 * Trains several networks on the same data, at the same time in workers. The results do not depend on how many.
 *
 * @returns The networks in the order of the jobs.
 * @throws {Error} If one cannot be trained; the message is that of {@linkcode train}.
 * @throws {TypeError} If an option is misspelt.
 * @throws The reason of the signal, when it is aborted.
 *
 * @example Two seeds
 * ```ts
 * import { trainMany } from "@relprop/lrp/training";
 * import { assertEquals } from "@std/assert";
 *
 * const training = [{ values: Float64Array.of(1), target: Float64Array.of(2) }];
 * const jobs = [1, 2].map((seed) => ({
 *   description: { kind: "dense", inputSize: 1, hiddenSizes: [], outputs: 1 } as const,
 *   seed,
 *   options: { loss: "squaredError", optimizer: { name: "adam" }, epochs: 3 } as const,
 * }));
 * const trained = await trainMany(jobs, { training }, { workers: 2 });
 * assertEquals(trained.map(({ history }) => history.length), [3, 3]);
 * ```
 */
export async function trainMany(
  jobs: readonly TrainingJob[],
  data: TrainingData,
  options: TrainManyOptions = {},
): Promise<TrainedNetwork[]> {
  requireOptions(options, { action: "train networks", known: ["workers", ...LONG_WORK_OPTIONS] });
  const { workers = navigator.hardwareConcurrency, onProgress, signal } = options;
  signal?.throwIfAborted();
  const trained: TrainedNetwork[] = new Array(jobs.length);
  let next = 0, done = 0;
  const stopped = Promise.withResolvers<never>();
  const stop = (): void => stopped.reject(signal?.reason);
  stopped.promise.catch(() => {});
  signal?.addEventListener("abort", stop);
  const work = async (): Promise<void> => {
    const worker = new Worker(new URL("./train.worker.ts", import.meta.url), { type: "module" });
    try {
      worker.postMessage({ data });
      while (next < jobs.length) {
        const index = next++, job = jobs[index]!;
        const reply = await Promise.race([ask(worker, { index, job }), stopped.promise]);
        if ("error" in reply) throw new Error(reply.error);
        const { description, seed } = job;
        const network = createNetwork(description, { seed });
        network.parameters.set(reply.parameters);
        trained[index] = Object.freeze({ network, ...reply.result });
        await onProgress?.(++done, jobs.length);
      }
    } catch (error) {
      stopped.reject(error);
      throw error;
    } finally {
      worker.terminate();
    }
  };
  try {
    await Promise.all(Array.from({ length: Math.max(1, Math.min(workers, jobs.length)) }, work));
  } finally {
    signal?.removeEventListener("abort", stop);
  }
  return trained;
}

function ask(worker: Worker, message: { index: number; job: TrainingJob }): Promise<TrainingReply> {
  return new Promise((resolve, reject) => {
    worker.onmessage = ({ data }) => resolve(data as TrainingReply);
    worker.onerror = (event) => {
      event.preventDefault();
      reject(new Error(event.message));
    };
    worker.postMessage(message);
  });
}
