import type { BlockItem } from "../kernels/mod.ts";
import { contiguous, tensor } from "../tensor/mod.ts";
import { runBatch } from "./batch_runner.ts";
import type { RecurrentClassifier } from "./recurrent_classifier.ts";
import type { SequenceSignal } from "./recurrent_pass.ts";
import type { Sequence, SequenceInput } from "./sequence.ts";

/** Runs of a recurrent classifier on many sequences, side by side. */
export class RecurrentBatch {
  readonly #model: RecurrentClassifier;
  readonly #sequences: readonly Sequence[];
  readonly #items: readonly Pick<BlockItem, "steps" | "ids" | "values">[];
  #scores: readonly Float64Array[] | undefined;

  /** Looks up sequences of any lengths. */
  constructor(model: RecurrentClassifier, inputs: readonly SequenceInput[]) {
    this.#model = model;
    this.#sequences = inputs.map((input) => model.read(input));
    this.#items = this.#sequences.map((sequence, i) => {
      const { ids, tokens: { length: steps } } = sequence;
      if (ids && model.embeddingRows().length > 0) return { steps, ids };
      const values = contiguous(sequence.values);
      return { steps, values, ...knownRows(model, values, inputs[i]!) };
    });
  }

  /**
   * The scores of each sequence, `[K]`.
   *
   * @throws {NumericalError} If a state becomes NaN or infinite.
   */
  get scores(): readonly Float64Array[] {
    if (this.#scores) return this.#scores;
    const items = this.#items.map((item) => ({ ...item, choice: -1 }));
    const answers = runBatch(this.#model, items, { send: "nothing", directions: false });
    return this.#scores = this.#sequences.map((sequence, i) => {
      const answer = answers?.[i];
      // By itself it says which layer is to blame.
      return answer?.finite ? answer.scores : this.#model.forward(sequence).scores;
    });
  }

  /**
   * The exact gradient of the weighted sum of scores of each sequence with respect to its input vectors.
   *
   * @param weights The factors of the scores of each sequence, `[K]`.
   * @throws {NumericalError} If a state becomes NaN or infinite.
   */
  gradients(weights: readonly Float64Array[]): SequenceSignal[] {
    const items = this.#items.map((item, i) => ({ ...item, choice: -2, factors: weights[i]! }));
    const directions = this.#model.layers[0]!.reverse !== undefined;
    const answers = runBatch(this.#model, items, { send: "gradient", directions });
    return this.#sequences.map((sequence, i) => {
      const answer = answers?.[i];
      if (!answer?.finite) return this.#model.forward(sequence).gradient(weights[i]!);
      const shape = [items[i]!.steps, this.#model.inputSize];
      const [forward, reverse] = answer.results.map((part) => tensor(part.slice(), shape));
      if (!reverse) return { values: forward! };
      const values = tensor(forward!.data.map((value, k) => value + reverse.data[k]!), shape);
      return { values, directions: { forward: forward!, reverse } };
    });
  }
}

/**
 * Which vectors of an input are still those of its ids, -1 for those that are not: what has ids and had some vectors
 * changed.
 */
function knownRows(
  model: RecurrentClassifier,
  values: Float64Array,
  input: SequenceInput,
): { ids: Int32Array } | undefined {
  const rows = model.embeddingRows(), size = model.inputSize;
  if (typeof input !== "object" || !("ids" in input) || rows.length === 0) return undefined;
  const isRow = (id: number, step: number): boolean => {
    for (let k = 0; k < size; k++) if (rows[id * size + k] !== values[step * size + k]) return false;
    return true;
  };
  return { ids: Int32Array.from(input.ids, (id, step) => isRow(id, step) ? id : -1) };
}
