/** Numbers of an array on their way into a page: their bytes in base64, little-endian. */
export interface PackedArray {
  /** `f4` where every number is a float32, so that nothing is lost, else `f8`. */
  readonly type: "f4" | "f8";
  /** The sizes, row-major. */
  readonly shape: readonly number[];
  /** The bytes. */
  readonly bytes: string;
}

/** A cell in one direction: its parameters by the names that its builder gives them, gates in their usual order. */
export type PackedCell = Readonly<Record<string, PackedArray>>;

/** A recurrent classifier on its way into a page. */
export interface PackedModel {
  /** What its cells are. */
  readonly kind: "lstm" | "gru";
  /** From the input upward. */
  readonly layers: readonly { readonly forward: PackedCell; readonly reverse?: PackedCell }[];
  /** `[K, units]`. */
  readonly outputWeights: PackedArray;
  /** `[K]`. */
  readonly outputBias: PackedArray;
  /** The names of the classes. */
  readonly labels: readonly string[];
  /** Absent for a net without words. */
  readonly embeddings?: PackedArray;
  /** The words of the embeddings, by row. */
  readonly vocabulary?: readonly string[];
  /** The word for words that are not known. */
  readonly unknownToken?: string;
}

/** A layer of a network graph. */
export interface PackedLayer {
  /** The name of the layer and of its output. */
  readonly name: string;
  /** The names of the values that it is given. */
  readonly inputs: readonly string[];
  /** What it is: `dense`, `convolution`, … */
  readonly kind: string;
  /** The numbers and words that shape it. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** Its parameters by name. */
  readonly parameters: Readonly<Record<string, PackedArray>>;
}

/** A network graph on its way into a page. */
export interface PackedNetwork {
  /** The name of the input. */
  readonly input: string;
  /** The name of the output. */
  readonly output: string;
  /** The layers, each after those that it reads from. */
  readonly layers: readonly PackedLayer[];
  /** The names of the classes; none if they have none. */
  readonly labels: readonly string[];
}

/** What the reader of a page can change. */
export interface ExploreSettings {
  /** The class that is explained; -1 for the predicted one. */
  readonly target: number;
  /** The stabilizer of LRP. */
  readonly epsilon: number;
  /** The part of bias and stabilizer that is sent down; of recurrent nets. */
  readonly biasFactor: number;
  /** What gates and signals get; of recurrent nets. */
  readonly productRule: "all" | "half" | "prop" | "abs";
  /** How much positive weights are favored; of network graphs. */
  readonly gamma: number;
}

/** What all pages get. */
export interface CommonPayload {
  /** Where the controls stand at first. */
  readonly settings: ExploreSettings;
  /** The colors of the widget. */
  readonly theme: "light" | "dark";
}

/** What a page of words gets. */
export interface SequencePayload extends CommonPayload {
  /** The network. */
  readonly model: PackedModel;
  /** The words, or what each step stands for. */
  readonly tokens: readonly string[];
  /** The input vectors `[T, E]` of a net without words. */
  readonly values?: PackedArray;
}

/** What a page of an image, or of other numbers, gets. */
export interface NetworkPayload extends CommonPayload {
  /** The network. */
  readonly network: PackedNetwork;
  /** The numbers that it is given. */
  readonly input: PackedArray;
}

/** All that a page gets. */
export type ExplorePayload = SequencePayload | NetworkPayload;

/** Packs numbers, as float32 where that loses nothing. */
export function packArray(values: Float64Array, shape: readonly number[]): PackedArray {
  const isSingle = values.every((value) => Math.fround(value) === value);
  const data = isSingle ? Float32Array.from(values) : values.slice();
  const bytes = new Uint8Array(data.buffer);
  let binary = "";
  for (let from = 0; from < bytes.length; from += 32768) {
    binary += String.fromCharCode(...bytes.subarray(from, from + 32768));
  }
  return { type: isSingle ? "f4" : "f8", shape, bytes: btoa(binary) };
}

/** The numbers of a packed array. */
export function unpackArray({ type, bytes }: PackedArray): Float64Array {
  const { buffer } = Uint8Array.from(atob(bytes), (character) => character.charCodeAt(0));
  return type === "f8" ? new Float64Array(buffer) : Float64Array.from(new Float32Array(buffer));
}
