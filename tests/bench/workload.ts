import { type RandomGenerator, randomGenerator } from "../../lib/random.ts";
import { gruClassifier, lstmClassifier, type RecurrentClassifier } from "../../lib/recurrent/mod.ts";
import { type Tensor, tensor } from "../../lib/tensor/mod.ts";
import { SST_LENGTHS } from "./lengths.ts";

/** A bidirectional net with made-up weights, and sequences of made-up ids for it. */
export interface Workload {
  readonly name: string;
  readonly model: RecurrentClassifier;
  readonly inputs: readonly { readonly ids: Int32Array }[];
  /** Writes weights and ids where the peers read them. */
  write(folder: string): Promise<void>;
}

/** Sizes of a workload. */
export interface WorkloadOptions {
  readonly inputSize: number;
  readonly hiddenSize: number;
  readonly classes: number;
  readonly vocabulary: number;
  readonly lengths: readonly number[];
  /** What it is made of. Default `"lstm"`. */
  readonly cell?: "lstm" | "gru";
}

/** The lengths of the SST test set, in random order. */
export function sstLengths(random: RandomGenerator): number[] {
  const lengths = SST_LENGTHS.flatMap((count, length) => new Array<number>(count).fill(length));
  for (let i = lengths.length - 1; i > 0; i--) {
    const j = random.integer(i + 1);
    [lengths[i], lengths[j]] = [lengths[j]!, lengths[i]!];
  }
  return lengths;
}

interface LayerParameters {
  readonly inputWeights: Tensor;
  readonly recurrentWeights: Tensor;
  readonly inputBias: Tensor;
  readonly recurrentBias?: Tensor;
}

/** Makes a workload. Words are drawn as in text: the k-th most frequent has a chance of 1 in k + 3. */
export function workload(name: string, options: WorkloadOptions): Workload {
  const { inputSize: e, hiddenSize: d, classes, vocabulary, lengths, cell = "lstm" } = options;
  const gates = cell === "lstm" ? 4 : 3;
  const random = randomGenerator(1), scale = 1 / Math.sqrt(d);
  const arrays = new Map<string, Tensor>();
  const make = (key: string, shape: number[], deviation = scale): Tensor => {
    const size = shape.reduce((a, b) => a * b, 1);
    const made = tensor(Float64Array.from({ length: size }, () => random.normal(0, deviation)), shape);
    arrays.set(key, made);
    return made;
  };
  const direction = (key: string): LayerParameters => ({
    inputWeights: make(`${key}_input`, [gates * d, e]),
    recurrentWeights: make(`${key}_recurrent`, [gates * d, d]),
    inputBias: make(`${key}_bias`, [gates * d]),
    ...cell === "gru" && { recurrentBias: make(`${key}_recurrent_bias`, [gates * d]) },
  });
  const build = cell === "lstm" ? lstmClassifier : gruClassifier;
  const model = build({
    layers: [{ forward: direction("forward"), reverse: direction("reverse") }],
    output: { weights: make("output", [classes, 2 * d]) },
    embeddings: make("embeddings", [vocabulary, e], 0.3),
  });
  const chances = new Float64Array(vocabulary);
  let total = 0;
  for (let k = 0; k < vocabulary; k++) chances[k] = total += 1 / (k + 3);
  const inputs = lengths.map((length) => ({
    ids: Int32Array.from({ length }, () => rank(chances, random.uniform() * total)),
  }));
  return {
    name,
    model,
    inputs,
    write: async (folder) => {
      const shapes = { e, d, classes, vocabulary, lengths, cell };
      await Deno.writeTextFile(`${folder}/shapes.json`, JSON.stringify(shapes));
      for (const [key, { data }] of arrays) await Deno.writeFile(`${folder}/${key}.f64`, bytesOf(data));
      await Deno.writeFile(
        `${folder}/ids.i32`,
        bytesOf(Int32Array.from(inputs.flatMap(({ ids }) => [...ids]))),
      );
    },
  };
}

function bytesOf(array: Float64Array | Int32Array): Uint8Array<ArrayBuffer> {
  return new Uint8Array(array.buffer as ArrayBuffer, array.byteOffset, array.byteLength);
}

function rank(chances: Float64Array, drawn: number): number {
  let low = 0, high = chances.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (chances[middle]! < drawn) low = middle + 1;
    else high = middle;
  }
  return low;
}
