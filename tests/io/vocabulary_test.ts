import { assertEquals, assertThrows } from "@std/assert";
import { FormatError } from "../../lib/errors.ts";
import { loadVocabulary, readVocabulary, type VocabularyFormat } from "../../lib/io/mod.ts";
import numpy2 from "../fixtures/numpy/pickle_numpy2.json" with { type: "json" };
import { fromBase64 } from "./support/hostile.ts";

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

Deno.test("readVocabulary() reads a list and a dict of JSON", () => {
  const options = { format: "json" } as const;
  assertEquals(readVocabulary(bytes('["the", "naïve", "😀"]'), options), ["the", "naïve", "😀"]);
  assertEquals(readVocabulary(bytes('{"b": 1, "__proto__": 2, "a": 0}'), options), ["a", "b", "__proto__"]);
  assertEquals(readVocabulary(bytes("[]"), options), []);
});

Deno.test("readVocabulary() reads text of one word per line, with either line end, with or without the last", () => {
  const options = { format: "text" } as const;
  assertEquals(readVocabulary(bytes("the\nof course\n"), options), ["the", "of course"]);
  assertEquals(readVocabulary(bytes("\uFEFFthe\r\n[unk]"), options), ["the", "[unk]"]);
});

Deno.test("readVocabulary() reads a list, a dict and an array of text from a pickle", () => {
  assertEquals(readVocabulary(bytes("(lVthe\naVa\na.")), ["the", "a"]);
  assertEquals(readVocabulary(bytes("(dVthe\nI1\nsVa\nI0\ns.")), ["a", "the"]);
  const array = numpy2.cases.find(({ name }) => name === "long dict, protocol 4")!;
  assertEquals(readVocabulary(fromBase64(array.pickle)).at(-1), "259");
});

Deno.test("loadVocabulary() takes the format from the end of the path", async () => {
  const folder = await Deno.makeTempDir();
  for (const [name, text] of Object.entries({ "v.json": '["x"]', "v.txt": "x\n", "vocab": "(lVx\na." })) {
    await Deno.writeTextFile(`${folder}/${name}`, text);
    assertEquals(await loadVocabulary(`${folder}/${name}`), ["x"]);
    assertEquals(await loadVocabulary(new URL(`file://${folder}/${name}`)), ["x"]);
  }
  assertEquals(await loadVocabulary(`${folder}/v.txt`, { format: "text" }), ["x"]);
  await Deno.remove(folder, { recursive: true });
});

const refusals: [what: string, text: string, format: VocabularyFormat, requirement: string][] = [
  ["what is no JSON", "[", "json", "the file must be JSON"],
  ["a number", "3", "json", "the file must hold a list of words or a dict of words and ids"],
  ["null", "null", "json", "the file must hold a list of words or a dict of words and ids"],
  [
    "a word that is a number",
    '["a", 2]',
    "json",
    "every word must be a text that is not empty, got another value at 1",
  ],
  [
    "an empty word",
    '["a", ""]',
    "json",
    "every word must be a text that is not empty, got an empty one at 1",
  ],
  ["an empty line", "a\n\nb", "text", "every word must be a text that is not empty, got an empty one at 1"],
  ["a word twice", "a\nb\na", "text", 'every word must be there once, got "a" twice'],
  ["a gap in the ids", '{"a": 0, "b": 2}', "json", 'the ids must be 0 to 1, each once, got 2 for "b"'],
  ["an id twice", '{"a": 0, "b": 0}', "json", 'the ids must be 0 to 1, each once, got 0 for "b"'],
  ["an id of 0.5", '{"a": 0.5}', "json", 'the ids must be 0 to 0, each once, got 0.5 for "a"'],
  [
    "an id that is a list",
    "(dVa\n]s.",
    "pickle",
    'the ids must be 0 to 0, each once, got another value for "a"',
  ],
  [
    "a word that is a number in a dict",
    "(dI1\nI0\ns.",
    "pickle",
    "every word must be a text that is not empty, got another value at 0",
  ],
  [
    "an id that would take forever to write out",
    `(dVa\n]${"2\x86".repeat(200)}s.`,
    "pickle",
    'the ids must be 0 to 0, each once, got another value for "a"',
  ],
];
for (const [what, text, format, requirement] of refusals) {
  Deno.test(`readVocabulary() refuses ${what}`, () => {
    const raw = format === "pickle" ? Uint8Array.from(text, (letter) => letter.charCodeAt(0)) : bytes(text);
    const error = assertThrows(() => readVocabulary(raw, { path: "v", format }), FormatError);
    assertEquals(error.message, `Cannot read vocabulary "v": ${requirement}`);
  });
}

Deno.test("readVocabulary() refuses text that is not UTF-8", () => {
  const error = assertThrows(() => readVocabulary(Uint8Array.of(255), { format: "text" }), FormatError);
  assertEquals(error.message, "Cannot read vocabulary: text must be UTF-8, got other bytes");
});
