import { parseArgs } from "node:util";
import { readOnnxFile, writeOnnxFile } from "../io/mod.ts";
import { compileModel, COMPOSITE_HELP, COMPOSITE_OPTIONS } from "./composite_options.ts";
import type { CommandStreams } from "./main.ts";
import { isRelevanceModel } from "./is_relevance_model.ts";
import { UsageError } from "./usage_error.ts";
import { withFiles } from "./with_files.ts";

/** What `compile` prints with `--help`. */
export const COMPILE_HELP = `compile: a network and its explanation as one model

  compile MODEL.onnx --composite epsilonPlus -o MODEL.lrp.onnx

Prints which layer gets which rule, and the sizes. The result runs on any ONNX runtime: inputs of the network in,
"output" and "relevance" out. Batch normalizations are merged, a softmax at the end is taken away.

${COMPOSITE_HELP}  -o, --output PATH    the file to write; by default the model's name with .lrp.onnx at the end
  --external           large numbers in a second file beside it; always from 2 GB on
`;

/** Compiles one model file. */
export async function compileCommand(
  args: readonly string[],
  { write }: Pick<CommandStreams, "write">,
): Promise<number> {
  let parsed;
  try {
    parsed = parseArgs({
      args: [...args],
      options: {
        ...COMPOSITE_OPTIONS,
        output: { type: "string", short: "o" },
        external: { type: "boolean" },
      },
      allowPositionals: true,
      strict: true,
    });
  } catch (error) {
    throw new UsageError(`Cannot compile: ${error instanceof Error ? error.message : error}`, {
      cause: error,
    });
  }
  const { values, positionals } = parsed;
  if (positionals.length !== 1) {
    throw new UsageError(`Cannot compile: one model file must be given, got ${positionals.length}`);
  }
  const [path] = positionals as [string];
  const output = values.output ?? path.replace(/(\.onnx)?$/, ".lrp.onnx");
  const model = await withFiles(`Cannot compile: ${path}`, "readable", () => readOnnxFile(path));
  if (isRelevanceModel(model)) {
    throw new UsageError(`Cannot compile: ${path} must be a network, got a model that is compiled already`);
  }
  if (await isSameFile(path, output)) {
    throw new UsageError(`Cannot compile: --output must be another file than the model, got ${output}`);
  }
  const { model: compiled, plan, outputs } = compileModel(model, values);
  await withFiles(
    `Cannot compile: ${output}`,
    "writable",
    () => writeOnnxFile(output, compiled, values.external ? { external: true } : {}),
  );
  const size = async (file: string): Promise<number> => (await Deno.stat(file)).size;
  const inputs = compiled.graph.inputs.map(({ name, shape }) => `${name} [${shape?.join(", ")}]`);
  await write(
    `${plan}\n\n${path}: ${model.graph.nodes.length} nodes, ${await size(path)} bytes\n` +
      `${output}: ${compiled.graph.nodes.length} nodes, ${await size(output)} bytes\n` +
      `inputs: ${inputs.join(", ")}\noutputs: ${outputs.join(", ")}\n`,
  );
  return 0;
}

async function isSameFile(a: string, b: string): Promise<boolean> {
  const [first, second] = await Promise.all([a, b].map((path) => Deno.realPath(path).catch(() => path)));
  return first === second;
}
