import { writeOnnx } from "../io/mod.ts";
import { contiguous, type NumericArray } from "../tensor/mod.ts";
import { ndarray } from "../tensor/ndarray.ts";
import type { EngineName, EngineSession, ModelSource } from "./engine.ts";
import { wholeModel } from "./model_file.ts";

/** A tensor of ONNX Runtime. */
export interface RuntimeTensor {
  /** Its numbers. */
  readonly data: Float32Array | BigInt64Array;
  /** Its sizes. */
  readonly dims: readonly number[];
}

/** A session of ONNX Runtime. */
export interface RuntimeSession {
  /** Runs the model. */
  run(feeds: Record<string, RuntimeTensor>): Promise<Record<string, RuntimeTensor>>;
  /** Gives its memory back. */
  release(): Promise<void>;
}

/** What is used of ONNX Runtime: the same in its packages for Node, for browsers, and others of its interface. */
export interface RuntimeModule {
  /** Makes tensors. */
  readonly Tensor: new (
    type: string,
    data: Float32Array | BigInt64Array,
    dims: readonly number[],
  ) => RuntimeTensor;
  /** Settings of the package for browsers. */
  readonly env?: { readonly wasm?: { numThreads?: number | undefined } | undefined } | undefined;
  /** Loads models. */
  readonly InferenceSession: {
    create(model: Uint8Array | string, options: Record<string, unknown>): Promise<RuntimeSession>;
  };
}

/** The version that is tested, for both packages. */
export const RUNTIME_VERSION = "1.30.0";
/** Errors only. */
const QUIET = 3;

/** The package of ONNX Runtime; loaded when it is first asked for, and only then. */
export async function loadRuntime(name: Exclude<EngineName, "reference">): Promise<RuntimeModule> {
  // A name that is put together is not fetched before it is asked for.
  const specifier = `npm:${name}@${RUNTIME_VERSION}`;
  const loaded = await import(specifier);
  return loaded.InferenceSession ? loaded : loaded.default;
}

/** Does something in an engine, whose errors do not say where they come from. */
async function inEngine<R>(action: string, work: () => Promise<R>): Promise<R> {
  try {
    return await work();
  } catch (cause) {
    throw new Error(`Cannot ${action}: ${cause instanceof Error ? cause.message : cause}`, { cause });
  }
}

/** A compiled model on ONNX Runtime. */
export async function onnxruntimeSession(
  source: ModelSource,
  runtime: RuntimeModule,
  { name, threads }: { name: Exclude<EngineName, "reference">; threads: number },
): Promise<EngineSession> {
  const types = new Map(source.model.graph.inputs.map((input) => [input.name, input.elementType]));
  // The package for browsers has threads for all sessions in common.
  const wasm = name === "onnxruntime-web" ? runtime.env?.wasm : undefined;
  if (wasm && threads > 0) wasm.numThreads = threads;
  // The package for Node does not tell how many it chooses.
  const wanted = name === "onnxruntime-node" && threads === 0 ? navigator.hardwareConcurrency : threads;
  // By its path the engine reads the file itself, so that it is not held twice.
  const readsFiles = name === "onnxruntime-node";
  const model = readsFiles && source.path !== undefined ? source.path : writeOnnx(await wholeModel(source));
  const session = await inEngine(
    `load the model on ${name}`,
    () => runtime.InferenceSession.create(model, { intraOpNumThreads: wanted, logSeverityLevel: QUIET }),
  );
  return {
    info: {
      name,
      version: RUNTIME_VERSION,
      threads: wasm?.numThreads ?? wanted,
      precision: "float32",
    },
    run: async (inputs) => {
      const feeds = Object.fromEntries(
        Object.entries(inputs).map(([input, array]) => {
          const flat = contiguous(array);
          return [
            input,
            types.get(input) === 7
              ? new runtime.Tensor("int64", BigInt64Array.from(flat, BigInt), array.shape)
              : new runtime.Tensor("float32", Float32Array.from(flat), array.shape),
          ];
        }),
      );
      const results = await inEngine(`run the model on ${name}`, () => session.run(feeds));
      return Object.fromEntries(
        Object.entries(results).map((
          [output, { data, dims }],
        ) => [output, ndarray(data as Float32Array, [...dims]) as NumericArray]),
      );
    },
    release: () => session.release(),
  };
}
