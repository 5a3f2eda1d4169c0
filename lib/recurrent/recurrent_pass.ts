import type { RecurrentRelevance, RelevanceOptions } from "../kernels/mod.ts";
import { contiguous, requireFinite, type Tensor, tensor } from "../tensor/mod.ts";
import type { CellTrace, RecurrentCell } from "./cell.ts";
import type { RecurrentClassifier, RecurrentLayer } from "./recurrent_classifier.ts";
import type { Sequence } from "./sequence.ts";
import { atLastStep, joinDirections, type LayerTrace, reverseSteps, splitDirections } from "./directions.ts";

/** Something of the shape of the input that came through the two directions of the lowest layer, in reading order. */
export interface DirectedSignal {
  /** What came through the direction that reads from left to right, `[T, E]`. */
  readonly forward: Tensor;
  /** What came through the direction that reads back, `[T, E]`; there is none in a net with one direction. */
  readonly reverse?: Tensor;
}

/** The account of one cell: {@linkcode RecurrentRelevance} of its kernel, and which cell it is. */
export interface CellAccount {
  /** The cell. */
  readonly name: string;
  /** Whether its steps run from the last token to the first. */
  readonly reversed: boolean;
  /** What it received, sent down and absorbed, step by step in processing order. */
  readonly shares: RecurrentRelevance;
}

/** Relevance of the inputs, and where the rest of it went. */
export interface RecurrentExplanation extends DirectedSignal {
  /** Relevance that was given to the scores. */
  readonly received: number;
  /** Relevance absorbed by the bias of the output layer. */
  readonly outputBias: number;
  /** Relevance absorbed by the stabilizer of the output layer. */
  readonly outputStabilizer: number;
  /** One account per cell, from the top layer down, forward direction first. */
  readonly cells: readonly CellAccount[];
}

/** One run of a recurrent classifier, with what is needed to explain it. */
export class RecurrentPass {
  /** The input that was run. */
  readonly sequence: Sequence;
  /** One score per class, before any softmax, `[K]`. */
  readonly scores: Float64Array;
  readonly #model: RecurrentClassifier;
  readonly #traces: readonly LayerTrace[];

  /** Runs the model on an input. */
  constructor(model: RecurrentClassifier, sequence: Sequence) {
    this.#model = model;
    this.sequence = sequence;
    const steps = sequence.values.shape[0]!;
    let below = contiguous(sequence.values);
    this.#traces = model.layers.map((layer) => {
      const trace = runLayer(layer, below, steps);
      below = joinDirections(layer, trace, steps);
      return trace;
    });
    this.scores = scoresOf(model, this.#lastHidden());
    requireFinite(this.scores, [this.scores.length], { action: "run the network", where: "scores" });
  }

  /**
   * Sends the weighted scores back to the input by the rule LRP-all of Arras et al. 2017.
   *
   * @param weights How much of each score is sent, `[K]`: one-hot for a class, +1 and -1 for a contrast.
   * @throws {NumericalError} If relevance becomes NaN or infinite, which only `epsilon` 0 or overflow can do.
   */
  lrp(weights: ArrayLike<number>, { epsilon, biasFactor }: RelevanceOptions): RecurrentExplanation {
    const { outputWeights, outputBias } = this.#model;
    const hidden = this.#lastHidden();
    const units = hidden.length;
    const relevance = new Float64Array(units);
    let received = 0, bias = 0, stabilized = 0;
    this.scores.forEach((score, k) => {
      const given = weights[k]! * score;
      if (given === 0) return;
      const stabilizer = score >= 0 ? epsilon : -epsilon;
      const s = given / (score + stabilizer);
      received += given;
      bias += outputBias[k]! * s;
      stabilized += stabilizer * s;
      for (let j = 0; j < units; j++) relevance[j]! += hidden[j]! * outputWeights[k * units + j]! * s;
    });
    const share = biasFactor * (bias + stabilized) / units;
    if (biasFactor !== 0) { for (let j = 0; j < units; j++) relevance[j]! += share; }
    const cells: CellAccount[] = [];
    const signal = this.#sendDown(relevance, (cell, trace, ofHidden, reversed) => {
      const shares = cell.relevance(trace, ofHidden, { epsilon, biasFactor });
      const where = `relevance sent down by ${cell.name}`;
      const shape = [trace.steps, cell.inputSize];
      requireFinite(shares.input, shape, { action: "propagate relevance", where });
      cells.push({ name: cell.name, reversed, shares });
      return shares.input;
    });
    return {
      ...signal,
      received,
      outputBias: (1 - biasFactor) * bias,
      outputStabilizer: (1 - biasFactor) * stabilized,
      cells,
    };
  }

  /**
   * The exact gradient of the weighted sum of scores with respect to the input vectors.
   *
   * @param weights The factor of each score, `[K]`.
   */
  gradient(weights: ArrayLike<number>): DirectedSignal {
    const { outputWeights, outputBias } = this.#model;
    const units = outputWeights.length / outputBias.length;
    const ofHidden = new Float64Array(units);
    for (let k = 0; k < outputBias.length; k++) {
      const weight = weights[k]!;
      if (weight === 0) continue;
      for (let j = 0; j < units; j++) ofHidden[j]! += weight * outputWeights[k * units + j]!;
    }
    return this.#sendDown(ofHidden, (cell, trace, above) => cell.gradient(trace, above));
  }

  /** Last hidden states of the top layer, forward direction first: what the output layer reads. */
  #lastHidden(): Float64Array {
    const { forward, reverse } = this.#traces.at(-1)!;
    const last = (trace: CellTrace): Float64Array =>
      trace.hidden.subarray(trace.steps * trace.hidden.length / (trace.steps + 1));
    const first = last(forward), second = reverse ? last(reverse) : new Float64Array();
    const joined = new Float64Array(first.length + second.length);
    joined.set(first);
    joined.set(second, first.length);
    return joined;
  }

  /** Walks down the layers with a signal on the hidden states; `send` carries it through one cell. */
  #sendDown(
    onLastHidden: Float64Array,
    send: (cell: RecurrentCell, trace: CellTrace, ofHidden: Float64Array, reversed: boolean) => Float64Array,
  ): DirectedSignal {
    const steps = this.sequence.values.shape[0]!;
    let above: { forward: Float64Array; reverse: Float64Array } | undefined;
    for (let index = this.#traces.length - 1;; index--) {
      const { forward, reverse } = this.#model.layers[index]!;
      const traces = this.#traces[index]!;
      const d = forward.hiddenSize, dReverse = reverse?.hiddenSize ?? 0;
      // Hidden states of the top layer are read at the last step only; those below by the layer above, at every step.
      const ofForward = above?.forward ?? atLastStep(onLastHidden.subarray(0, d), steps);
      const sentForward = send(forward, traces.forward, ofForward, false);
      let sentReverse: Float64Array | undefined;
      if (reverse) {
        const ofReverse = above
          ? reverseSteps(above.reverse, steps, dReverse)
          : atLastStep(onLastHidden.subarray(d), steps);
        sentReverse = reverseSteps(send(reverse, traces.reverse!, ofReverse, true), steps, reverse.inputSize);
      }
      if (index === 0) {
        const shape = [steps, forward.inputSize];
        const signal = { forward: tensor(sentForward, shape) };
        return sentReverse ? { ...signal, reverse: tensor(sentReverse, shape) } : signal;
      }
      const below = this.#model.layers[index - 1]!;
      above = splitDirections(addInto(sentForward, sentReverse), steps, below);
    }
  }
}

function runLayer({ forward, reverse }: RecurrentLayer, input: Float64Array, steps: number): LayerTrace {
  const run = (cell: RecurrentCell, values: Float64Array): CellTrace => {
    const trace = cell.forward(values, steps);
    const shape = [steps + 1, cell.hiddenSize];
    requireFinite(trace.hidden, shape, { action: "run the network", where: `hidden state of ${cell.name}` });
    return trace;
  };
  const trace = { forward: run(forward, input) };
  return reverse ? { ...trace, reverse: run(reverse, reverseSteps(input, steps, reverse.inputSize)) } : trace;
}

function scoresOf({ outputWeights, outputBias }: RecurrentClassifier, hidden: Float64Array): Float64Array {
  return outputBias.map((bias, k) => {
    let score = bias;
    for (let j = 0; j < hidden.length; j++) score += outputWeights[k * hidden.length + j]! * hidden[j]!;
    return score;
  });
}

function addInto(sum: Float64Array, other: Float64Array | undefined): Float64Array {
  if (other) { for (let i = 0; i < sum.length; i++) sum[i]! += other[i]!; }
  return sum;
}
