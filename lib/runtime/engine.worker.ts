/**
 * Runs a compiled model beside the page or notebook, which stays alive meanwhile.
 *
 * @module
 */
import { readOnnx } from "../io/mod.ts";
import { contiguous, type NumericArray, tensor } from "../tensor/mod.ts";
import type { EngineSession } from "./engine.ts";
import { type EngineOptions, openSession } from "./open_session.ts";

/** What the worker is asked to do. */
export type WorkerRequest =
  | {
    readonly id: number;
    readonly open: {
      readonly bytes: Uint8Array;
      readonly path: string | undefined;
      readonly options: Omit<EngineOptions, "runtime">;
    };
  }
  | { readonly id: number; readonly inputs: Readonly<Record<string, PlainArray>> }
  | { readonly id: number; readonly release: true };

/** An array that can be sent. */
export interface PlainArray {
  /** Its numbers. */
  readonly data: Float64Array;
  /** Its sizes. */
  readonly shape: readonly number[];
}

/** An array for sending. */
export function plainArray(array: NumericArray): PlainArray {
  return { data: contiguous(array), shape: [...array.shape] };
}

let session: EngineSession | undefined;

async function answer(request: WorkerRequest): Promise<unknown> {
  if ("open" in request) {
    const { bytes, path, options } = request.open;
    session = await openSession({ model: readOnnx(bytes, { path }), path }, options);
    return session.info;
  }
  if ("release" in request) return await session!.release();
  const inputs = Object.fromEntries(
    Object.entries(request.inputs).map(([name, { data, shape }]) => [name, tensor(data, shape)]),
  );
  const results = await session!.run(inputs);
  return Object.fromEntries(Object.entries(results).map(([name, array]) => [name, plainArray(array)]));
}

const scope = globalThis as unknown as {
  onmessage: ((event: MessageEvent<WorkerRequest>) => void) | null;
  postMessage(message: unknown): void;
  document?: unknown;
};

if (typeof scope.postMessage === "function" && scope.document === undefined) {
  scope.onmessage = ({ data }) => {
    answer(data).then(
      (result) => scope.postMessage({ id: data.id, result }),
      (error) => scope.postMessage({ id: data.id, error }),
    );
  };
}
