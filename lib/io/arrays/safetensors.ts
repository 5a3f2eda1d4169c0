import type { NumericArray } from "../../tensor/mod.ts";
import { ndarray } from "../../tensor/ndarray.ts";
import { type ElementType, formatElementType, parseElementType } from "./element_type.ts";
import { type Failure, failure, type ReadOptions } from "../failure.ts";
import { isRecord, parseJson } from "../json.ts";
import { encodeElements } from "./encode_elements.ts";
import { decodeArray } from "./stored_array.ts";

/** What a safetensors file holds. */
export interface Safetensors {
  /** The tensors by name, in the order of the header. */
  readonly tensors: Map<string, NumericArray>;
  /** The texts that the writer added. */
  readonly metadata: Map<string, string>;
}

interface Entry {
  readonly name: string;
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly begin: number;
  readonly end: number;
}

const METADATA = "__metadata__";
const SIZE_BYTES = 8;
/** As the format's own readers allow. */
const LONGEST_HEADER = 100_000_000;
const BFLOAT = "BF16";
const ELEMENT_TYPES: ReadonlyMap<string, ElementType> = new Map(
  Object.entries({
    F64: "<f8",
    F32: "<f4",
    F16: "<f2",
    // The upper half of a float32.
    [BFLOAT]: "<u2",
    I64: "<i8",
    I32: "<i4",
    I16: "<i2",
    I8: "|i1",
    U64: "<u8",
    U32: "<u4",
    U16: "<u2",
    U8: "|u1",
    BOOL: "|b1",
  }).map(([name, type]) => [name, parseElementType(type)!]),
);
const TYPE_NAMES: ReadonlyMap<string, string> = new Map(
  Array.from(ELEMENT_TYPES).filter(([name]) => name !== BFLOAT).map((
    [name, type],
  ) => [formatElementType(type), name]),
);

/**
 * Reads tensors in the safetensors format.
 *
 * **Values** float64, float32 and integers to 32 bits keep their type; float16 and bfloat16 become float32 (exact),
 * booleans uint8, 64-bit integers float64. Tensors share the memory of `bytes` where type and alignment allow it, so
 * that a large file is held once.
 *
 * @throws {FormatError} If the bytes are no such file, are cut short, or hold gaps, overlaps, other element types, or
 * an integer that float64 does not hold exactly. A header that says it is larger than the file is refused before
 * anything is read.
 *
 * @example Write and read
 * ```ts
 * import { readSafetensors, writeSafetensors } from "@relprop/lrp/io";
 * import { tensor } from "@relprop/lrp/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * const bytes = writeSafetensors({ weight: tensor([[1, 2]]) }, { metadata: { data: "hand-made" } });
 * const { tensors, metadata } = readSafetensors(bytes);
 * assertEquals(tensors.get("weight")?.shape, [1, 2]);
 * assertEquals(metadata.get("data"), "hand-made");
 * ```
 *
 * @see https://github.com/huggingface/safetensors
 */
export function readSafetensors(bytes: Uint8Array, { path }: ReadOptions = {}): Safetensors {
  const fail = failure("safetensors", path);
  const { header, start } = readHeader(bytes, fail);
  const data = bytes.subarray(start);
  const metadata = new Map<string, string>();
  const entries: Entry[] = [];
  for (const [name, value] of Object.entries(header)) {
    if (name === METADATA) readMetadata(value, metadata, fail);
    else entries.push(readEntry(name, value, fail));
  }
  requireFullCover(entries, data.length, fail);
  return { tensors: new Map(entries.map((entry) => [entry.name, readTensor(entry, data, fail)])), metadata };
}

/**
 * Writes tensors in the safetensors format, those of larger elements first, so that all are aligned.
 *
 * **Values** typed arrays keep their type; plain lists of numbers are written as float64.
 *
 * @throws {RangeError} If a tensor has the name that the format keeps for itself.
 *
 * @example
 * ```ts
 * import { readSafetensors, writeSafetensors } from "@relprop/lrp/io";
 * import { tensor } from "@relprop/lrp/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * const { tensors } = readSafetensors(writeSafetensors({ bias: tensor([0.5]) }));
 * assertEquals(tensors.get("bias")?.get(0), 0.5);
 * ```
 */
export function writeSafetensors(
  tensors: Readonly<Record<string, NumericArray>>,
  { metadata }: { metadata?: Readonly<Record<string, string>> } = {},
): Uint8Array {
  if (Object.hasOwn(tensors, METADATA)) {
    throw new RangeError(`Cannot write safetensors: a tensor must not have the name "${METADATA}"`);
  }
  const parts = Object.entries(tensors)
    .map(([name, array]) => ({ name, shape: array.shape, ...encodeElements(array) }))
    .sort((a, b) => b.type.size - a.type.size);
  let end = 0;
  const entries = parts.map(({ name, shape, type, bytes }) => {
    const dtype = TYPE_NAMES.get(formatElementType(type));
    return [name, { dtype, shape, data_offsets: [end, end += bytes.length] }];
  });
  const header = Object.fromEntries(metadata ? [[METADATA, metadata], ...entries] : entries);
  const text = new TextEncoder().encode(JSON.stringify(header));
  const start = SIZE_BYTES + Math.ceil(text.length / SIZE_BYTES) * SIZE_BYTES;
  const result = new Uint8Array(start + end).fill(" ".charCodeAt(0), SIZE_BYTES, start);
  new DataView(result.buffer).setBigUint64(0, BigInt(start - SIZE_BYTES), true);
  result.set(text, SIZE_BYTES);
  let offset = start;
  for (const { bytes } of parts) {
    result.set(bytes, offset);
    offset += bytes.length;
  }
  return result;
}

function readHeader(bytes: Uint8Array, fail: Failure): { header: Record<string, unknown>; start: number } {
  if (bytes.length < SIZE_BYTES) {
    throw fail(`the file must hold at least ${SIZE_BYTES} bytes, got ${bytes.length}`);
  }
  const size = new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true);
  const left = bytes.length - SIZE_BYTES;
  if (size > BigInt(left)) {
    throw fail(`the header must hold ${size} bytes, got ${left}`, { offset: SIZE_BYTES });
  }
  if (size > BigInt(LONGEST_HEADER)) {
    throw fail(`the header must hold at most ${LONGEST_HEADER} bytes, got ${size}`);
  }
  const start = SIZE_BYTES + Number(size);
  const header = parseJson(bytes.subarray(SIZE_BYTES, start), "the header", fail);
  if (!isRecord(header)) {
    throw fail("the header must be a JSON object, got another value", { offset: SIZE_BYTES });
  }
  return { header, start };
}

function readMetadata(value: unknown, into: Map<string, string>, fail: Failure): void {
  if (!isRecord(value) || Object.values(value).some((text) => typeof text !== "string")) {
    throw fail(`${METADATA} must hold texts only`);
  }
  for (const [name, text] of Object.entries(value)) into.set(name, text as string);
}

function readEntry(name: string, value: unknown, fail: Failure): Entry {
  const { dtype, shape, data_offsets: offsets } = isRecord(value) ? value : {};
  if (typeof dtype !== "string" || !Array.isArray(shape) || !Array.isArray(offsets) || offsets.length !== 2) {
    throw fail(`tensor ${JSON.stringify(name)} must have dtype, shape and two data_offsets`);
  }
  const [begin, end] = offsets as number[];
  if (!Number.isSafeInteger(begin) || !Number.isSafeInteger(end) || begin! < 0 || end! < begin!) {
    throw fail(
      `data_offsets of ${JSON.stringify(name)} must be two rising integers from 0 on, got [${offsets}]`,
    );
  }
  return { name, dtype, shape, begin: begin!, end: end! };
}

/** Each tensor must begin where the one before ends, and the last must end with the file. */
function requireFullCover(entries: readonly Entry[], size: number, fail: Failure): void {
  let covered = 0;
  for (const { name, begin, end } of entries.toSorted((a, b) => a.begin - b.begin || a.end - b.end)) {
    if (begin !== covered) {
      throw fail(`tensor ${JSON.stringify(name)} must begin at byte ${covered} of the data, got ${begin}`);
    }
    covered = end;
  }
  if (covered !== size) throw fail(`the tensors must fill the data of ${size} bytes, got ${covered}`);
}

function readTensor(
  { name, dtype, shape, begin, end }: Entry,
  data: Uint8Array,
  fail: Failure,
): NumericArray {
  const failHere: Failure = (requirement, details) =>
    fail(`${requirement} in tensor ${JSON.stringify(name)}`, details);
  const type = ELEMENT_TYPES.get(dtype);
  if (type === undefined) {
    throw failHere(
      `element types must be one of ${[...ELEMENT_TYPES.keys()].join(", ")}, got ${JSON.stringify(dtype)}`,
    );
  }
  const layout = { type, shape, fortranOrder: false };
  const bytes = data.subarray(begin, end);
  const array = decodeArray(bytes, layout, failHere);
  if (dtype !== BFLOAT) return array;
  const bits = Uint32Array.from(array.data as Uint16Array, (half) => half << 16);
  return ndarray(new Float32Array(bits.buffer), [...shape]) as NumericArray;
}
