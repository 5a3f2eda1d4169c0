import type { RelevanceModel } from "../runtime/mod.ts";
import { contiguous, type NumericArray, tensor } from "../tensor/mod.ts";
import { batchOf, explainBatch } from "./explain_batch.ts";
import { lines } from "./lines.ts";
import type { CommandStreams } from "./main.ts";

/** The longest line that is read, in bytes: an image of a million pixels. */
const LONGEST = 2 ** 26;

interface Example {
  readonly line: number;
  readonly id: unknown;
  readonly value?: NumericArray;
  readonly error?: string;
}

/** Explains every line after those that are done, in batches of one shape. */
export async function explainLines(
  model: RelevanceModel,
  { done, batch: wanted }: { done: number; batch: number },
  { input, write }: Pick<CommandStreams, "input" | "write">,
): Promise<number> {
  const batch = batchOf(model, wanted);
  let [failed, line] = [false, 0];
  let waiting: Example[] = [];
  const flush = async (): Promise<void> => {
    for (const answer of await explained(model, waiting)) {
      failed ||= "error" in answer;
      await write(`${JSON.stringify(answer)}\n`);
    }
    waiting = [];
  };
  for await (const bytes of lines(input, LONGEST)) {
    line++;
    if (line <= done) continue;
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

const decoder = new TextDecoder("utf-8", { fatal: true });

function readExample(bytes: Uint8Array, line: number): Example {
  const bad = (reason: string, id?: unknown): Example => ({
    line,
    id,
    error: `Cannot read the line: ${reason}`,
  });
  if (bytes.length > LONGEST) return bad(`it must have at most ${LONGEST} bytes, got more`);
  let parsed;
  try {
    parsed = JSON.parse(decoder.decode(bytes));
  } catch (error) {
    return bad(
      error instanceof SyntaxError ? "it must be JSON, got other text" : "it must be UTF-8, got other bytes",
    );
  }
  const id = parsed?.id;
  const values = parsed?.values ?? parsed?.ids;
  if (!Array.isArray(values)) return bad('it must be a JSON object with "values" or "ids"', id);
  try {
    const wrong = values.flat(Infinity).find((value) => typeof value !== "number");
    if (wrong === undefined) return { line, id, value: tensor(values) };
    return bad(`it must hold numbers, got ${JSON.stringify(wrong)}`, id);
  } catch (error) {
    return bad((error as Error).message, id);
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
    const [name] = Object.keys(model.inputs) as [string];
    const { output, relevance } = await explainBatch(model, {
      [name]: tensor(all, [examples.length, ...shape]),
    });
    return examples.map(({ id }, i) => ({ id, output: row(output!, i), relevance: row(relevance!, i) }));
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
