import { type GruStep, gruStep, gruStepRelevance, type GruWeights } from "../kernels/mod.ts";
import type { ProductRelevanceOptions } from "../kernels/mod.ts";
import { Ledger, type LedgerEntry } from "../rules/ledger.ts";
import { exactSum } from "../statistics.ts";
import {
  contiguous,
  type NumericArray,
  requireFinite,
  requireShape,
  type Tensor,
  tensor,
} from "../tensor/mod.ts";
import type { GruParameters } from "./gru_cell.ts";

/** What an encoder-decoder is made of. */
export interface EncoderDecoderOptions {
  /** The layers that read the history, from the input upward. */
  readonly encoder: readonly GruParameters[];
  /** The layers that write the forecast; they start from the last states of the encoder's. */
  readonly decoder: readonly GruParameters[];
  /** The layers on top: linear, ReLU, linear without bias, to one number. */
  readonly head: {
    /** `[m, d]`. */
    readonly hiddenWeights: NumericArray;
    /** `[m]`. */
    readonly hiddenBias: NumericArray;
    /** `[1, m]`. */
    readonly outputWeights: NumericArray;
  };
}

/** Relevance of both inputs, and where the rest of it went. */
export interface EncoderDecoderRelevance {
  /** Relevance of the history, `[T, E]`. */
  readonly history: Tensor;
  /** Relevance of what is known of the future, `[S, F]`; zero after the explained step. */
  readonly forecast: Tensor;
  /** Relevance of the first output that the decoder is given: the last known value. */
  readonly start: number;
  /** Relevance left in the zero states of the encoder. */
  readonly rest: number;
  /** The account, from the explained output back to the first step. */
  readonly ledger: Ledger;
}

/** One run of an encoder-decoder. */
export interface EncoderDecoderPass {
  /** The outputs, `[S]`. */
  readonly outputs: Float64Array;
  /**
   * Sends one output back to the inputs by the epsilon rule, through the earlier outputs that the decoder read.
   *
   * @throws {RangeError} If the output does not exist.
   * @throws {NumericalError} If relevance becomes NaN or infinite.
   */
  relevance(output: number, options: ProductRelevanceOptions): EncoderDecoderRelevance;
}

/** A net that reads a history and writes a forecast step by step. */
export interface EncoderDecoder {
  /** Runs the net; the decoder first reads the first component of the last step of the history. */
  forward(history: NumericArray, forecast: NumericArray): EncoderDecoderPass;
}

interface HeadStep {
  readonly input: Float64Array;
  readonly hidden: Float64Array;
  readonly output: number;
}

const ACTION = "build an encoder-decoder";

/**
 * Builds a GRU encoder-decoder: one reads a history, the other writes a forecast one number at a time, reading its last
 * output and what is known of the future.
 *
 * **Shapes** history `[T, E]` and forecast `[S, F]` -> outputs `[S]`; the decoder reads `[1 + F]`.
 *
 * @throws {ShapeError} If weights do not fit together.
 * @throws {NumericalError} If a weight is NaN or infinite.
 *
 * @example A net of zeros says zero
 * ```ts
 * import { gruEncoderDecoder } from "@relprop/lrp/recurrent";
 * import { zeros } from "@relprop/lrp/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * const layer = (inputs: number) => ({
 *   inputWeights: zeros([6, inputs]), recurrentWeights: zeros([6, 2]), inputBias: zeros([6]), recurrentBias: zeros([6]),
 * });
 * const net = gruEncoderDecoder({
 *   encoder: [layer(1)],
 *   decoder: [layer(2)],
 *   head: { hiddenWeights: zeros([3, 2]), hiddenBias: zeros([3]), outputWeights: zeros([1, 3]) },
 * });
 * assertEquals([...net.forward(zeros([4, 1]), zeros([2, 1])).outputs], [0, 0]);
 * ```
 *
 * @see Mirzavand Borujeni, Arras, Srinivasan, Samek 2023, Explainable sequence-to-sequence GRU neural network for pollution
 * forecasting, Scientific Reports 13, 9940
 */
export function gruEncoderDecoder({ encoder, decoder, head }: EncoderDecoderOptions): EncoderDecoder {
  const encoding = encoder.map((layer, index) => gruWeights(layer, `encoder layer ${index}`));
  const decoding = decoder.map((layer, index) => gruWeights(layer, `decoder layer ${index}`));
  if (encoding.length === 0 || encoding.length !== decoding.length) {
    throw new RangeError(
      `Cannot ${ACTION}: encoder and decoder must have equally many layers, got ${encoding.length} and ${decoding.length}`,
    );
  }
  const d = decoding.at(-1)!.hiddenSize;
  const hiddenWeights = read(head.hiddenWeights, [-1, d], "head hidden weights");
  const m = head.hiddenWeights.shape[0]!;
  const hiddenBias = read(head.hiddenBias, [m], "head hidden bias");
  const outputWeights = read(head.outputWeights, [1, m], "head output weights");

  const runHead = (input: Float64Array): HeadStep => {
    const hidden = hiddenBias.slice();
    let output = 0;
    for (let j = 0; j < m; j++) {
      for (let k = 0; k < d; k++) hidden[j]! += hiddenWeights[j * d + k]! * input[k]!;
      output += outputWeights[j]! * Math.max(0, hidden[j]!);
    }
    return { input, hidden, output };
  };
  const runLayers = (layers: readonly GruWeights[], input: Float64Array, states: Float64Array[]): GruStep[] =>
    layers.map((weights, index) => {
      const step = gruStep(weights, input, states[index]!);
      input = states[index] = step.hidden;
      return step;
    });

  return Object.freeze<EncoderDecoder>({
    forward(history, forecast): EncoderDecoderPass {
      const action = "run an encoder-decoder";
      requireShape(history.shape, [-1, encoding[0]!.inputSize], { action, where: "history" });
      requireShape(forecast.shape, [-1, decoding[0]!.inputSize - 1], { action, where: "forecast" });
      const past = rowsOf(history, action, "history"), future = rowsOf(forecast, action, "forecast");
      const states = encoding.map(({ hiddenSize }) => new Float64Array(hiddenSize));
      const read = past.map((x) => runLayers(encoding, x, states));
      let previous = past.at(-1)![0]!;
      const heads: HeadStep[] = [];
      const written = future.map((x) => {
        const steps = runLayers(decoding, Float64Array.of(previous, ...x), states);
        const top = runHead(steps.at(-1)!.hidden);
        heads.push(top);
        previous = top.output;
        return steps;
      });
      const outputs = Float64Array.from(heads, ({ output }) => output);
      requireFinite(outputs, [outputs.length], { action, where: "outputs" });
      return { outputs, relevance: (output, options) => sendBack({ read, written, heads }, output, options) };
    },
  });

  function sendBack(
    { read, written, heads }: {
      read: readonly GruStep[][];
      written: readonly GruStep[][];
      heads: readonly HeadStep[];
    },
    output: number,
    options: ProductRelevanceOptions,
  ): EncoderDecoderRelevance {
    const action = "propagate relevance";
    if (!(Number.isInteger(output) && output >= 0 && output < heads.length)) {
      throw new RangeError(
        `Cannot ${action}: the output must be from 0 to ${heads.length - 1}, got ${output}`,
      );
    }
    const entries: LedgerEntry[] = [];
    // Relevance of the states that the next step hands back, layer by layer.
    const ofStates: Float64Array[] = decoding.map(({ hiddenSize }) => new Float64Array(hiddenSize));
    const throughLayers = (
      layers: readonly GruWeights[],
      steps: readonly GruStep[],
      { ofTop, name, position }: { ofTop: Float64Array | undefined; name: string; position: number },
    ): Float64Array => {
      let above = ofTop;
      for (let index = layers.length - 1; index >= 0; index--) {
        const carried = ofStates[index]!, whole = above ? carried.map((r, j) => r + above![j]!) : carried;
        const sent = gruStepRelevance(layers[index]!, steps[index]!, whole, options);
        const where = `relevance sent down by ${name} layer ${index}`;
        requireFinite(sent.input, [sent.input.length], { action, where });
        entries.push({
          layer: `${name} layer ${index}`,
          position,
          received: exactSum(whole),
          sent: exactSum(sent.input) + exactSum(sent.before),
          bias: sent.bias,
          stabilizer: sent.stabilizer,
        });
        ofStates[index] = sent.before;
        above = sent.input;
      }
      return above!;
    };
    const features = decoding[0]!.inputSize - 1;
    const forecast = new Float64Array(written.length * features);
    let ofOutput = heads[output]!.output;
    for (let t = output; t >= 0; t--) {
      const { sent, bias, stabilizer } = headRelevance(heads[t]!, ofOutput, options);
      entries.push({
        layer: "head",
        position: t,
        received: ofOutput,
        sent: exactSum(sent),
        bias,
        stabilizer,
      });
      const ofInput = throughLayers(decoding, written[t]!, { ofTop: sent, name: "decoder", position: t });
      ofOutput = ofInput[0]!;
      forecast.set(ofInput.subarray(1), t * features);
    }
    const size = encoding[0]!.inputSize, history = new Float64Array(read.length * size);
    for (let t = read.length - 1; t >= 0; t--) {
      const position = { ofTop: undefined, name: "encoder", position: t };
      history.set(throughLayers(encoding, read[t]!, position), t * size);
    }
    const rest = exactSum(ofStates.map((state) => exactSum(state)));
    const input = exactSum(history) + exactSum(forecast) + ofOutput;
    return {
      history: tensor(history, [read.length, size]),
      forecast: tensor(forecast, [written.length, features]),
      start: ofOutput,
      rest,
      ledger: new Ledger(entries, { received: heads[output]!.output, input, rest }),
    };
  }

  /** The epsilon rule through both linear layers; ReLU passes relevance on. */
  function headRelevance(
    { input, hidden, output }: HeadStep,
    relevance: number,
    { epsilon, biasFactor }: ProductRelevanceOptions,
  ): { sent: Float64Array; bias: number; stabilizer: number } {
    const stabilize = (value: number): number => value >= 0 ? epsilon : -epsilon;
    const s = relevance / (output + stabilize(output));
    const kept = stabilize(output) * s;
    let biasSum = 0, stabilizerSum = 0;
    const sent = new Float64Array(d);
    for (let j = 0; j < m; j++) {
      const ofHidden = outputWeights[j]! * Math.max(0, hidden[j]!) * s + biasFactor * kept / m;
      const v = ofHidden / (hidden[j]! + stabilize(hidden[j]!));
      biasSum += hiddenBias[j]! * v;
      stabilizerSum += stabilize(hidden[j]!) * v;
      for (let k = 0; k < d; k++) sent[k]! += hiddenWeights[j * d + k]! * input[k]! * v;
    }
    const share = biasFactor * (biasSum + stabilizerSum) / d;
    for (let k = 0; k < d; k++) sent[k]! += share;
    return {
      sent,
      bias: (1 - biasFactor) * biasSum,
      stabilizer: (1 - biasFactor) * (stabilizerSum + kept),
    };
  }
}

function gruWeights(layer: GruParameters, name: string): GruWeights {
  requireShape(layer.recurrentWeights.shape, [-1, -1], {
    action: ACTION,
    where: `recurrentWeights of ${name}`,
  });
  const d = layer.recurrentWeights.shape[1]!;
  const bias = (array: NumericArray | undefined, where: string): Float64Array =>
    array ? read(array, [3 * d], where) : new Float64Array(3 * d);
  return {
    inputSize: layer.inputWeights.shape[1]!,
    hiddenSize: d,
    inputWeights: read(layer.inputWeights, [3 * d, -1], `inputWeights of ${name}`),
    recurrentWeights: read(layer.recurrentWeights, [3 * d, d], `recurrentWeights of ${name}`),
    inputBias: bias(layer.inputBias, `inputBias of ${name}`),
    recurrentBias: bias(layer.recurrentBias, `recurrentBias of ${name}`),
  };
}

function read(array: NumericArray, shape: readonly number[], where: string): Float64Array {
  requireShape(array.shape, shape, { action: ACTION, where });
  const flat = contiguous(array);
  requireFinite(flat, array.shape, { action: ACTION, where });
  return flat;
}

function rowsOf(array: NumericArray, action: string, where: string): Float64Array[] {
  const flat = contiguous(array), [rows, size] = array.shape as [number, number];
  requireFinite(flat, array.shape, { action, where });
  return Array.from({ length: rows }, (_, t) => flat.slice(t * size, (t + 1) * size));
}
