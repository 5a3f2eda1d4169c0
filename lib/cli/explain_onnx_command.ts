import { type OnnxModel, readOnnxFile } from "../io/mod.ts";
import { loadRelevanceModel } from "../runtime/mod.ts";
import { compileModel, type CompositeValues } from "./composite_options.ts";
import { explainArrays } from "./explain_arrays.ts";
import { explainLines } from "./explain_lines.ts";
import { isRelevanceModel } from "./is_relevance_model.ts";
import type { CommandStreams } from "./main.ts";
import { onnxOptions } from "./onnx_options.ts";
import { resumableOutput } from "./resumable_output.ts";
import { UsageError } from "./usage_error.ts";
import { withFiles } from "./with_files.ts";

const WHAT = "Cannot explain: the file of ";

/** Explains lines or rows of arrays with an ONNX model. */
export async function explainOnnxCommand(args: readonly string[], streams: CommandStreams): Promise<number> {
  const { model: path, input, output, arrays, batch, engine, threads, composite } = onnxOptions(args);
  await using loaded = await loadRelevanceModel(await sourceOf(path, composite), { engine, threads });
  if (arrays) {
    const files = await Promise.all([path, arrays.input].map(identity));
    const run = JSON.stringify([...files, composite]);
    return await explainArrays(loaded, { ...arrays, run, batch }, streams);
  }
  await using answers = output === undefined
    ? undefined
    : await withFiles(`${WHAT}--output`, "writable", () => resumableOutput(output));
  const write = answers
    ? (text: string) => withFiles(`${WHAT}--output`, "writable", () => answers.write(text))
    : streams.write;
  const lines = input === undefined
    ? streams.input
    : await withFiles(`${WHAT}--input`, "readable", async () => {
      if ((await Deno.stat(input)).isDirectory) throw new Deno.errors.IsADirectory("a folder");
      return (await Deno.open(input)).readable;
    });
  return await explainLines(loaded, { done: answers?.done ?? 0, batch }, { input: lines, write });
}

/** What tells a file from another, and from itself after a change. */
async function identity(path: string): Promise<unknown> {
  const { size, mtime } = await withFiles(`${WHAT}--input`, "readable", () => Deno.stat(path));
  return [path.replace(/^.*\//, ""), size, mtime?.getTime()];
}

/** The file of a model that is compiled; a network is compiled, and its numbers are not held twice. */
async function sourceOf(path: string, composite: CompositeValues): Promise<string | OnnxModel> {
  const model = await withFiles(`${WHAT}--model`, "readable", () => readOnnxFile(path));
  if (!isRelevanceModel(model)) return compileModel(model, composite).model;
  const given = Object.entries(composite).find(([, value]) => value !== undefined);
  if (!given) return path;
  throw new UsageError(`Cannot explain: --${given[0]} must come with a model that is not compiled yet`);
}
