import { assert, assertEquals, assertThrows } from "@std/assert";
import ndarray from "ndarray";
import { FormatError } from "../../../lib/errors.ts";
import { readNpy, writeNpy } from "../../../lib/io/mod.ts";
import { contiguous, type NumericArray, tensor } from "../../../lib/tensor/mod.ts";
import cases from "../../fixtures/numpy/npy.json" with { type: "json" };
import { assertBitFlipsAreHandled, assertEveryTruncationFails, fromBase64 } from "../support/hostile.ts";

const number = (value: number | boolean | string): number =>
  value === "nan" ? NaN : value === "inf" ? Infinity : value === "-inf" ? -Infinity : Number(value);

/** A file of format 1.0 with any header text. */
function npy(header: string, data = new Uint8Array(0)): Uint8Array {
  const text = new TextEncoder().encode(header);
  const start = [0x93, ...new TextEncoder().encode("NUMPY"), 1, 0, text.length & 255, text.length >> 8];
  return Uint8Array.from([...start, ...text, ...data]);
}

for (const { name, shape, values, npy } of cases.cases) {
  Deno.test(`readNpy() reads what NumPy wrote: ${name}`, () => {
    const array = readNpy(fromBase64(npy));
    assertEquals(array.shape, shape);
    assertEquals([...contiguous(array)], (values as (number | boolean | string)[]).map(number));
  });
}

Deno.test("readNpy() keeps float32 as float32, sharing the bytes", () => {
  const bytes = writeNpy(ndarray(Float32Array.of(1, 2, 3), [3]));
  const array = readNpy(bytes);
  assert(array.data instanceof Float32Array);
  assertEquals(array.data.buffer, bytes.buffer);
});

Deno.test("readNpy() reads bytes that start at an odd place of their buffer", () => {
  const bytes = writeNpy(tensor([0.1, 0.2]));
  const shifted = new Uint8Array(bytes.length + 1);
  shifted.set(bytes, 1);
  assertEquals([...contiguous(readNpy(shifted.subarray(1)))], [0.1, 0.2]);
});

Deno.test("writeNpy() writes every element type, and views in row-major order", () => {
  const arrays: NumericArray[] = [
    tensor([[1, 2, 3], [4, 5, 6]]).transpose(1, 0),
    ndarray([1, 2, 3], [3]),
    ndarray(Int8Array.of(-1, 2), [2]),
    ndarray(Int16Array.of(-1, 2), [2]),
    ndarray(Int32Array.of(-1, 2), [2, 1]),
    ndarray(Uint8Array.of(1, 255), [2]),
    ndarray(Uint8ClampedArray.of(1, 255), [2]),
    ndarray(Uint16Array.of(1, 2), [2]),
    ndarray(Uint32Array.of(1, 2), [2]),
    ndarray(Float32Array.of(0.5, NaN), [2]),
    ndarray(Float64Array.of(7), []),
    tensor([], [0, 4]),
  ];
  for (const array of arrays) {
    const again = readNpy(writeNpy(array));
    assertEquals(again.shape, array.shape);
    assertEquals([...contiguous(again)], [...contiguous(array)]);
    if (!Array.isArray(array.data) && !(array.data instanceof Uint8ClampedArray)) {
      assertEquals(again.data.constructor, array.data.constructor);
    }
  }
});

Deno.test("writeNpy() writes the bytes that NumPy writes", () => {
  const wanted = cases.cases.find(({ name }) => name === "<f8")!;
  assertEquals(writeNpy(tensor(wanted.values.map(number), wanted.shape)), fromBase64(wanted.npy));
});

Deno.test("readNpy() refuses every truncation and survives every turned bit", async () => {
  const bytes = fromBase64(cases.cases.find(({ name }) => name === "<f4 Fortran")!.npy);
  assertEveryTruncationFails(bytes, readNpy);
  const { read, refused } = await assertBitFlipsAreHandled(bytes, readNpy);
  // Every bit of the 24 bytes of data gives another number; so do few of the 128 before them.
  assert(read >= 24 * 8 && refused > 300, `${read} read, ${refused} refused`);
});

const refusals: Record<string, string> = {
  complex: 'the elements must be floats of 2, 4 or 8 bytes, integers or booleans, got "<c16"',
  text: 'the elements must be floats of 2, 4 or 8 bytes, integers or booleans, got "<U2"',
  bytes: 'the elements must be floats of 2, 4 or 8 bytes, integers or booleans, got "|S2"',
  date: 'the elements must be floats of 2, 4 or 8 bytes, integers or booleans, got "<M8[D]"',
  structure:
    "the elements must be floats of 2, 4 or 8 bytes, integers or booleans, got a structure of several fields",
  objects: 'the elements must be floats of 2, 4 or 8 bytes, integers or booleans, got "|O"',
  "long double": 'the elements must be floats of 2, 4 or 8 bytes, integers or booleans, got "<f16"',
  "2**53": "64-bit integers must lie within ±9007199254740991, got 9007199254740992 at element 1",
  "2**63": "64-bit integers must lie within ±9007199254740991, got 9223372036854775808 at element 0",
  "-2**53": "64-bit integers must lie within ±9007199254740991, got -9007199254740992 at element 0",
};
for (const { name, npy } of cases.refused) {
  Deno.test(`readNpy() refuses ${name}`, () => {
    const error = assertThrows(() => readNpy(fromBase64(npy), { path: "a.npy" }), FormatError);
    assertEquals(error.message, `Cannot read npy "a.npy": ${refusals[name]}`);
    assertEquals(error.path, "a.npy");
  });
}

const header = (shape: string, descr = "'<f8'"): string =>
  `{'descr': ${descr}, 'fortran_order': False, 'shape': ${shape}}`;
const hostile: [what: string, bytes: Uint8Array, requirement: string][] = [
  ["no bytes", new Uint8Array(0), 'the file must begin with "\x93NUMPY", got ""'],
  [
    "another format",
    new TextEncoder().encode("PK-and-more"),
    'the file must begin with "\x93NUMPY", got "PK-and"',
  ],
  ["format 4.0", npy("").fill(4, 6, 7), "the format must be 1.0, 2.0 or 3.0, got 4.0"],
  ["no header size", npy("").slice(0, 9), "the file must hold at least 10 bytes, got 9"],
  ["a cut header", npy("{'descr'").slice(0, 12), "the header must hold 8 bytes, got 2"],
  [
    "a header of 4 GB",
    Uint8Array.from([...npy("").slice(0, 6), 2, 0, 255, 255, 255, 255]),
    "the header must hold at most 10000 bytes, got 4294967295",
  ],
  ["an empty header", npy(""), "the header must be a Python dict, got its end"],
  [
    "code in the header",
    npy("__import__('os').system('id')"),
    `the header must be a Python dict, got "__import__('os').sys"`,
  ],
  ["an expression", npy(header("(2 * 3,)")), `the header must be a Python dict, got "* 3,)}"`],
  [
    "an escape",
    npy(header("(2,)", "'\\x3cf8'")),
    `the header must be a Python dict, got "'\\\\x3cf8', 'fortran_"`,
  ],
  ["a comma too many", npy("{,}"), "the header must be a Python dict, got ,"],
  ["two dicts", npy("{} {}"), "the header must be a Python dict, got {"],
  ["an open dict", npy("{'a': 1"), "the header must be a Python dict, got its end"],
  ["a key that is a number", npy("{1: 1}"), "the header must be a Python dict, got 1"],
  [
    "a list for a dict",
    npy("[1, 2]"),
    "the header must have the keys descr, fortran_order, shape, got object",
  ],
  ["deep nesting", npy("[".repeat(5000)), "the header must not be nested deeper than 16"],
  [
    "a missing key",
    npy("{'descr': '<f8'}"),
    "the header must have the keys descr, fortran_order, shape, got descr",
  ],
  ["a key twice", npy("{'descr': 1, 'descr': 2}"), 'the header must name each key once, got "descr"'],
  [
    "a number for fortran_order",
    npy("{'descr': '<f8', 'fortran_order': 0, 'shape': ()}"),
    "the header must give fortran_order as True or False and shape as a tuple",
  ],
  ["a negative size", npy(header("(-1,)")), "the sizes of an array must be integers from 0 on, got [-1]"],
  ["text for a size", npy(header("('2',)")), "the sizes of an array must be integers from 0 on, got [2]"],
  ["65 axes", npy(header(`(${"1,".repeat(65)})`)), "an array must have at most 64 axes, got 65"],
  [
    "more elements than bytes",
    npy(header("(9007199254740991, 9007199254740991)")),
    "shape [9007199254740991, 9007199254740991] of 8 bytes each requires 6.490371073168533e+32 bytes, got 0",
  ],
  [
    "bytes too many",
    npy(header("(2,)", "'|u1'"), Uint8Array.of(1, 2, 3)),
    "shape [2] of 1 byte each requires 2 bytes, got 3",
  ],
  [
    "a boolean of 2",
    npy(header("(2,)", "'|b1'"), Uint8Array.of(1, 2)),
    "booleans must be 0 or 1, got 2 at element 1",
  ],
];
for (const [what, bytes, requirement] of hostile) {
  Deno.test(`readNpy() refuses ${what}`, () => {
    const error = assertThrows(() => readNpy(bytes), FormatError);
    assertEquals(error.message, `Cannot read npy: ${requirement}`);
  });
}

Deno.test("readNpy() reads the header of Python 2, with long integers", () => {
  assertEquals(readNpy(npy(header("(0L, 3L)"))).shape, [0, 3]);
});
