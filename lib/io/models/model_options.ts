import { failure } from "../failure.ts";
import { beside, readBytesIfAny, type Source } from "../source.ts";
import { readJsonWords } from "../words.ts";

/** What the file of a model's weights does not say. */
export interface ModelOptions {
  /** The words by row of the embeddings, or the file that holds them. */
  readonly vocabulary?: readonly string[] | Source | undefined;
  /** The names of the classes; their numbers if left out. */
  readonly labels?: readonly string[] | undefined;
  /** The word that stands in for words that the vocabulary does not hold; without one they are an error. */
  readonly unknownToken?: string | undefined;
  /** Cuts a text into words; by default at white space. */
  readonly tokenize?: ((text: string) => string[]) | undefined;
}

/** The options of a classifier, with its words and labels at hand. */
export interface ResolvedOptions {
  readonly vocabulary?: readonly string[];
  readonly labels?: readonly string[];
  readonly unknownToken?: string;
  readonly tokenize?: (text: string) => string[];
}

/**
 * Reads the vocabulary that the options name.
 *
 * @param file The file of the weights: where options are left out, `vocabulary.json` and `labels.json` beside it are
 * read, if they are there.
 */
export async function resolveOptions(options: ModelOptions, file?: Source): Promise<ResolvedOptions> {
  const { unknownToken, tokenize } = options;
  const vocabulary = options.vocabulary === undefined
    ? await wordsBeside(file, "vocabulary.json")
    : await wordsFrom(options.vocabulary);
  const labels = options.labels ?? await wordsBeside(file, "labels.json");
  return {
    ...(vocabulary && { vocabulary }),
    ...(labels && { labels }),
    ...(unknownToken !== undefined && { unknownToken }),
    ...(tokenize && { tokenize }),
  };
}

async function wordsFrom(given: readonly string[] | Source): Promise<readonly string[]> {
  if (typeof given !== "string" && !(given instanceof URL)) return given;
  const { loadVocabulary } = await import("../vocabulary.ts");
  return await loadVocabulary(given);
}

async function wordsBeside(file: Source | undefined, name: string): Promise<string[] | undefined> {
  if (file === undefined) return undefined;
  const path = beside(file, name), bytes = await readBytesIfAny(path);
  return bytes && readJsonWords(bytes, failure("vocabulary", String(path)));
}
