import type { NumericArray } from "../../tensor/mod.ts";
import { type Failure, failure } from "../failure.ts";
import { ByteReader } from "./byte_reader.ts";
import { LONGEST_START, readNpyHeader } from "./npy.ts";
import { type ArrayLayout, decodeArray, requireByteCount } from "./stored_array.ts";
import { openZip } from "./zip_stream.ts";

const SUFFIX = /\.npy$/;

/** An array in a file, of which only some rows (parts along the first axis) are in memory at a time. */
export interface ArrayRows {
  /** The sizes of the whole array. */
  readonly shape: readonly number[];
  /** The next rows `[n, …]`; fewer than asked for at the end. */
  take(count: number): Promise<NumericArray>;
  /** Passes over rows. */
  skip(count: number): Promise<void>;
}

/** The arrays of a file by name, to be read row by row. */
export interface RowFile extends AsyncDisposable {
  /** The arrays; that of an npy file has no name. */
  readonly arrays: ReadonlyMap<string, ArrayRows>;
}

/**
 * Opens an `.npy` or `.npz` file to read it row by row: memory holds the rows that are asked for, and nothing else.
 *
 * @throws {FormatError} If the file is not what it says, or holds an array whose rows do not lie one after the other.
 */
export async function openArrayRows(path: string): Promise<RowFile> {
  await using open = new AsyncDisposableStack();
  const arrays = new Map<string, ArrayRows>();
  const add = async (name: string, readable: ReadableStream<Uint8Array>, size: number): Promise<void> => {
    const stream = new ByteReader(readable);
    open.defer(() => stream.cancel());
    const own = name === "" ? failure("npy", path) : failure("npy", `${path}/${name}`);
    arrays.set(name.replace(SUFFIX, ""), await arrayRows(stream, size, own));
  };
  if (SUFFIX.test(path)) {
    const file = await Deno.open(path);
    await add("", file.readable, (await file.stat()).size);
  } else {
    const fail = failure("npz", path);
    const archive = open.use(await openZip(path, fail));
    for (const { name, size, readable } of archive.entries) {
      if (!SUFFIX.test(name)) {
        throw fail(`the archive must hold npy files only, got ${JSON.stringify(name)}`);
      }
      await add(name, readable(), size);
    }
  }
  const closing = open.move();
  return { arrays, [Symbol.asyncDispose]: () => closing.disposeAsync() };
}

async function arrayRows(stream: ByteReader, size: number, fail: Failure): Promise<ArrayRows> {
  const head = await stream.take(Math.min(size, LONGEST_START));
  const { layout, start } = readNpyHeader(head, fail);
  stream.putBack(head.subarray(start));
  requireByteCount({ length: size - start }, layout, fail);
  const { type, shape } = layout;
  if (shape.length === 0) throw fail("an array that is read by rows must have an axis, got a single number");
  if (layout.fortranOrder && shape.length > 1) {
    throw fail("the rows must lie one after the other (C order), got Fortran order");
  }
  const rowBytes = shape.slice(1).reduce((a, b) => a * b, 1) * type.size;
  let left = shape[0]!;
  const rows = (count: number): ArrayLayout => ({
    type,
    shape: [count, ...shape.slice(1)],
    fortranOrder: false,
  });
  return {
    shape,
    take: async (count) => {
      const taken = Math.min(count, left);
      left -= taken;
      const bytes = await stream.take(taken * rowBytes);
      // Behind the last row comes what an archive knows of the whole: its checksum.
      if (left === 0) await stream.skip(1);
      return decodeArray(bytes, rows(taken), fail);
    },
    skip: async (count) => {
      left -= Math.min(count, left);
      await stream.skip(count * rowBytes);
    },
  };
}
