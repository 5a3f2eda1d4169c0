import { requireOptions } from "../options.ts";
import { contiguous, requireFinite, requireShape } from "../tensor/mod.ts";
import { tensor } from "../tensor/mod.ts";
import type { NumericArray } from "../tensor/mod.ts";
import type { Precision } from "../kernels/mod.ts";
import type { RecurrentCell } from "./cell.ts";
import { RecurrentBatch } from "./recurrent_batch.ts";
import { RecurrentPass } from "./recurrent_pass.ts";
import {
  encodeSequence,
  plainSequence,
  type Sequence,
  type SequenceInput,
  type TokenTable,
} from "./sequence.ts";

/** Numbers of embeddings that are kept in float64 beside what was given. */
const LARGEST_TABLE = 2 ** 25;

/** One recurrent layer: a cell that reads from left to right and, in a bidirectional net, one that reads back. */
export interface RecurrentLayer {
  /** Reads from the first step to the last. */
  readonly forward: RecurrentCell;
  /** Reads from the last step to the first. */
  readonly reverse?: RecurrentCell;
}

/** The linear layer from the last hidden states of the top layer to the scores. */
export interface OutputLayer {
  /** `[K, d]`, or `[K, 2d]` with the forward direction first. */
  readonly weights: NumericArray;
  /** `[K]`; zero if left out. */
  readonly bias?: NumericArray;
}

/** What a recurrent classifier is made of beside its cells. */
export interface RecurrentClassifierOptions extends TokenTable {
  /** The linear layer on top. */
  readonly output: OutputLayer;
  /** The names of the classes; their numbers if left out. */
  readonly labels?: readonly string[];
}

/**
 * A recurrent net that reads a sequence and gives one score per class. Make one with `lstmClassifier` or a
 * loader of `@relprop/lrp/io`; explain it with `explain` of `@relprop/lrp/attribution`.
 */
export class RecurrentClassifier {
  /** The recurrent layers, from the input upward. */
  readonly layers: readonly RecurrentLayer[];
  /** The names of the classes. */
  readonly labels: readonly string[];
  /** How words become vectors. */
  readonly table: TokenTable;
  /** Weights of the output layer, `[K, units]` row-major. */
  readonly outputWeights: Float64Array;
  /** Bias of the output layer, `[K]`. */
  readonly outputBias: Float64Array;
  /** What the kernels count in; what they give is float64. */
  readonly precision: Precision;
  #ids: Map<string, number> | undefined;
  #embeddingRows: Float64Array | undefined;

  /**
   * Checks that all parts fit together.
   *
   * @throws {ShapeError} If sizes do not fit.
   * @throws {NumericalError} If a weight is NaN or infinite.
   */
  constructor(layers: readonly RecurrentLayer[], options: RecurrentClassifierOptions) {
    const action = "build a recurrent classifier";
    requireOptions(options, {
      action,
      known: ["output", "labels", "embeddings", "vocabulary", "unknownToken", "tokenize"],
      required: ["output"],
    });
    requireOptions(options.output, { action, known: ["weights", "bias"], required: ["weights"] });
    const { output, labels, embeddings, vocabulary, unknownToken, tokenize } = options;
    if (layers.length === 0) {
      throw new RangeError(`Cannot ${action}: it must have at least one layer, got none`);
    }
    this.layers = Object.freeze([...layers]);
    this.precision = layers[0]!.forward.precision;
    const units = hiddenUnits(layers.at(-1)!);
    requireShape(output.weights.shape, [-1, units], { action, where: "output weights" });
    const classes = output.weights.shape[0]!;
    this.outputWeights = contiguous(output.weights).slice();
    requireFinite(this.outputWeights, output.weights.shape, { action, where: "output weights" });
    if (output.bias) requireShape(output.bias.shape, [classes], { action, where: "output bias" });
    this.outputBias = output.bias ? contiguous(output.bias).slice() : new Float64Array(classes);
    requireFinite(this.outputBias, [classes], { action, where: "output bias" });
    if (embeddings) requireShape(embeddings.shape, [-1, this.inputSize], { action, where: "embeddings" });
    if (vocabulary && embeddings && vocabulary.length !== embeddings.shape[0]) {
      throw new RangeError(
        `Cannot ${action}: the vocabulary must have one word per row of the embeddings (${
          embeddings.shape[0]
        }), got ${vocabulary.length}`,
      );
    }
    if (labels && labels.length !== classes) {
      throw new RangeError(
        `Cannot ${action}: labels must be one per class (${classes}), got ${labels.length}`,
      );
    }
    if (unknownToken !== undefined && !vocabulary?.includes(unknownToken)) {
      throw new RangeError(
        `Cannot ${action}: unknownToken must be a word of the vocabulary, got ${
          JSON.stringify(unknownToken)
        }`,
      );
    }
    this.labels = Object.freeze(labels ? [...labels] : Array.from({ length: classes }, (_, k) => `${k}`));
    this.table = Object.freeze({
      ...(embeddings && { embeddings }),
      ...(vocabulary && { vocabulary }),
      ...(unknownToken !== undefined && { unknownToken }),
      ...(tokenize && { tokenize }),
    });
  }

  /** Size `E` of an input vector. */
  get inputSize(): number {
    return this.layers[0]!.forward.inputSize;
  }

  /**
   * The same net on kernels that count in another precision: float32 is about twice as fast, and unreliable where a small
   * epsilon meets pre-activations near 0.
   */
  withPrecision(precision: Precision): RecurrentClassifier {
    const change = (cell: RecurrentCell): RecurrentCell => cell.withPrecision(precision);
    const layers = this.layers.map(({ forward, reverse }) =>
      Object.freeze(
        reverse ? { forward: change(forward), reverse: change(reverse) } : { forward: change(forward) },
      )
    );
    const classes = this.outputBias.length, units = this.outputWeights.length / classes;
    return new RecurrentClassifier(layers, {
      ...this.table,
      labels: this.labels,
      output: {
        weights: tensor(this.outputWeights, [classes, units]),
        bias: tensor(this.outputBias, [classes]),
      },
    });
  }

  /**
   * The vectors of all token ids, `[V, E]` row-major, made once; empty where there are none, or too many to hold them
   * twice.
   */
  embeddingRows(): Float64Array {
    const { embeddings } = this.table;
    return this.#embeddingRows ??= embeddings && embeddings.size <= LARGEST_TABLE
      ? contiguous(embeddings)
      : new Float64Array();
  }

  /** Looks up the input vectors of a text, of tokens or of ids. */
  encode(input: SequenceInput): Sequence {
    return plainSequence(this.read(input));
  }

  /** What {@linkcode encode} gives, for those who only pass it on: a copy by `...` would lose some of its fields. */
  read(input: SequenceInput): Sequence {
    this.#ids ??= idsByWord(this.table.vocabulary ?? []);
    return encodeSequence(input, this.table, { inputSize: this.inputSize, ids: this.#ids });
  }

  /** The net in a line: its layers, its words and its classes. */
  toString(): string {
    const { layers, labels, table: { vocabulary } } = this;
    const units = layers.map(({ forward, reverse }) =>
      reverse ? `${forward.hiddenSize} + ${reverse.hiddenSize}` : `${forward.hiddenSize}`
    );
    const some = labels.slice(0, 10).join(", ");
    return [
      layers[0]!.forward.name.replace(/ layer.*/, " classifier"),
      `inputs of ${this.inputSize} numbers`,
      ...vocabulary ? [`${vocabulary.length} words`] : [],
      `units ${units.join(", ")}`,
      `classes ${labels.length > 10 ? `${some} and ${labels.length - 10} more` : some}`,
    ].join("; ");
  }

  /** What `console.log()` and a notebook write. */
  [Symbol.for("Deno.customInspect")](): string {
    return this.toString();
  }

  /**
   * Runs the net and keeps what the backward runs need.
   *
   * @throws {NumericalError} If a state becomes NaN or infinite.
   */
  forward(input: SequenceInput): RecurrentPass {
    return new RecurrentPass(this, this.read(input));
  }

  /** Runs the net on many inputs, of any lengths, side by side. */
  forwardAll(inputs: readonly SequenceInput[]): RecurrentBatch {
    return new RecurrentBatch(this, inputs);
  }
}

function idsByWord(vocabulary: readonly string[]): Map<string, number> {
  const ids = new Map(vocabulary.map((word, id) => [word, id]));
  if (ids.size === vocabulary.length) return ids;
  const twice = vocabulary.find((word, id) => ids.get(word) !== id);
  throw new RangeError(
    `Cannot read the input: the vocabulary must hold every word once, got ${JSON.stringify(twice)} again`,
  );
}

/** Number of units that a layer hands up, both directions together. */
export function hiddenUnits({ forward, reverse }: RecurrentLayer): number {
  return forward.hiddenSize + (reverse?.hiddenSize ?? 0);
}
