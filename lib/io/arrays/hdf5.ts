import type { Attribute, Dataset, Group } from "h5wasm";
import { FormatError } from "../../errors.ts";
import type { NumericArray } from "../../tensor/mod.ts";
import { ndarray } from "../../tensor/ndarray.ts";
import type { Failure } from "../failure.ts";
import { countElements } from "./stored_array.ts";

/** What an HDF5 file holds of numbers and texts. */
export interface Hdf5Content {
  /** The arrays by their path, such as `layers/dense/vars/0`. */
  readonly arrays: Map<string, NumericArray>;
  /** The attributes that are texts or lists of texts, by the path of what has them and their own name. */
  readonly texts: Map<string, Map<string, string | string[]>>;
}

const DEEPEST = 16;
const MOST_PARTS = 10_000;
/** What any file may unpack to; larger content must come from files at least as large as this growth allows. */
const ALWAYS_ALLOWED_BYTES = 2 ** 28;
const MOST_GROWTH = 32;

type Library = typeof import("h5wasm");

let filesOpened = 0;

/** Reads all arrays of floats, and all texts of attributes, of an HDF5 file. */
export async function readHdf5(bytes: Uint8Array, fail: Failure): Promise<Hdf5Content> {
  const library = await import("h5wasm");
  const { FS, activate_throwing_error_handler: throwErrors } = await library.ready;
  throwErrors();
  // The library reads from a file system of its own, in memory.
  const name = `${filesOpened++}.h5`;
  FS.writeFile(name, bytes);
  try {
    const file = new library.File(name, "r");
    try {
      return readAll(file, { library, size: bytes.length, fail });
    } finally {
      file.close();
    }
  } catch (cause) {
    if (cause instanceof FormatError) throw cause;
    throw fail("the file must be sound HDF5", { cause });
  } finally {
    FS.unlink(name);
  }
}

function readAll(
  root: Group,
  { library, size, fail }: { library: Library; size: number; fail: Failure },
): Hdf5Content {
  const content: Hdf5Content = { arrays: new Map(), texts: new Map() };
  let allowedBytes = Math.max(ALWAYS_ALLOWED_BYTES, MOST_GROWTH * size);
  let allowedParts = MOST_PARTS;
  const readArray = (dataset: Dataset, path: string): void => {
    const shape = dataset.shape ?? [];
    allowedBytes -= countElements(shape, fail) * dataset.metadata.size;
    if (allowedBytes < 0) {
      throw fail(`the arrays must hold at most ${MOST_GROWTH} times the bytes of the file, or 256 MiB`);
    }
    const { value } = dataset;
    if (value instanceof Float32Array || value instanceof Float64Array) {
      content.arrays.set(path, ndarray(value, [...shape]) as NumericArray);
    }
  };
  const readGroup = (group: Group, path: string, depth: number): void => {
    if (depth > DEEPEST) throw fail(`groups must not be nested deeper than ${DEEPEST}`);
    content.texts.set(path, readTexts(group.attrs));
    for (const name of group.keys()) {
      if (allowedParts-- === 0) throw fail(`the file must have at most ${MOST_PARTS} parts`);
      const part = group.get(name);
      const inner = path === "" ? name : `${path}/${name}`;
      if (part instanceof library.Group) readGroup(part, inner, depth + 1);
      if (part instanceof library.Dataset) readArray(part, inner);
    }
  };
  readGroup(root, "", 0);
  return content;
}

function readTexts(attributes: Record<string, Attribute>): Map<string, string | string[]> {
  const texts = new Map<string, string | string[]>();
  for (const [name, { value }] of Object.entries(attributes)) {
    if (typeof value === "string" || isTexts(value)) texts.set(name, value);
  }
  return texts;
}

function isTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((text) => typeof text === "string");
}
