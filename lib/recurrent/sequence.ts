import { formatList, UnknownTokenError } from "../errors.ts";
import { contiguous, requireFinite, requireShape, tensor } from "../tensor/mod.ts";
import type { NumericArray, Tensor } from "../tensor/mod.ts";

/**
 * What a recurrent classifier reads: a text, tokens, token ids, or the input vectors themselves (`[T, E]`, with the
 * tokens they stand for if there are any).
 */
export type SequenceInput =
  | string
  | readonly string[]
  | { readonly ids: ArrayLike<number> }
  | { readonly values: NumericArray; readonly tokens?: readonly string[] };

/** An input as the network sees it: one vector per step, and the token it stands for. */
export interface Sequence {
  /** What each step stands for; the step's number where there is no vocabulary. */
  readonly tokens: readonly string[];
  /** Input vectors `[T, E]`. */
  readonly values: Tensor;
  /** The rows of the embeddings that the vectors are, where they come from there. */
  readonly ids?: ArrayLike<number>;
  /** Cautions about the reading, such as words that the vocabulary does not hold. */
  readonly notes?: readonly string[];
}

/** How token ids become vectors: the table of vectors, and the words that its rows stand for. */
export interface TokenTable {
  /** One vector per word, `[V, E]`. */
  readonly embeddings?: NumericArray;
  /** The words, by row. */
  readonly vocabulary?: readonly string[];
  /** The word that stands in for words that the vocabulary does not hold; without one they are an error. */
  readonly unknownToken?: string;
  /** Cuts a text into words; by default at white space. */
  readonly tokenize?: (text: string) => string[];
}

const ACTION = "read the input";

/** Looks up the vectors of an input. The ids of words come from `ids`, the inverse of the vocabulary. */
export function encodeSequence(
  input: SequenceInput,
  table: TokenTable,
  { inputSize, ids }: { inputSize: number; ids: ReadonlyMap<string, number> },
): Sequence {
  const again = rowsBehind(input)?.again(table);
  if (again) return again;
  if (typeof input === "string" || isWords(input)) {
    const words = typeof input === "string" ? (table.tokenize ?? splitAtSpaces)(input) : [...input];
    const { found, unknown } = idsOf(words, table, ids);
    if (unknown.length === 0) return lookUp(found, table, { inputSize, words });
    const note = `read as ${table.unknownToken}, since the vocabulary does not hold them: ${
      formatList(unknown)
    }`;
    return lookUp(found, table, { inputSize, words, notes: [note] });
  }
  if (typeof input === "object" && input !== null && "values" in input) {
    const { values, tokens } = input;
    requireShape(values.shape, [-1, inputSize], { action: ACTION, where: "values" });
    const steps = values.shape[0]!;
    requireNotEmpty(steps);
    if (tokens !== undefined && tokens.length !== steps) {
      throw new RangeError(
        `Cannot ${ACTION}: tokens must be as many as values, got ${tokens.length} and ${steps}`,
      );
    }
    const flat = contiguous(values);
    requireFinite(flat, values.shape, { action: ACTION, where: "values" });
    return {
      tokens: tokens ? [...tokens] : Array.from({ length: steps }, (_, i) => `${i}`),
      // A copy: what the caller does to the array later must not reach a pass that is already run.
      values: tensor(flat.slice(), [steps, inputSize]),
    };
  }
  if (typeof input === "object" && input !== null && "ids" in input) {
    return lookUp(input.ids, table, { inputSize });
  }
  throw new TypeError(
    `Cannot ${ACTION}: it must be a text, tokens, { ids } or { values }, got ${String(input)}`,
  );
}

/**
 * The input with the vectors at some positions set to zero, which is how word deletion experiments delete words.
 *
 * **Shapes** `[T, E]` -> `[T, E]`; the input is left as it is.
 *
 * @throws {RangeError} If a position does not exist.
 *
 * @example Deleting the second step
 * ```ts
 * import { deleteTokens } from "@relprop/lrp/recurrent";
 * import { tensor } from "@relprop/lrp/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * const sequence = { tokens: ["a", "b"], values: tensor([[1, 2], [3, 4]]) };
 * assertEquals([...deleteTokens(sequence, [1]).values.data], [1, 2, 0, 0]);
 * ```
 */
export function deleteTokens(sequence: Sequence, positions: Iterable<number>): Sequence {
  const [steps, size] = sequence.values.shape as [number, number];
  const values = contiguous(sequence.values).slice();
  for (const position of positions) {
    if (!(Number.isInteger(position) && position >= 0 && position < steps)) {
      throw new RangeError(
        `Cannot delete tokens: a position must be an integer from 0 to ${steps - 1}, got ${position}`,
      );
    }
    values.fill(0, position * size, (position + 1) * size);
  }
  return { tokens: sequence.tokens, values: tensor(values, [steps, size]) };
}

function isWords(input: SequenceInput): input is readonly string[] {
  return Array.isArray(input);
}

function splitAtSpaces(text: string): string[] {
  return text.split(/\s+/).filter((word) => word !== "");
}

function idsOf(
  words: readonly string[],
  table: TokenTable,
  ids: ReadonlyMap<string, number>,
): { found: number[]; unknown: string[] } {
  if (table.vocabulary === undefined) {
    throw new TypeError(
      `Cannot ${ACTION}: words need a vocabulary, and this network has none; give { ids } or { values }`,
    );
  }
  const fallback = table.unknownToken === undefined ? undefined : ids.get(table.unknownToken);
  const unknown = new Set<string>();
  const found = words.map((word) => {
    const id = ids.get(word);
    if (id === undefined) unknown.add(String(word));
    return id ?? fallback ?? 0;
  });
  if (unknown.size > 0 && fallback === undefined) {
    const tokens = [...unknown];
    throw new UnknownTokenError(
      `Cannot ${ACTION}: every word must be in the vocabulary of ${table.vocabulary.length}, got ${
        formatList(tokens)
      }`,
      { tokens },
    );
  }
  return { found, unknown: [...unknown] };
}

function lookUp(
  ids: ArrayLike<number>,
  table: TokenTable,
  { inputSize, words, notes }: {
    inputSize: number;
    words?: readonly string[];
    notes?: readonly string[];
  },
): Sequence {
  const { embeddings, vocabulary } = table;
  if (embeddings === undefined) {
    throw new TypeError(`Cannot ${ACTION}: ids need embeddings, and this network has none; give { values }`);
  }
  requireNotEmpty(ids.length);
  const rows = embeddings.shape[0]!, own: number[] = [];
  for (let step = 0; step < ids.length; step++) {
    const id = ids[step]!;
    if (!(Number.isInteger(id) && id >= 0 && id < rows)) {
      throw new RangeError(
        `Cannot ${ACTION}: an id must be an integer from 0 to ${rows - 1}, got ${id} at ${step}`,
      );
    }
    own.push(id);
  }
  return new IdSequence(own, { embeddings, vocabulary, inputSize, words, notes });
}

const behind = new WeakMap<object, IdSequence>();

function rowsBehind(input: SequenceInput): IdSequence | undefined {
  if (input instanceof IdSequence) return input;
  return typeof input === "object" && input !== null ? behind.get(input) : undefined;
}

/** The same as plain data, whose fields survive a copy. */
export function plainSequence(sequence: Sequence): Sequence {
  if (!(sequence instanceof IdSequence)) return sequence;
  const { ids, notes } = sequence;
  const plain: Sequence = {
    ids,
    get tokens(): readonly string[] {
      return sequence.tokens;
    },
    get values(): Tensor {
      return sequence.values;
    },
    ...(notes && { notes }),
  };
  behind.set(plain, sequence);
  return plain;
}

/** Rows of a table; tokens and vectors are made when they are asked for: kernels have the table, and many nobody reads. */
class IdSequence implements Sequence {
  /** A list, since there may be very many: a short one lies on the heap, a typed array outside of it. */
  readonly ids: readonly number[];
  readonly notes?: readonly string[];
  readonly #embeddings: NumericArray;
  readonly #vocabulary: readonly string[] | undefined;
  readonly #inputSize: number;
  #tokens: readonly string[] | undefined;
  #values: Tensor | undefined;

  constructor(ids: readonly number[], { embeddings, vocabulary, inputSize, words, notes }: {
    embeddings: NumericArray;
    vocabulary: readonly string[] | undefined;
    inputSize: number;
    words: readonly string[] | undefined;
    notes: readonly string[] | undefined;
  }) {
    this.ids = ids;
    if (notes) this.notes = notes;
    this.#embeddings = embeddings;
    this.#vocabulary = vocabulary;
    this.#inputSize = inputSize;
    this.#tokens = words;
  }

  get tokens(): readonly string[] {
    return this.#tokens ??= this.ids.map((id) => this.#vocabulary?.[id] ?? `${id}`);
  }

  get values(): Tensor {
    return this.#values ??= rowsOf(this.#embeddings, this.ids, this.#inputSize);
  }

  /** The same input, read anew; nothing if it is of another table, or if somebody wrote into its vectors. */
  again({ embeddings }: TokenTable): IdSequence | undefined {
    const values = this.#values?.data, inputSize = this.#inputSize;
    if (embeddings !== this.#embeddings) return undefined;
    for (let i = 0; i < (values?.length ?? 0); i++) {
      if (values![i] !== embeddings.get(this.ids[Math.floor(i / inputSize)]!, i % inputSize)) {
        return undefined;
      }
    }
    const again = new IdSequence(this.ids, {
      embeddings,
      vocabulary: this.#vocabulary,
      inputSize,
      words: this.#tokens,
      notes: this.notes,
    });
    if (values) again.#values = tensor(values.slice(), this.#values!.shape);
    return again;
  }
}

function rowsOf(embeddings: NumericArray, ids: readonly number[], inputSize: number): Tensor {
  const values = new Float64Array(ids.length * inputSize), shape = [ids.length, inputSize];
  ids.forEach((id, step) => {
    for (let k = 0; k < inputSize; k++) values[step * inputSize + k] = embeddings.get(id, k);
  });
  requireFinite(values, shape, { action: ACTION, where: "embeddings of the input" });
  return tensor(values, shape);
}

function requireNotEmpty(steps: number): void {
  if (steps === 0) throw new RangeError(`Cannot ${ACTION}: it must have at least one token, got none`);
}
