import { type OnnxModel, readOnnxFile } from "../io/mod.ts";
import type { ModelSource } from "./engine.ts";

/** A model in a file, without its numbers: an engine that reads the file by itself needs them in memory only once. */
export async function openModelFile(path: string): Promise<ModelSource> {
  const model = await readOnnxFile(path);
  // They are views of the file as it was read, which must be gone before an engine takes as much again.
  const buffers = [...model.graph.initializers.values()]
    .filter(({ bytes }) => bytes.length > 0)
    .map(({ bytes }) => bytes.buffer as ArrayBuffer);
  for (const buffer of new Set(buffers)) buffer.transfer(0);
  return { path, model: { ...model, graph: { ...model.graph, initializers: new Map() } } };
}

/** A model with its numbers. */
export async function wholeModel({ model, path }: ModelSource): Promise<OnnxModel> {
  return path === undefined ? model : await readOnnxFile(path);
}
