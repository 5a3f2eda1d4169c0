import type { OnnxModel } from "../io/mod.ts";
import type { NumericArray } from "../tensor/mod.ts";

/** The engines that can run a compiled model. */
export type EngineName = "onnxruntime-node" | "onnxruntime-web" | "reference";

/** Which engine runs a model, and how. */
export interface EngineInfo {
  /** Which engine. */
  readonly name: EngineName;
  /** Its version; of the reference engine, empty. */
  readonly version: string;
  /** How many threads it may use. */
  readonly threads: number;
  /** What its numbers are. */
  readonly precision: "float32" | "float64";
}

/** A model that is loaded: named arrays in, named arrays out. */
export interface EngineSession {
  /** The engine it runs on. */
  readonly info: EngineInfo;
  /** Runs the model. */
  run(inputs: Readonly<Record<string, NumericArray>>): Promise<Record<string, NumericArray>>;
  /** Gives its memory back. */
  release(): Promise<void>;
}

/** Where a model is: in memory, or in a file, whose numbers an engine may read by itself. */
export interface ModelSource {
  /** The model; without its numbers if it is in a file. */
  readonly model: OnnxModel;
  /** The file, if it is in one. */
  readonly path?: string | undefined;
}
