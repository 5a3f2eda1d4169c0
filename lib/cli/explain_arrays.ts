import type { ArrayRows } from "../io/arrays/array_rows.ts";
import { openArrayRows } from "../io/arrays/array_rows.ts";
import type { RelevanceModel } from "../runtime/mod.ts";
import { contiguous, type NumericArray, tensor, zeros } from "../tensor/mod.ts";
import { batchOf, explainBatch } from "./explain_batch.ts";
import type { CommandStreams } from "./main.ts";
import { resumableArrays } from "./resumable_arrays.ts";
import { UsageError } from "./usage_error.ts";
import { withFiles } from "./with_files.ts";

type Arrays = Readonly<Record<string, NumericArray>>;

/** Explains the rows of arrays in a file, a batch at a time, into an archive of arrays. */
export async function explainArrays(
  model: RelevanceModel,
  { input, output, run, batch: wanted }: { input: string; output: string; run: string; batch: number },
  { write, warn }: CommandStreams,
): Promise<number> {
  const readable = <T>(work: () => Promise<T>): Promise<T> =>
    withFiles("Cannot explain: the file of --input", "readable", work);
  const writable = <T>(work: () => Promise<T>): Promise<T> =>
    withFiles("Cannot explain: the file of --output", "writable", work);
  await using file = await readable(() => openArrayRows(input));
  const inputs = inputsOf(file.arrays, Object.keys(model.inputs));
  const [{ shape: [rows] }] = [...inputs.values()] as [ArrayRows];
  const batch = batchOf(model, wanted);
  // What the model gives has sizes that only a run tells.
  const example = await explainBatch(
    model,
    Object.fromEntries([...inputs].map(([name, { shape }]) => [name, zeros([1, ...shape.slice(1)])])),
  );
  const shapes = new Map(Object.entries(example).map(([name, { shape }]) => [name, shape.slice(1)]));
  const { precision } = model.engine;
  await using answers = await writable(() =>
    resumableArrays(output, { run, rows: rows!, batch, shapes, precision })
  );
  for (const array of inputs.values()) await readable(() => array.skip(answers.done));
  let failed = false;
  const fail = async (row: number, error: unknown): Promise<Arrays> => {
    failed = true;
    await warn(`row ${row}: ${error instanceof Error ? error.message : error}\n`);
    return Object.fromEntries([...shapes].map(([name, shape]) => [name, unknown([1, ...shape])]));
  };
  for (let row = answers.done; row < rows!; row += batch) {
    const given: Record<string, NumericArray> = {};
    for (const [name, array] of inputs) given[name] = await readable(() => array.take(batch));
    for (const part of await explained(model, given, (i, error) => fail(row + i, error))) {
      await writable(() => answers.write(part));
    }
  }
  await writable(() => answers.finish());
  const names = [...shapes].map(([name, shape]) => `${name} [${[rows, ...shape].join(", ")}]`);
  await write(`${output}: ${names.join(", ")}\n`);
  return failed ? 1 : 0;
}

/** The arrays by the names of the inputs of the model; a single one may have any name. */
function inputsOf(arrays: ReadonlyMap<string, ArrayRows>, names: readonly string[]): Map<string, ArrayRows> {
  const single = arrays.size === 1 && names.length === 1 ? [...arrays.values()][0] : undefined;
  const inputs = new Map(names.map((name) => [name, single ?? arrays.get(name)]));
  const counts = [...inputs.values()].map((array) => array?.shape[0]);
  const missing = names.filter((name) => !inputs.get(name));
  if (missing.length > 0) {
    const given = [...arrays.keys()].map((name) => name || "one array without a name");
    throw new UsageError(
      `Cannot explain: --input must hold arrays with the names ${names.join(", ")}, got ${given.join(", ")}`,
    );
  }
  if (new Set(counts).size > 1) {
    throw new UsageError(
      `Cannot explain: all arrays of --input must have as many rows, got ${counts.join(", ")}`,
    );
  }
  return inputs as Map<string, ArrayRows>;
}

/** The answers to a batch, in parts that follow one another: one bad example must not take the others with it. */
async function explained(
  model: RelevanceModel,
  given: Arrays,
  fail: (row: number, error: unknown) => Promise<Arrays>,
): Promise<Arrays[]> {
  try {
    return [await explainBatch(model, given)];
  } catch (error) {
    const count = Object.values(given)[0]!.shape[0]!;
    if (count === 1) return [await fail(0, error)];
    const parts: Arrays[] = [];
    for (let row = 0; row < count; row++) {
      const one = Object.fromEntries(
        Object.entries(given).map(([name, rows]) => [name, rowOf(rows, row)]),
      );
      parts.push(...await explained(model, one, (_, error) => fail(row, error)));
    }
    return parts;
  }
}

function rowOf(rows: NumericArray, row: number): NumericArray {
  const shape = [1, ...rows.shape.slice(1)];
  const size = shape.reduce((a, b) => a * b, 1);
  return tensor(contiguous(rows).slice(row * size, (row + 1) * size), shape);
}

function unknown(shape: readonly number[]): NumericArray {
  return tensor(new Float64Array(shape.reduce((a, b) => a * b, 1)).fill(NaN), shape);
}
