import type { EngineName, EngineSession, ModelSource } from "./engine.ts";
import { wholeModel } from "./model_file.ts";
import { loadRuntime, onnxruntimeSession, type RuntimeModule } from "./onnxruntime_session.ts";
import { referenceSession } from "./reference_session.ts";

/** Which engine is wanted. */
export interface EngineOptions {
  /**
   * The engine: by name, or `"auto"` (default) for the first of onnxruntime-node, onnxruntime-web and the reference engine
   * that can be loaded.
   */
  readonly engine?: EngineName | "auto" | undefined;
  /** How many threads it may use. Default 0: as many as there are cores; of onnxruntime-web its own choice. */
  readonly threads?: number | undefined;
  /** ONNX Runtime itself, where it is not loaded from npm, as in a browser. */
  readonly runtime?: RuntimeModule | undefined;
}

/** Loads a model on the engine that is wanted, or on the first that can be loaded. */
export async function openSession(
  source: ModelSource,
  { engine = "auto", threads = 0, runtime }: EngineOptions,
): Promise<EngineSession> {
  if (runtime) return await onnxruntimeSession(source, runtime, { name: "onnxruntime-web", threads });
  if (engine === "reference") return referenceSession(await wholeModel(source));
  if (engine !== "auto") {
    return await onnxruntimeSession(source, await loadRuntime(engine), { name: engine, threads });
  }
  for (const name of ["onnxruntime-node", "onnxruntime-web"] as const) {
    const found = await loadRuntime(name).catch(() => undefined);
    if (found) return await onnxruntimeSession(source, found, { name, threads });
  }
  return referenceSession(await wholeModel(source));
}
