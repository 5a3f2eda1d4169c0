import { assertEquals, assertThrows } from "@std/assert";
import { FormatError } from "../../../lib/errors.ts";
import { type PickleValue, readPickle } from "../../../lib/io/mod.ts";
import fixtures from "../../fixtures/numpy/pickle_numpy2.json" with { type: "json" };
import { fromBase64 } from "../support/hostile.ts";

/** Bytes from text with one character per byte. */
const raw = (text: string): Uint8Array => {
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
  return bytes;
};
const messageOf = (bytes: Uint8Array): string => assertThrows(() => readPickle(bytes), FormatError).message;

const ALLOWED = "only dicts, lists, tuples, strings, bytes, numbers and NumPy arrays are allowed, got ";
const NUMBERS = "an array must hold floats of 2, 4 or 8 bytes, integers, booleans or text, got ";
const BEYOND = "integers must lie within ±9007199254740991, got one beyond";

/** What is refused in protocols 0, 2 and 4; one message if it is the same in all. */
const refusals: Record<string, string | string[]> = {
  "a call of os.system": `${ALLOWED}posix.system`,
  "a call of eval": ["__builtin__.eval", "__builtin__.eval", "builtins.eval"].map((name) => ALLOWED + name),
  "a set": ["__builtin__.set", "__builtin__.set", "a set"].map((name) => ALLOWED + name),
  "a frozen set": ["__builtin__.frozenset", "__builtin__.frozenset", "a set"].map((name) => ALLOWED + name),
  "an ordered dict": `${ALLOWED}collections.OrderedDict`,
  "a default dict": `${ALLOWED}collections.defaultdict`,
  "a complex number": ["__builtin__.complex", "__builtin__.complex", "builtins.complex"].map((n) =>
    ALLOWED + n
  ),
  "a date": `${ALLOWED}datetime.date`,
  "a decimal": `${ALLOWED}decimal.Decimal`,
  "a class": `${ALLOWED}numpy.float64`,
  "a function": ["__builtin__.len", "__builtin__.len", "builtins.len"].map((name) => ALLOWED + name),
  "a list that holds itself": "a list or dict must not hold itself",
  "an array of objects": `${NUMBERS}"O8"`,
  "an array of structures": `${NUMBERS}"V4"`,
  "an array of bytes": `${NUMBERS}"S2"`,
  "an integer of 2**53": BEYOND,
  "an integer of 2**70": BEYOND,
  "a negative integer of 2**70": BEYOND,
  "an array of long integers":
    "64-bit integers must lie within ±9007199254740991, got 9007199254740992 at element 0",
};
for (const { name, pickle } of fixtures.refused) {
  Deno.test(`readPickle() refuses what Python wrote: ${name}`, () => {
    const [what, protocol] = name.split(", protocol ") as [string, string];
    const message = refusals[what]!;
    const requirement = typeof message === "string" ? message : message[Number(protocol) / 2];
    assertEquals(messageOf(fromBase64(pickle)), `Cannot read pickle: ${requirement}`);
  });
}

Deno.test("readPickle() refuses a call of os.system, and runs nothing", async () => {
  const file = await Deno.makeTempFile();
  await Deno.remove(file);
  assertEquals(
    messageOf(raw(`cos\nsystem\n(S'touch ${file}'\ntR.`)),
    `Cannot read pickle: ${ALLOWED}os.system`,
  );
  assertEquals(await Deno.stat(file).catch((error) => error instanceof Deno.errors.NotFound), true);
});

Deno.test("readPickle() refuses an array whose bytes are outside the file", () => {
  assertEquals(
    messageOf(fromBase64(fixtures.out_of_band)),
    `Cannot read pickle: ${ALLOWED}a buffer outside the file`,
  );
});

const DTYPE = "cnumpy\ndtype\n(Vf8\nI0\nI1\ntR(I3\nV<\nNNNI-1\nI-1\nI0\ntb";
const ARRAY = "cnumpy.core.multiarray\n_reconstruct\n(cnumpy\nndarray\n(I0\ntVb\ntR";
const STATE = "only NumPy arrays and element types may have a state, and it must be as NumPy writes it";
const made = (of: string): string => `the arguments of ${of} must be those that NumPy or Python writes`;
const ONE_EACH = "bytes must be written as text with one character per byte";
const hostile: Record<string, [text: string, requirement: string]> = {
  "no bytes": ["", "the file must hold 1 more byte at byte 0, got 0"],
  "an unknown instruction": ["\xff.", "every instruction must be known, got byte 255"],
  "protocol 6": ["\x80\x06N.", "the protocol must be 0 to 5, got 6"],
  "a frame beyond the end": ["\x80\x04\x95\xff\0\0\0\0\0\0\0N.", "a frame must hold 255 bytes, got 2"],
  "text of 4 GB": ["X\xff\xff\xff\xffab.", "the file must hold 4294967295 more bytes at byte 5, got 3"],
  "bytes of 2**64": [
    "\x8e" + "\xff".repeat(8) + ".",
    "the file must hold 18446744073709552000 more bytes at byte 9, got 1",
  ],
  "text that is not UTF-8": ["\x8c\x01\xff.", "text must be UTF-8, got other bytes"],
  "a line without end": ["I12", "a line must end within the file"],
  "an integer in letters": ["Iabc\n.", 'a number must be written in digits, got "abc"'],
  "a float in words": ["F1.0.0\n.", 'a number must be written in digits, got "1.0.0"'],
  "a float of a million digits that ends in a letter": [
    `F${"1".repeat(1e6)}x\n.`,
    'a number must be written in digits, got "11111111111111111111"',
  ],
  "an integer of a million digits": [`L${"9".repeat(1e6)}L\n.`, BEYOND],
  "an integer of 4 GB": ["\x8b\xff\xff\xff\xff.", BEYOND],
  "a string without quotes": ["Sabc\n.", "a string must stand in quotes"],
  "an unknown escape": ["S'\\q'\n.", 'a string must hold known escapes, got "\\\\q"'],
  "half an escape": ["V\\u12\n.", 'text must hold whole escapes, got "\\\\u"'],
  "an escape beyond Unicode": ["V\\U00110000\n.", 'text must hold whole escapes, got "\\\\U00110000"'],
  "nothing on the stack": [".", "an instruction must find its values, got none"],
  "a value below the mark": ["K\x01(\x85.", "an instruction must find its values, got none"],
  "no mark": ["t.", "an instruction must find its mark, got none"],
  "two values": ["NN.", "one value must be left at the end, got 2"],
  "an open mark": ["(N.", "one value must be left at the end, got 1"],
  "bytes after the end": ["N.N.", "the file must end with its last instruction, got 2 bytes more"],
  "a value never remembered": ["h\x05.", "a value must be remembered before it is used, got number 5"],
  "an append to a number": ["K\x01K\x02a.", "values must be appended to a list, got something else"],
  "an entry of a list": ["]K\x01K\x02s.", "entries must be set in a dict, got something else"],
  "a key without value": ["(K\x01d.", "each key of a dict must have a value"],
  "a name that is a number": ["K\x01K\x02\x93.", "a name must be text"],
  "a name that moves the cursor": ["cos\n\x1b[2J\n.", `${ALLOWED}"os.\\u001b[2J"`],
  "a name of a million letters": [`c${"a".repeat(1e6)}\nb\n.`, `${ALLOWED}"${"a".repeat(80)}"`],
  "an object": ["(ios\nsystem\n.", `${ALLOWED}an object of os.system`],
  "a class on the stack": ["cnumpy\nndarray\n.", `${ALLOWED}numpy.ndarray`],
  "a new object": ["cnumpy\nndarray\n)\x81.", `${ALLOWED}an object of a class`],
  "a reference": ["Pabc\n.", `${ALLOWED}a reference to something outside the file`],
  "an extension": ["\x82\x01.", `${ALLOWED}a registered extension`],
  "a call of a number": ["K\x01)R.", "a call must name a function and give a tuple of arguments"],
  "a call of ndarray": ["cnumpy\nndarray\n)R.", `${ALLOWED}a call of numpy.ndarray`],
  "bytes(10**9)": ["cbuiltins\nbytes\nJ\0\xca\x9a\x3b\x85R.", made("builtins.bytes")],
  "another encoding": ["c_codecs\nencode\n(Va\nVrot13\ntR.", made("_codecs.encode")],
  "bytes beyond 255": ["c_codecs\nencode\n(V\\u0100\nVlatin1\ntR.", `${ONE_EACH}, got 256`],
  "bytes from a number": ["c_codecs\nencode\n(I1\nVlatin1\ntR.", ONE_EACH],
  "an element type that is a number": ["cnumpy\ndtype\n(I1\ntR.", made("numpy.dtype")],
  "another class of array": [
    "cnumpy.core.multiarray\n_reconstruct\n(I1\ntR.",
    made("numpy.core.multiarray._reconstruct"),
  ],
  "a scalar of nothing": ["cnumpy.core.multiarray\nscalar\n)R.", made("numpy.core.multiarray.scalar")],
  "an order of elements that is none": [
    `cnumpy.core.numeric\n_frombuffer\n(C\0${DTYPE}(I0\ntVA\ntR.`,
    made("numpy.core.numeric._frombuffer"),
  ],
  "an array without content": [`${ARRAY}.`, "an array must have content"],
  "an array that is its own content": [
    `${ARRAY}p1\n(I1\n(I1\nt${DTYPE}I00\ng1\ntb.`,
    "an array must be made of bytes, an element type and a shape",
  ],
  "an array with too few bytes": [
    `${ARRAY}(I1\n(I3\nt${DTYPE}I00\nC\x08${"\0".repeat(8)}tb.`,
    "shape [3] of 8 bytes each requires 24 bytes, got 8",
  ],
  "an array of 2**106 elements": [
    `${ARRAY}(I1\n(I9007199254740991\nI9007199254740991\nt${DTYPE}I00\nC\x08${"\0".repeat(8)}tb.`,
    "shape [9007199254740991, 9007199254740991] of 8 bytes each requires 6.490371073168533e+32 bytes, got 8",
  ],
  "an array of -1 elements": [
    `${ARRAY}(I1\n(I-1\nt${DTYPE}I00\nC\0tb.`,
    "the sizes of an array must be integers from 0 on, got [-1]",
  ],
  "text beyond Unicode": [
    `${ARRAY}(I1\n(I1\nt${DTYPE.replace("f8", "U1")}I00\nC\x04\0\0\x11\0tb.`,
    "text of type <U1 must be Unicode, got 1114112",
  ],
  "text without characters": ["cnumpy\ndtype\n(VU0\ntR.", `${NUMBERS}"U0"`],
  "text on two axes": [
    `${ARRAY}(I1\n(I1\nI1\nt${DTYPE.replace("f8", "U1")}I00\nC\x04a\0\0\0tb.`,
    "an array of text must have one axis, got 2",
  ],
  "a structure of fields": [
    `cnumpy\ndtype\n(Vf8\ntR(I3\nV<\nN(Va\nt}I-1\nI-1\nI0\ntb.`,
    "the element type of an array must be a plain one, got a structure",
  ],
  "a state of a number": ["K\x01)b.", STATE],
  "a state that is short": [`${ARRAY}(I1\ntb.`, STATE],
};
for (const [what, [text, requirement]] of Object.entries(hostile)) {
  Deno.test(`readPickle() refuses ${what}`, () => {
    assertEquals(messageOf(raw(text)), `Cannot read pickle: ${requirement}`);
  });
}

Deno.test("readPickle() refuses tuples, lists and dicts nested a million deep", () => {
  const deep = "values must not be nested deeper than 500";
  assertEquals(messageOf(raw(")" + "\x85".repeat(1e6) + ".")), `Cannot read pickle: ${deep}`);
  assertEquals(messageOf(raw("]".repeat(1e6) + "a".repeat(1e6 - 1) + ".")), `Cannot read pickle: ${deep}`);
  assertEquals(messageOf(raw("}N".repeat(1e6) + "N" + "s".repeat(1e6) + ".")), `Cannot read pickle: ${deep}`);
});

Deno.test("readPickle() reads doublings of doublings in the time of their length", () => {
  // t = (t, t), four hundred times over nothing: 2^400 leaves, 400 tuples
  let value = readPickle(raw("N" + "2\x86".repeat(400) + ".")) as PickleValue[];
  let depth = 0;
  for (; value !== null; depth++) value = value[1] as PickleValue[];
  assertEquals(depth, 400);
});

Deno.test("readPickle() refuses to turn one text into bytes again and again", () => {
  const size = 1e5;
  const text = `X\xa0\x86\x01\0${"a".repeat(size)}q\x010c_codecs\nencode\nq\x02Vlatin1\nq\x0300(`;
  assertEquals(
    messageOf(raw(text + "h\x02h\x01h\x03\x86R".repeat(100) + "l.")),
    "Cannot read pickle: arrays must not need more than 4 times the bytes of the file",
  );
});

Deno.test("readPickle() keeps a place in the memory for what is remembered, not for its number", () => {
  assertEquals(readPickle(raw("K\x01r\xff\xff\xff\xff0j\xff\xff\xff\xff.")), 1);
});
