import type { Precision, ProductRelevanceOptions } from "../kernels/mod.ts";
import { Ledger, type LedgerEntry } from "../rules/ledger.ts";
import { entriesOf } from "./ledger_entries.ts";
import { exactSum } from "../statistics.ts";
import { contiguous, requireFinite, type Tensor, tensor } from "../tensor/mod.ts";
import type { CellTrace, RecurrentCell } from "./cell.ts";
import type { RecurrentClassifier, RecurrentLayer } from "./recurrent_classifier.ts";
import type { Sequence } from "./sequence.ts";
import { decomposeTokens } from "./decompose_tokens.ts";
import { requireFiniteSteps } from "./require_finite_steps.ts";
import { atLastStep, joinDirections, type LayerTrace, reverseSteps, splitDirections } from "./directions.ts";

/** Something of the shape of the input `[T, E]`, in reading order. */
export interface SequenceSignal {
  /** Both directions together, or the only one. */
  readonly values: Tensor;
  /** What came through the two directions of the lowest layer, for a net that has two. */
  readonly directions?: { readonly forward: Tensor; readonly reverse: Tensor };
}

/** Relevance of the input of a recurrent net, and where the rest of it went. */
export interface SequenceRelevance extends SequenceSignal {
  /** Relevance left in the initial states of all cells. */
  readonly rest: number;
  /** The account: the output layer, then every step of every cell from the top layer down. */
  readonly ledger: Ledger;
}

/** One run of a recurrent classifier, with what is needed to explain it. */
export class RecurrentPass {
  /** The input that was run. */
  readonly sequence: Sequence;
  /** One score per class, before any softmax, `[K]`. */
  readonly scores: Float64Array;
  readonly #model: RecurrentClassifier;
  readonly #traces: readonly LayerTrace[];

  /** What the kernels counted in. */
  get precision(): Precision {
    return this.#model.precision;
  }

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
   * Sends the weighted scores back to the input by the epsilon rule, with a product rule at the gates.
   *
   * @param weights How much of each score is sent, `[K]`: one-hot for a class, +1 and -1 for a contrast.
   * @throws {NumericalError} If relevance becomes NaN or infinite, which only `epsilon` 0 or overflow can do.
   */
  relevance(weights: ArrayLike<number>, options: ProductRelevanceOptions): SequenceRelevance {
    const { epsilon, biasFactor } = options;
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
    for (let j = 0; j < units; j++) relevance[j]! += share;
    const entries: LedgerEntry[] = [{
      layer: "output",
      received,
      sent: exactSum(relevance),
      bias: (1 - biasFactor) * bias,
      stabilizer: (1 - biasFactor) * stabilized,
    }];
    let rest = 0;
    const signal = this.#sendDown(relevance, (cell, trace, ofHidden, reversed) => {
      const shares = cell.relevance(trace, ofHidden, options);
      requireFiniteSteps(shares.input, cell.inputSize, {
        action: "propagate relevance",
        where: `relevance sent down by ${cell.name}`,
        reversed,
        lastFirst: true,
      });
      for (const entry of entriesOf(cell, shares, reversed)) entries.push(entry);
      rest += shares.carried[0]!;
      return shares.input;
    });
    const ledger = new Ledger(entries, { received, input: exactSum(signal.values.data), rest });
    return { ...signal, rest, ledger };
  }

  /**
   * The exact gradient of the weighted sum of scores with respect to the input vectors.
   *
   * @param weights The factor of each score, `[K]`.
   */
  gradient(weights: ArrayLike<number>): SequenceSignal {
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

  /**
   * What each token contributes to the weighted sum of scores by contextual decomposition, `[T]`.
   *
   * @param weights The factor of each score, `[K]`.
   */
  decomposition(weights: ArrayLike<number>): Float64Array {
    return decomposeTokens(this.#model, this.#traces, { sequence: this.sequence, weights });
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
  ): SequenceSignal {
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
        const throughForward = tensor(sentForward, shape);
        if (!sentReverse) return { values: throughForward };
        const values = tensor(sentForward.map((value, i) => value + sentReverse[i]!), shape);
        return { values, directions: { forward: throughForward, reverse: tensor(sentReverse, shape) } };
      }
      const below = this.#model.layers[index - 1]!;
      above = splitDirections(addInto(sentForward, sentReverse), steps, below);
    }
  }
}

function runLayer({ forward, reverse }: RecurrentLayer, input: Float64Array, steps: number): LayerTrace {
  const run = (cell: RecurrentCell, values: Float64Array, reversed: boolean): CellTrace => {
    const trace = cell.forward(values, steps);
    const looked = { action: "run the network", reversed, lastFirst: false };
    // A saturated gate hides an infinite pre-activation, through which relevance would be lost.
    requireFiniteSteps(trace.candidate, cell.hiddenSize, {
      ...looked,
      where: `pre-activation of ${cell.name}`,
    });
    const after = trace.hidden.subarray(cell.hiddenSize);
    requireFiniteSteps(after, cell.hiddenSize, { ...looked, where: `hidden state of ${cell.name}` });
    return trace;
  };
  const trace = { forward: run(forward, input, false) };
  if (!reverse) return trace;
  return { ...trace, reverse: run(reverse, reverseSteps(input, steps, reverse.inputSize), true) };
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
