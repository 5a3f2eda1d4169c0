import { assert, assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import { FormatError } from "../../../lib/errors.ts";
import { type PickleValue, readPickle } from "../../../lib/io/mod.ts";
import numpy1 from "../../fixtures/numpy/pickle_numpy1.json" with { type: "json" };
import numpy2 from "../../fixtures/numpy/pickle_numpy2.json" with { type: "json" };
import { assertBitFlipsAreHandled, assertEveryTruncationFails, fromBase64 } from "../support/hostile.ts";
import { plain } from "../support/plain.ts";

/** Bytes from text with one character per byte. */
const raw = (text: string): Uint8Array => Uint8Array.from(text, (letter) => letter.charCodeAt(0));
const read = (text: string): PickleValue => readPickle(raw(text));
const find = (name: string): Uint8Array => fromBase64(numpy2.cases.find((one) => one.name === name)!.pickle);

const LONG: Record<string, unknown> = {
  "long list": Array(1001).fill(0),
  "long dict": { dict: Array.from({ length: 260 }, (_, i) => [`${i}`, i]) },
};
for (const [version, { cases }] of [["1.26.4", numpy1], ["2.4.6", numpy2]] as const) {
  for (const { name, value, pickle } of cases) {
    Deno.test(`readPickle() reads what Python and NumPy ${version} wrote: ${name}`, () => {
      const expected = typeof value === "string" ? LONG[value] : value;
      assertEquals(plain(readPickle(fromBase64(pickle))), expected);
    });
  }
}

Deno.test("readPickle() gives one object for what the pickle shares", () => {
  const arrays = readPickle(find("shared array, protocol 4")) as PickleValue[];
  assertStrictEquals(arrays[0], arrays[2]);
});

Deno.test("readPickle() reads the strings of Python 2", () => {
  assertEquals(read(`(lp0\nS'a\\x41\\\\\\'\\n\\r\\t'\np1\naS"it's"\na.`), ["aA\\'\n\r\t", "it's"]);
  assertEquals(read("\x80\x02](T\x02\0\0\0\xe9bU\x01ce."), ["éb", "c"]);
});

Deno.test("readPickle() reads an array whose bytes Python 2 wrote as a string", () => {
  const array = read(
    "\x80\x02cnumpy.core.multiarray\n_reconstruct\ncnumpy\nndarray\nK\0\x85U\x01b\x87R" +
      "(K\x01K\x02\x85cnumpy\ndtype\nU\x02i2K\0K\x01\x87R(K\x03U\x01>NNNJ\xff\xff\xff\xffJ\xff\xff\xff\xffK\0tb" +
      "\x89U\x04\x01\0\0\x02tb.",
  );
  assertEquals(plain(array), { array: [256, 2], shape: [2], dtype: "int16" });
});

Deno.test("readPickle() follows the instructions that move values about", () => {
  // 1 2 POP -> 1; MARK POP removes the mark; MARK 3 POP_MARK; DUP -> 1 1 -> (1, 1)
  assertEquals(read("K\x01K\x020(0(K\x0312\x86."), [1, 1]);
  // PUT, BINPUT, LONG_BINPUT, MEMOIZE and what recalls them
  assertEquals(read("](K\x07p300\nK\x08q\x01K\x09r\xff\xff\xff\xffg300\nh\x01j\xff\xff\xff\xffe."), [
    7,
    8,
    9,
    7,
    8,
    9,
  ]);
  assertEquals(read("](K\x05\x94K\x06\x94h\x01h\0e."), [5, 6, 6, 5]);
});

Deno.test("readPickle() refuses every truncation", () => {
  for (
    const name of [
      "collections, protocol 0",
      "collections, protocol 5",
      "layouts, protocol 1",
      "scalars, protocol 4",
    ]
  ) {
    assertEveryTruncationFails(find(name), readPickle);
  }
});

Deno.test("readPickle() survives every turned bit", async () => {
  for (
    const name of [
      "collections, protocol 0",
      "collections, protocol 4",
      "layouts, protocol 2",
      "layouts, protocol 5",
    ]
  ) {
    const { read, refused } = await assertBitFlipsAreHandled(find(name), readPickle);
    assert(read > 0 && refused > 0, `${name}: ${read} read, ${refused} refused`);
  }
});

Deno.test("readPickle() survives random instructions", () => {
  let state = 1;
  const random = (below: number): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor(state / 2 ** 32 * below);
  };
  const pieces = [
    ..."().012NIJKMTUX]aetu}dslq\x94h\x85\x86\x87\x88\x89\x8cRb\x8a\x93",
    "K\x01",
    "h\0",
    "](",
    "(K\x01",
    "\x8c\x01a",
  ];
  let read = 0;
  for (let run = 0; run < 20_000; run++) {
    const length = 1 + random(30);
    const text = Array.from({ length }, () => pieces[random(pieces.length)]).join("") + ".";
    try {
      readPickle(raw(text));
      read++;
    } catch (error) {
      assert(error instanceof FormatError, `${JSON.stringify(text)}: ${error}`);
    }
  }
  assert(read > 100, `${read} read`);
});

Deno.test("readPickle() names its file and the place in its errors", () => {
  const error = assertThrows(() => readPickle(raw("K\x01K\x02."), { path: "model" }), FormatError);
  assertEquals([error.message, error.path, error.offset], [
    'Cannot read pickle "model": one value must be left at the end, got 2',
    "model",
    5,
  ]);
});
