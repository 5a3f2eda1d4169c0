/** What a worker is told: where to work, or what to run. */
export type WorkerOrder =
  | { readonly module: WebAssembly.Module; readonly memory: WebAssembly.Memory; readonly entry: string }
  | { readonly job: number; readonly commands: number };

/**
 * The whole program of a worker. It comes from a data URL, which needs no permission and no file, and all that it runs
 * is in the shared memory. It answers the number of a job when the job is done.
 */
export const WORKER_SOURCE = `
let run;
self.onmessage = ({ data }) => {
  if (data.module) {
    run = new WebAssembly.Instance(data.module, { env: { memory: data.memory } }).exports[data.entry];
  } else {
    run(data.commands);
    self.postMessage(data.job);
  }
};
`;

/** Starts a worker. */
export function startWorker(source: string): Worker {
  return new Worker(`data:text/javascript,${encodeURIComponent(source)}`, { type: "module" });
}
