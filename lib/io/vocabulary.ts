import { type Failure, failure, type ReadOptions } from "./failure.ts";
import { isRecord, parseJson } from "./json.ts";
import { readPickle } from "./pickle/pickle.ts";
import { readBytes, type Source } from "./source.ts";
import { decodeUtf8 } from "./text.ts";

/** How a vocabulary is written. */
export type VocabularyFormat = "json" | "text" | "pickle";

/** How {@linkcode readVocabulary} reads. */
export interface VocabularyOptions extends ReadOptions {
  /** How the words are written; by default by the end of the path: `.json`, `.txt` (text), anything else is a pickle. */
  readonly format?: VocabularyFormat;
}

/**
 * Reads the words of a vocabulary in the order of their ids: a list or a `{ word: id }` dict, as JSON or as a Python
 * pickle, or text with one word per line.
 *
 * @throws {FormatError} If a word is missing, empty or there twice, an id is missing, or the file is not what it says.
 *
 * @example A dict of words and ids
 * ```ts
 * import { readVocabulary } from "@relprop/lrp/io";
 * import { assertEquals } from "@std/assert";
 *
 * const bytes = new TextEncoder().encode('{"good": 1, "the": 0}');
 * assertEquals(readVocabulary(bytes, { format: "json" }), ["the", "good"]);
 * ```
 */
export function readVocabulary(bytes: Uint8Array, { path, format }: VocabularyOptions = {}): string[] {
  const fail = failure("vocabulary", path);
  const words = inIdOrder(parse(bytes, format ?? formatOf(path), { path, fail }), fail);
  const seen = new Set<string>();
  for (const [id, word] of words.entries()) {
    if (typeof word !== "string" || word === "") {
      const got = word === "" ? "an empty one" : "another value";
      throw fail(`every word must be a text that is not empty, got ${got} at ${id}`);
    }
    if (seen.has(word)) throw fail(`every word must be there once, got ${JSON.stringify(word)} twice`);
    seen.add(word);
  }
  return words as string[];
}

/**
 * Reads the words of a vocabulary from a path or an address, as {@linkcode readVocabulary} does.
 *
 * @throws {FormatError} If the file is not what it says.
 * @throws {Deno.errors.NotFound} If there is no such file.
 *
 * @example
 * ```ts
 * import { loadVocabulary } from "@relprop/lrp/io";
 * import { assertEquals } from "@std/assert";
 *
 * const words = await loadVocabulary(new URL('data:application/json,["the", "good"]'), { format: "json" });
 * assertEquals(words, ["the", "good"]);
 * ```
 */
export async function loadVocabulary(
  source: Source,
  { format }: { format?: VocabularyFormat } = {},
): Promise<string[]> {
  return readVocabulary(await readBytes(source), { path: String(source), ...(format && { format }) });
}

function formatOf(path = ""): VocabularyFormat {
  return /\.json$/i.test(path) ? "json" : /\.txt$/i.test(path) ? "text" : "pickle";
}

function parse(
  bytes: Uint8Array,
  format: VocabularyFormat,
  { path, fail }: { path: string | undefined; fail: Failure },
): unknown {
  if (format === "pickle") return readPickle(bytes, { path });
  if (format === "text") {
    return decodeUtf8(bytes, fail).replace(/^\uFEFF/, "").replace(/\r?\n$/, "").split(/\r?\n/);
  }
  const value = parseJson(bytes, "the file", fail);
  return isRecord(value) ? new Map(Object.entries(value)) : value;
}

function inIdOrder(value: unknown, fail: Failure): unknown[] {
  if (Array.isArray(value)) return value;
  if (!(value instanceof Map)) throw fail("the file must hold a list of words or a dict of words and ids");
  const words: unknown[] = Array.from({ length: value.size });
  for (const [word, id] of value) {
    if (!Number.isInteger(id) || id < 0 || id >= value.size || words[id] !== undefined) {
      throw fail(`the ids must be 0 to ${value.size - 1}, each once, got ${show(id)} for ${show(word)}`);
    }
    words[id] = word;
  }
  return words;
}

/** Only what is short is shown; a pickle can hold values that would take forever to write out. */
function show(value: unknown): string {
  return typeof value === "string" || typeof value === "number" ? JSON.stringify(value) : "another value";
}
