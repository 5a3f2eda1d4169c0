import { assert, assertEquals, assertThrows } from "@std/assert";
import ndarray from "ndarray";
import { FormatError } from "../../../lib/errors.ts";
import { readSafetensors, writeSafetensors } from "../../../lib/io/mod.ts";
import { contiguous, tensor } from "../../../lib/tensor/mod.ts";
import fixture from "../../fixtures/safetensors/tensors.json" with { type: "json" };
import { assertBitFlipsAreHandled, assertEveryTruncationFails, fromBase64 } from "../support/hostile.ts";

const number = (value: number | string): number =>
  value === "nan" ? NaN : value === "inf" ? Infinity : value === "-inf" ? -Infinity : Number(value);

/** A file with any header. */
function file(header: unknown, data = new Uint8Array(0)): Uint8Array {
  const text = new TextEncoder().encode(typeof header === "string" ? header : JSON.stringify(header));
  const bytes = new Uint8Array(8 + text.length + data.length);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(text.length), true);
  bytes.set(text, 8);
  bytes.set(data, 8 + text.length);
  return bytes;
}

Deno.test("readSafetensors() reads every element type that PyTorch wrote", () => {
  const { tensors, metadata } = readSafetensors(fromBase64(fixture.file));
  assertEquals(Object.fromEntries(metadata), { format: "pt", naïve: "日本" });
  assertEquals(tensors.size, 15);
  for (const [name, array] of tensors) {
    const key = name as keyof typeof fixture.values;
    assertEquals(array.shape, fixture.shapes[key], name);
    assertEquals([...contiguous(array)], (fixture.values[key] as (number | string)[]).map(number), name);
  }
});

Deno.test("readSafetensors() keeps float32 as float32, sharing the bytes", () => {
  const bytes = writeSafetensors({
    a: ndarray(Float32Array.of(1, 2), [2]),
    b: ndarray(Uint8Array.of(1), [1]),
  });
  const { tensors } = readSafetensors(bytes);
  const { data } = tensors.get("a")!;
  assert(data instanceof Float32Array);
  assertEquals(data.buffer, bytes.buffer);
});

Deno.test("writeSafetensors() writes what readSafetensors() reads, every type aligned", () => {
  const tensors = {
    u1: ndarray(Uint8Array.of(1, 2, 3), [3]),
    f8: tensor([[1, 2], [3, 4]]).transpose(1, 0),
    i1: ndarray(Int8Array.of(-1), [1]),
    u2: ndarray(Uint16Array.of(65535), [1]),
    i2: ndarray(Int16Array.of(-2), [1]),
    u4: ndarray(Uint32Array.of(2 ** 32 - 1), [1]),
    i4: ndarray(Int32Array.of(-3), [1]),
    f4: ndarray(Float32Array.of(0.5), []),
    list: ndarray([1, 2], [2]),
  };
  const bytes = writeSafetensors(tensors, { metadata: { a: "b" } });
  const again = readSafetensors(bytes);
  assertEquals([...again.metadata], [["a", "b"]]);
  for (const [name, array] of Object.entries(tensors)) {
    const copy = again.tensors.get(name)!;
    assertEquals([copy.shape, [...contiguous(copy)]], [array.shape, [...contiguous(array)]]);
    if (!Array.isArray(copy.data)) assertEquals(copy.data.buffer, bytes.buffer, name);
  }
});

Deno.test("writeSafetensors() refuses the name that the format keeps", () => {
  const error = assertThrows(() => writeSafetensors({ __metadata__: tensor([1]) }), RangeError);
  assertEquals(error.message, 'Cannot write safetensors: a tensor must not have the name "__metadata__"');
});

Deno.test("readSafetensors() refuses every truncation and survives every turned bit", async () => {
  const bytes = fromBase64(fixture.small);
  assertEveryTruncationFails(bytes, readSafetensors);
  const { read, refused } = await assertBitFlipsAreHandled(bytes, readSafetensors);
  // Every bit of the 9 bytes of data gives another number.
  assert(read >= 72 && refused > 400, `${read} read, ${refused} refused`);
});

const entry = (over: Record<string, unknown>): Record<string, unknown> => ({
  a: { dtype: "F32", shape: [1], data_offsets: [0, 4], ...over },
});
const four = new Uint8Array(4);
const TYPES = "F64, F32, F16, BF16, I64, I32, I16, I8, U64, U32, U16, U8, BOOL";
const hostile: [what: string, bytes: Uint8Array, requirement: string][] = [
  ["no bytes", new Uint8Array(0), "the file must hold at least 8 bytes, got 0"],
  [
    "a header of 1 TB",
    Uint8Array.from([0, 0, 0, 0, 0, 1, 0, 0, 123, 125]),
    "the header must hold 1099511627776 bytes, got 2",
  ],
  [
    "a header of 2^64 bytes",
    new Uint8Array(16).fill(255),
    "the header must hold 18446744073709551615 bytes, got 8",
  ],
  ["a header that is no UTF-8", file("{").fill(255, 8), "text must be UTF-8, got other bytes"],
  ["a header that is no JSON", file("{'a': 1}"), "the header must be JSON"],
  ["a list for a header", file([]), "the header must be a JSON object, got another value"],
  ["a header nested a million deep", file("[".repeat(1e6)), "the header must be JSON"],
  ["metadata of numbers", file({ __metadata__: { a: 1 } }), "__metadata__ must hold texts only"],
  ["a tensor that is null", file({ a: null }), 'tensor "a" must have dtype, shape and two data_offsets'],
  [
    "a tensor without shape",
    file({ a: { dtype: "F32" } }),
    'tensor "a" must have dtype, shape and two data_offsets',
  ],
  [
    "offsets that fall",
    file(entry({ data_offsets: [4, 0] }), four),
    'data_offsets of "a" must be two rising integers from 0 on, got [4,0]',
  ],
  [
    "an offset of 0.5",
    file(entry({ data_offsets: [0.5, 4] }), four),
    'data_offsets of "a" must be two rising integers from 0 on, got [0.5,4]',
  ],
  [
    "an offset beyond the end",
    file(entry({ shape: [2], data_offsets: [0, 8] }), four),
    "the tensors must fill the data of 4 bytes, got 8",
  ],
  [
    "bytes that no tensor has",
    file(entry({}), new Uint8Array(5)),
    "the tensors must fill the data of 5 bytes, got 4",
  ],
  [
    "a gap",
    file(entry({ data_offsets: [1, 5] }), new Uint8Array(5)),
    'tensor "a" must begin at byte 0 of the data, got 1',
  ],
  [
    "tensors that overlap",
    file({ ...entry({}), b: { dtype: "F32", shape: [1], data_offsets: [2, 6] } }, new Uint8Array(6)),
    'tensor "b" must begin at byte 4 of the data, got 2',
  ],
  [
    "a shape of another size",
    file(entry({ shape: [2] }), four),
    'shape [2] of 4 bytes each requires 8 bytes, got 4 in tensor "a"',
  ],
  [
    "a shape of 2^106 elements",
    file(entry({ shape: [2 ** 53 - 1, 2 ** 53 - 1] }), four),
    "shape [9007199254740991, 9007199254740991] of 4 bytes each requires 3.2451855365842665e+32 bytes, got 4" +
    ' in tensor "a"',
  ],
  [
    "a negative size",
    file(entry({ shape: [-1, -1] }), four),
    'the sizes of an array must be integers from 0 on, got [-1, -1] in tensor "a"',
  ],
  [
    "65 axes",
    file(entry({ shape: Array(65).fill(1) }), four),
    'an array must have at most 64 axes, got 65 in tensor "a"',
  ],
  [
    "an unknown type",
    file(entry({ dtype: "F99" }), four),
    `element types must be one of ${TYPES}, got "F99" in tensor "a"`,
  ],
  [
    "float8",
    fromBase64(fixture.float8),
    `element types must be one of ${TYPES}, got "F8_E4M3" in tensor "a"`,
  ],
  [
    "a boolean of 2",
    file(entry({ dtype: "BOOL", data_offsets: [0, 1] }), Uint8Array.of(2)),
    'booleans must be 0 or 1, got 2 at element 0 in tensor "a"',
  ],
  [
    "an integer of 2^63",
    file(entry({ dtype: "U64", data_offsets: [0, 8] }), Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 128)),
    '64-bit integers must lie within ±9007199254740991, got 9223372036854775808 at element 0 in tensor "a"',
  ],
];
for (const [what, bytes, requirement] of hostile) {
  Deno.test(`readSafetensors() refuses ${what}`, () => {
    const error = assertThrows(() => readSafetensors(bytes, { path: "m.safetensors" }), FormatError);
    assertEquals(error.message, `Cannot read safetensors "m.safetensors": ${requirement}`);
  });
}

Deno.test("readSafetensors() reads names that objects have on their own", () => {
  const header = '{"__proto__": {"dtype": "U8", "shape": [], "data_offsets": [0, 1]}}';
  assertEquals(readSafetensors(file(header, Uint8Array.of(7))).tensors.get("__proto__")?.get(), 7);
});
