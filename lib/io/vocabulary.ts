import { failure, type ReadOptions } from "./failure.ts";
import { readPickle } from "./pickle/pickle.ts";
import { readBytes, type Source } from "./source.ts";
import { decodeUtf8 } from "./text.ts";
import { readJsonWords, wordsOf } from "./words.ts";

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
  switch (format ?? formatOf(path)) {
    case "json":
      return readJsonWords(bytes, fail);
    case "text":
      return wordsOf(linesOf(decodeUtf8(bytes, fail)), fail);
    case "pickle":
      return wordsOf(readPickle(bytes, { path }), fail);
  }
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

function linesOf(text: string): string[] {
  return text.replace(/^\uFEFF/, "").replace(/\r?\n$/, "").split(/\r?\n/);
}
