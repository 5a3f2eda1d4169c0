import { writeOnnx } from "../io/mod.ts";
import { tensor } from "../tensor/mod.ts";
import type { EngineInfo, EngineSession, ModelSource } from "./engine.ts";
import type { PlainArray, WorkerRequest } from "./engine.worker.ts";
import type { EngineOptions } from "./open_session.ts";
import { contiguous } from "../tensor/mod.ts";

type Reply = { readonly id: number; readonly result?: unknown; readonly error?: unknown };
type Request = WorkerRequest extends infer R ? R extends WorkerRequest ? Omit<R, "id"> : never : never;

/** A model in a worker: a run does not hold up what else goes on. */
export async function workerSession(
  { model, path }: ModelSource,
  options: Omit<EngineOptions, "runtime">,
): Promise<EngineSession> {
  const worker = new Worker(new URL("./engine.worker.ts", import.meta.url), { type: "module" });
  const waiting = new Map<number, PromiseWithResolvers<unknown>>();
  let count = 0;
  const close = (reason: unknown): void => {
    for (const { reject } of waiting.values()) reject(reason);
    waiting.clear();
    worker.terminate();
  };
  worker.onmessage = ({ data }: MessageEvent<Reply>) => {
    const { resolve, reject } = waiting.get(data.id)!;
    waiting.delete(data.id);
    if ("error" in data) reject(data.error);
    else resolve(data.result);
  };
  worker.onerror = (event) => {
    event.preventDefault();
    close(new Error(`Cannot run the model: its worker stopped, ${event.message}`));
  };
  const ask = (request: Request): Promise<unknown> => {
    const waiter = Promise.withResolvers<unknown>();
    const id = count++;
    waiting.set(id, waiter);
    worker.postMessage({ ...request, id });
    return waiter.promise;
  };
  let info: EngineInfo;
  try {
    info = await ask({ open: { bytes: writeOnnx(model), path, options } }) as EngineInfo;
  } catch (error) {
    close(error);
    throw error;
  }
  return {
    info,
    run: async (inputs) => {
      const plain = Object.fromEntries(
        Object.entries(inputs).map(([name, array]) =>
          [name, { data: contiguous(array), shape: [...array.shape] }] as const
        ),
      );
      const results = await ask({ inputs: plain }) as Record<string, PlainArray>;
      return Object.fromEntries(
        Object.entries(results).map(([name, { data, shape }]) => [name, tensor(data, shape)]),
      );
    },
    release: async () => {
      await ask({ release: true });
      worker.terminate();
    },
  };
}
