import { openArrayRows } from "../io/arrays/array_rows.ts";
import { npyHeader } from "../io/arrays/npy.ts";
import { writeZip } from "../io/arrays/write_zip.ts";
import { contiguous, type NumericArray } from "../tensor/mod.ts";
import { lockOutput } from "./lock_output.ts";
import { UsageError } from "./usage_error.ts";
import { writeAll } from "./write_all.ts";

/** What is written. */
export interface ArraysOptions {
  /** What the run is: another one must not go on with its rows. */
  readonly run: string;
  /** How many rows there will be. */
  readonly rows: number;
  /** How many rows come at a time: a run goes on at the start of such a batch, so that it gives the same numbers. */
  readonly batch: number;
  /** The arrays by name: the sizes of a row. */
  readonly shapes: ReadonlyMap<string, readonly number[]>;
  /** What their numbers are. */
  readonly precision: "float32" | "float64";
}

/** An archive of arrays that a broken run can go on with. */
export interface ResumableArrays extends AsyncDisposable {
  /** How many rows it had. */
  readonly done: number;
  /** Adds rows `[n, …]` of every array. */
  write(rows: Readonly<Record<string, NumericArray>>): Promise<void>;
  /** Makes the archive, when all rows are there. */
  finish(): Promise<void>;
}

/**
 * Opens an `.npz` file to be written row by row.
 *
 * Until all rows are there they lie in a folder beside it, with `.part` at the end of its name, one file for each array:
 * what a run that stops anywhere leaves, the next one goes on with.
 */
export async function resumableArrays(path: string, options: ArraysOptions): Promise<ResumableArrays> {
  const { run, rows, batch, shapes, precision } = options;
  const folder = `${path}.part`;
  const kept = await rowsOf(path);
  if (kept !== undefined) {
    if (kept !== rows) {
      throw new UsageError(
        `Cannot explain: --output must be a new file or hold the ${rows} rows of this run, got ${kept} rows`,
      );
    }
    await Deno.remove(folder, { recursive: true }).catch(() => {});
    const nothing = (): Promise<void> => Promise.resolve();
    return { done: rows, write: nothing, finish: nothing, [Symbol.asyncDispose]: nothing };
  }
  await using open = new AsyncDisposableStack();
  await Deno.mkdir(folder).catch((error) => {
    if (!(error instanceof Deno.errors.AlreadyExists)) throw error;
  });
  const lock = open.use(await lockOutput(`${folder}/run.json`));
  const wanted = `${JSON.stringify({ run, rows, precision, shapes: [...shapes] })}\n`;
  const found = await Deno.readTextFile(`${folder}/run.json`);
  if (found.endsWith("\n") && found !== wanted) {
    throw new UsageError(
      `Cannot explain: ${folder} must be of the same model, input and options, got another run's; remove it to start anew`,
    );
  }
  if (found !== wanted) {
    await lock.truncate();
    await writeAll(lock, new TextEncoder().encode(wanted));
  }
  const bytes = precision === "float32" ? 4 : 8;
  const parts = [...shapes].map(([name, shape]) => {
    const header = npyHeader({ kind: "f", size: bytes, bigEndian: false }, [rows, ...shape]);
    const own = `${folder}/${encodeURIComponent(name)}.npy`;
    const file = open.use(Deno.openSync(own, { write: true, create: true }));
    const rowBytes = shape.reduce((a, b) => a * b, bytes);
    const whole = Math.floor((file.statSync().size - header.length) / rowBytes);
    return { name, own, header, file, rowBytes, whole };
  });
  const least = Math.max(0, Math.min(...parts.map(({ whole }) => whole)));
  const done = least >= rows ? rows : least - least % batch;
  for (const { file, header, rowBytes } of parts) {
    await file.truncate(header.length + done * rowBytes);
    await writeAll(file, header);
    await file.seek(0, Deno.SeekMode.End);
  }
  const closing = open.move();
  return {
    done,
    write: async (values) => {
      for (const { name, file } of parts) {
        const numbers = contiguous(values[name]!);
        const stored = precision === "float32" ? Float32Array.from(numbers) : numbers;
        await writeAll(file, new Uint8Array(stored.buffer, stored.byteOffset, stored.byteLength));
      }
    },
    finish: async () => {
      const files = parts.map(({ name, own }) => [`${name}.npy`, () => Deno.openSync(own).readable] as const);
      await writeZip(`${folder}/whole.npz`, new Map(files));
      await Deno.rename(`${folder}/whole.npz`, path);
      await Deno.remove(folder, { recursive: true });
    },
    [Symbol.asyncDispose]: () => closing.disposeAsync(),
  };
}

/** How many rows the arrays of a file have; nothing if there is no file. */
async function rowsOf(path: string): Promise<number | undefined> {
  try {
    await using file = await openArrayRows(path);
    return [...file.arrays.values()][0]?.shape[0] ?? 0;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}
