/** What a worker is told: where to work, or what to run. */
export type WorkerOrder =
  | {
    readonly module: WebAssembly.Module;
    readonly memory: WebAssembly.Memory;
    readonly entry: string;
    /** Holds the number of jobs that this worker has finished. */
    readonly finished: Int32Array;
  }
  | { readonly job: number; readonly commands: number };

/**
 * The whole program of a worker. It comes from a data URL, which needs no permission and no file, and all that it runs
 * is in the shared memory. It counts the jobs that are done where others can read it at once, and then says so, for
 * those who have nothing else to do than to listen.
 */
export const WORKER_SOURCE = `
let run, finished;
self.onmessage = ({ data }) => {
  if (data.module) {
    run = new WebAssembly.Instance(data.module, { env: { memory: data.memory } }).exports[data.entry];
    finished = data.finished;
  } else {
    run(data.commands);
    Atomics.add(finished, 0, 1);
    self.postMessage(data.job);
  }
};
`;

/** Starts a worker. */
export function startWorker(source: string): Worker {
  return new Worker(`data:text/javascript,${encodeURIComponent(source)}`, { type: "module" });
}
