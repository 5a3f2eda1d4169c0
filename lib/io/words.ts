import type { Failure } from "./failure.ts";
import { isRecord, parseJson } from "./json.ts";

/** The words of a list, or of a dict of words and ids, in JSON. */
export function readJsonWords(bytes: Uint8Array, fail: Failure): string[] {
  const value = parseJson(bytes, "the file", fail);
  return wordsOf(isRecord(value) ? new Map(Object.entries(value)) : value, fail);
}

/** The words of a list, or of a dict of words and ids, in the order of their ids: each a text, and there once. */
export function wordsOf(value: unknown, fail: Failure): string[] {
  const words = inIdOrder(value, fail);
  const wrong = words.findIndex((word) => typeof word !== "string" || word === "");
  if (wrong >= 0) {
    const got = words[wrong] === "" ? "an empty one" : "another value";
    throw fail(`every word must be a text that is not empty, got ${got} at ${wrong}`);
  }
  if (new Set(words).size < words.length) {
    const seen = new Set<unknown>();
    const twice = words.find((word) => seen.size === seen.add(word).size);
    throw fail(`every word must be there once, got ${JSON.stringify(twice)} twice`);
  }
  return words as string[];
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
