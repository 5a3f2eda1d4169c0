import { type Failure, failure } from "../failure.ts";
import { requireSize } from "./decode_tensor.ts";
import type { OnnxExternalData, OnnxGraph, OnnxModel, OnnxTensor } from "./model.ts";
import { decodeModel } from "./read_onnx.ts";
import { encodeModel } from "./write_onnx.ts";

/** Tensors smaller than this stay in the model file. */
const SMALLEST_EXTERNAL = 1024;
/** Where tensors start in the file beside the model: what memory maps of every system allow. */
const ALIGNMENT = 65536;

/**
 * Reads an ONNX model with its numbers, also those in files beside it.
 *
 * Of a file beside the model only the parts that tensors ask for are read, one after the other, so that a file of
 * many gigabytes costs no more memory than the tensors.
 *
 * @throws {FormatError} If a file is not what it says, or a tensor asks for a file outside the folder of the model.
 *
 * @example Write and read
 * ```ts
 * import { readOnnxFile, writeOnnxFile } from "@relprop/lrp/io";
 * import { assertEquals } from "@std/assert";
 *
 * const graph = { name: "g", nodes: [], initializers: new Map(), inputs: [], outputs: [], values: [] };
 * const path = `${await Deno.makeTempDir()}/model.onnx`;
 * await writeOnnxFile(path, {
 *   formatVersion: 8, producer: "hand", operatorSets: new Map([["", 17]]), graph, metadata: new Map(), functions: [],
 * });
 * assertEquals((await readOnnxFile(path)).producer, "hand");
 * ```
 */
export async function readOnnxFile(path: string): Promise<OnnxModel> {
  const fail = failure("ONNX", path);
  const model = decodeModel(await Deno.readFile(path), fail);
  const initializers = new Map<string, OnnxTensor>();
  const files = new Map<string, Deno.FsFile>();
  try {
    for (const [name, tensor] of model.graph.initializers) {
      initializers.set(
        name,
        tensor.external ? await fetchNumbers(tensor, tensor.external, path, files, fail) : tensor,
      );
    }
  } finally {
    for (const file of files.values()) file.close();
  }
  return { ...model, graph: { ...model.graph, initializers } };
}

async function fetchNumbers(
  tensor: OnnxTensor,
  { location, offset, length }: OnnxExternalData,
  path: string,
  files: Map<string, Deno.FsFile>,
  fail: Failure,
): Promise<OnnxTensor> {
  const what = `tensor ${JSON.stringify(tensor.name)}`;
  if (location === "" || /^[/\\]|^[A-Za-z]:|(^|[/\\])\.\.([/\\]|$)/.test(location)) {
    throw fail(`the numbers of ${what} must lie in the folder of the model, got ${JSON.stringify(location)}`);
  }
  const beside = `${path.slice(0, Math.max(path.lastIndexOf("/"), path.lastIndexOf("\\")) + 1)}${location}`;
  let file = files.get(beside);
  if (file === undefined) {
    try {
      file = await Deno.open(beside);
    } catch (cause) {
      throw fail(`the numbers of ${what} must lie in ${JSON.stringify(location)}, which cannot be opened`, {
        cause,
      });
    }
    files.set(beside, file);
  }
  const { size } = await file.stat();
  const count = length ?? Math.max(0, size - offset);
  if (offset + count > size) {
    throw fail(
      `${what} asks for bytes ${offset} to ${offset + count} of ${JSON.stringify(location)}, got ${size}`,
    );
  }
  // Checked before any memory is taken.
  requireSize({ length: count } as Uint8Array, tensor, fail);
  const bytes = new Uint8Array(count);
  await file.seek(offset, Deno.SeekMode.Start);
  for (let at = 0; at < count;) {
    const read = await file.read(bytes.subarray(at));
    if (read === null) {
      throw fail(`${what} asks for ${count} bytes of ${JSON.stringify(location)}, got ${at}`);
    }
    at += read;
  }
  return { ...tensor, bytes, external: undefined };
}

/**
 * Writes an ONNX model to a file, tensor by tensor, without a copy of the whole.
 *
 * @param options.external Whether large tensors go to a second file beside it, `<name>.data`: needed from 2 GB on,
 * which is the most that a model file can hold. Default: from there on.
 *
 * @example
 * ```ts
 * import { readOnnxFile, writeOnnxFile } from "@relprop/lrp/io";
 * import { assertEquals } from "@std/assert";
 *
 * const weights = { name: "w", shape: [300], elementType: 1, bytes: new Uint8Array(1200).fill(7) };
 * const graph = {
 *   name: "g", nodes: [], initializers: new Map([["w", weights]]), inputs: [], outputs: [], values: [],
 * };
 * const path = `${await Deno.makeTempDir()}/model.onnx`;
 * await writeOnnxFile(path, {
 *   formatVersion: 8, producer: "hand", operatorSets: new Map([["", 17]]), graph, metadata: new Map(), functions: [],
 * }, { external: true });
 * assertEquals((await Deno.stat(`${path}.data`)).size, 1200);
 * assertEquals((await readOnnxFile(path)).graph.initializers.get("w")?.bytes, weights.bytes);
 * ```
 */
export async function writeOnnxFile(
  path: string,
  model: OnnxModel,
  options: { external?: boolean | undefined } = {},
): Promise<void> {
  const total = [...model.graph.initializers.values()].reduce((sum, { bytes }) => sum + bytes.length, 0);
  const external = options.external ?? total >= 2 ** 31 - 2 ** 24;
  const { pieces } = encodeModel(
    external ? { ...model, graph: await moveNumbers(path, model.graph) } : model,
  );
  await writePieces(path, pieces);
}

/** Writes the large tensors beside the model, and returns the graph that says where. */
async function moveNumbers(path: string, graph: OnnxGraph): Promise<OnnxGraph> {
  const location = `${path.slice(Math.max(path.lastIndexOf("/"), path.lastIndexOf("\\")) + 1)}.data`;
  const initializers = new Map<string, OnnxTensor>();
  const pieces: Uint8Array[] = [];
  let end = 0;
  for (const [name, tensor] of graph.initializers) {
    const length = tensor.bytes.length;
    if (length < SMALLEST_EXTERNAL) {
      initializers.set(name, tensor);
      continue;
    }
    const offset = Math.ceil(end / ALIGNMENT) * ALIGNMENT;
    pieces.push(new Uint8Array(offset - end), tensor.bytes);
    end = offset + length;
    initializers.set(name, { ...tensor, bytes: new Uint8Array(0), external: { location, offset, length } });
  }
  await writePieces(`${path}.data`, pieces);
  return { ...graph, initializers };
}

async function writePieces(path: string, pieces: readonly Uint8Array[]): Promise<void> {
  using file = await Deno.open(path, { write: true, create: true, truncate: true });
  for (const piece of pieces) {
    for (let sent = 0; sent < piece.length;) sent += await file.write(piece.subarray(sent));
  }
}
