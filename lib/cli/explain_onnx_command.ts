import { parseArgs } from "node:util";
import { readOnnxFile } from "../io/mod.ts";
import { loadRelevanceModel, type RelevanceModel } from "../runtime/mod.ts";
import { contiguous, type NumericArray, type Tensor, tensor } from "../tensor/mod.ts";
import {
  compileModel,
  COMPOSITE_HELP,
  COMPOSITE_OPTIONS,
  type CompositeValues,
} from "./composite_options.ts";
import { lines } from "./lines.ts";
import type { CommandStreams } from "./main.ts";
import { resumableOutput } from "./resumable_output.ts";
import { UsageError } from "./usage_error.ts";

/** What `explain --help` says about ONNX models. */
export const EXPLAIN_ONNX_HELP = `explain --model MODEL.onnx or MODEL.lrp.onnx: a network of any kind

Reads JSON Lines, one object per line with "values" (nested lists, one example without the batch) or "ids", perhaps an
"id"; prints {"id", "output", "relevance"} for each, in order. A bad line gives {"line", "error"} in its place.

${COMPOSITE_HELP}  --batch COUNT        lines of one shape that run together, default 32
  --engine NAME        auto (default), onnxruntime-node, onnxruntime-web or reference
  --threads COUNT      threads of the engine; by default its own choice
  --output FILE        where answers go; if it is there, the run goes on after its last whole line
`;

interface Example {
  readonly line: number;
  readonly id: unknown;
  readonly value?: Tensor;
  readonly error?: string;
}

/** Explains every line with an ONNX model, in batches of one shape. */
export async function explainOnnxCommand(
  args: readonly string[],
  { input, write }: CommandStreams,
): Promise<number> {
  const { model: path, batch, output, engine, threads, ...composite } = optionsOf(args);
  const model = await readOnnxFile(path);
  const isCompiled = model.graph.outputs.some(({ name }) => name === "relevance");
  const given = Object.entries(composite).find(([, value]) => value !== undefined);
  if (isCompiled && given) {
    throw new UsageError(`Cannot explain: --${given[0]} must come with a model that is not compiled yet`);
  }
  await using loaded = isCompiled
    ? await loadRelevanceModel(path, { engine, threads })
    : await loadRelevanceModel(compileModel(model, composite).model, { engine, threads });
  await using answers = output === undefined ? undefined : await resumableOutput(output);
  const print = answers?.write ?? write;
  let [failed, line] = [false, 0];
  let waiting: Example[] = [];
  const flush = async (): Promise<void> => {
    for (const answer of await explained(loaded, waiting)) {
      failed ||= "error" in answer;
      await print(`${JSON.stringify(answer)}\n`);
    }
    waiting = [];
  };
  for await (const bytes of lines(input)) {
    line++;
    if (line <= (answers?.done ?? 0)) continue;
    const example = readExample(bytes, line);
    const first = waiting[0]?.value?.shape.join();
    if (waiting.length === batch || waiting.length > 0 && example.value?.shape.join() !== first) {
      await flush();
    }
    waiting.push(example);
  }
  await flush();
  return failed ? 1 : 0;
}

function optionsOf(args: readonly string[]): CompositeValues & {
  model: string;
  batch: number;
  output: string | undefined;
  engine: "auto" | "onnxruntime-node" | "onnxruntime-web" | "reference";
  threads: number;
} {
  const text = { type: "string" } as const;
  const options = {
    ...COMPOSITE_OPTIONS,
    model: text,
    output: text,
    batch: { ...text, default: "32" },
    threads: { ...text, default: "0" },
    engine: { ...text, default: "auto" },
  };
  let values;
  try {
    ({ values } = parseArgs({ args: [...args], options, allowPositionals: false, strict: true }));
  } catch (error) {
    throw new UsageError(`Cannot explain: ${error instanceof Error ? error.message : error}`, {
      cause: error,
    });
  }
  const count = (name: "batch" | "threads", least: number): number => {
    const number = Number(values[name]);
    if (Number.isInteger(number) && number >= least) return number;
    throw new UsageError(
      `Cannot explain: --${name} must be a whole number from ${least} on, got ${
        JSON.stringify(values[name])
      }`,
    );
  };
  const engines = ["auto", "onnxruntime-node", "onnxruntime-web", "reference"] as const;
  const engine = engines.find((name) => name === values.engine);
  if (!engine) {
    throw new UsageError(
      `Cannot explain: --engine must be one of ${engines.join(", ")}, got ${JSON.stringify(values.engine)}`,
    );
  }
  const { model, output, batch: _batch, threads: _threads, engine: _engine, ...composite } = values;
  if (composite.target !== undefined && composite.target !== "predicted") {
    throw new UsageError(
      `Cannot explain: --target must be predicted, got ${JSON.stringify(composite.target)}`,
    );
  }
  return {
    ...composite,
    model: model!,
    output,
    engine,
    batch: count("batch", 1),
    threads: count("threads", 0),
  };
}

const decoder = new TextDecoder("utf-8", { fatal: true });

function readExample(bytes: Uint8Array, line: number): Example {
  let id: unknown;
  try {
    const parsed = JSON.parse(decoder.decode(bytes));
    id = parsed?.id;
    const values = parsed?.values ?? parsed?.ids;
    if (!Array.isArray(values)) throw new TypeError('it must be a JSON object with "values" or "ids"');
    return { line, id, value: tensor(values) };
  } catch (error) {
    return { line, id, error: `Cannot read the line: ${error instanceof Error ? error.message : error}` };
  }
}

/** The answers to examples of one shape. */
async function explained(
  model: RelevanceModel,
  examples: readonly Example[],
): Promise<Record<string, unknown>[]> {
  const failure = ({ id, line }: Example, error: unknown): Record<string, unknown> => ({ id, line, error });
  const shape = examples[0]?.value?.shape;
  if (shape === undefined) return examples.map((example) => failure(example, example.error));
  const size = shape.reduce((a, b) => a * b, 1);
  const all = new Float64Array(examples.length * size);
  examples.forEach(({ value }, i) => all.set(contiguous(value!), i * size));
  try {
    const { output, relevance } = await model.explain(tensor(all, [examples.length, ...shape]));
    return examples.map(({ id }, i) => ({ id, output: row(output, i), relevance: row(relevance, i) }));
  } catch (error) {
    // One bad example must not take the others with it.
    if (examples.length > 1) {
      return (await Promise.all(examples.map((example) => explained(model, [example])))).flat();
    }
    return [failure(examples[0]!, error instanceof Error ? error.message : String(error))];
  }
}

/** One example of a batch as nested lists. */
function row(batch: NumericArray, index: number): unknown {
  const [, ...shape] = batch.shape;
  const size = shape.reduce((a, b) => a * b, 1);
  const flat = Array.from(contiguous(batch).subarray(index * size, (index + 1) * size));
  return shape.slice(1).reduceRight<unknown[]>((parts, length) => {
    return Array.from({ length: parts.length / length }, (_, i) => parts.slice(i * length, (i + 1) * length));
  }, flat);
}
