/**
 * LSTM classifiers as the paper writes them: one step after the other, relevance by one call of the linear rule per arrow,
 * sums over the cell state as products with identity matrices. Slow; it shares only `lrpLinear` with the library.
 */
import { lrpLinear } from "../../lib/rules/mod.ts";
import { contiguous, tensor, zeros } from "../../lib/tensor/mod.ts";
import type { LstmParameters, ProductRule } from "../../lib/recurrent/mod.ts";
import type { RandomLstm } from "./random_lstm.ts";

interface Step {
  x: number[];
  previousHidden: number[];
  previousCell: number[];
  i: number[];
  f: number[];
  o: number[];
  /** Pre-activations, gates i, f, g, o. */
  pre: number[][];
  z: number[];
  cell: number[];
  hidden: number[];
}

const sigmoid = (z: number): number => 1 / (1 + Math.exp(-z));
const add = (a: readonly number[], b: readonly number[]): number[] => a.map((value, i) => value + b[i]!);
const sum = (a: readonly number[]): number => a.reduce((total, value) => total + value, 0);

/** Shares relevance of products of gates and signals; proportional shares are the linear rule over the two factors. */
function shareProduct(
  gates: readonly number[],
  signals: readonly number[],
  relevance: readonly number[],
  { productRule, ...rule }: { eps: number; biasFactor: number; productRule: ProductRule },
): [ofGates: number[], ofSignals: number[]] {
  const shares = relevance.map((whole, j): [number, number] => {
    if (productRule === "all") return [0, whole];
    if (productRule === "half") return [whole / 2, whole / 2];
    const factors = [gates[j]!, signals[j]!].map((z) => productRule === "abs" ? Math.abs(z) : z);
    const both = lrpLinear(
      tensor(factors),
      tensor([[1], [1]]),
      zeros([1]),
      tensor([sum(factors)]),
      tensor([whole]),
      {
        ...rule,
        biasNbUnits: 2,
      },
    );
    return [both.get(0), both.get(1)];
  });
  return [shares.map(([gate]) => gate), shares.map(([, signal]) => signal)];
}

/** Runs one cell over vectors in its processing order. */
function run(p: LstmParameters, inputs: readonly number[][]): Step[] {
  const d = p.recurrentWeights.shape[1]!;
  let hidden = new Array(d).fill(0), cell = new Array(d).fill(0);
  return inputs.map((x) => {
    const pre = Array.from(
      { length: 4 * d },
      (_, row) =>
        (p.inputBias?.get(row) ?? 0) + (p.recurrentBias?.get(row) ?? 0) +
        sum(x.map((value, k) => value * p.inputWeights.get(row, k))) +
        sum(hidden.map((value, k) => value * p.recurrentWeights.get(row, k))),
    );
    const gate = (n: number): number[] => pre.slice(n * d, (n + 1) * d);
    const [i, f, z, o] = [gate(0).map(sigmoid), gate(1).map(sigmoid), gate(2), gate(3).map(sigmoid)];
    const step = { x, previousHidden: hidden, previousCell: cell, i, f, o, z, pre: [0, 1, 2, 3].map(gate) };
    cell = cell.map((c, j) => f[j]! * c + i[j]! * Math.tanh(z[j]!));
    hidden = cell.map((c, j) => o[j]! * Math.tanh(c));
    return { ...step, cell, hidden };
  });
}

/** Sends relevance of the hidden states of one cell back; returns that of its inputs and what is left at the start. */
function sendBack(
  p: LstmParameters,
  steps: readonly Step[],
  ofHidden: readonly number[][],
  { productRule, ...rule }: { eps: number; biasFactor: number; productRule: ProductRule },
): { inputs: number[][]; rest: number } {
  const d = p.recurrentWeights.shape[1]!, e = p.inputWeights.shape[1]!;
  const identity = tensor(
    Array.from({ length: d }, (_, a) => Array.from({ length: d }, (_, b) => a === b ? 1 : 0)),
  );
  // [units below, units above], rows gate·d … (gate + 1)·d
  const transposed = (w: LstmParameters["inputWeights"], gate: number) =>
    w.lo(gate * d, 0).hi(d, w.shape[1]!).transpose(1, 0);
  const bias = (gate: number) =>
    tensor(
      Array.from(
        { length: d },
        (_, j) => (p.inputBias?.get(gate * d + j) ?? 0) + (p.recurrentBias?.get(gate * d + j) ?? 0),
      ),
    );
  const linear = (
    hin: number[],
    w: LstmParameters["inputWeights"],
    b: ReturnType<typeof bias>,
    hout: number[],
    rout: number[],
    units: number,
  ) => [
    ...contiguous(lrpLinear(tensor(hin), w, b, tensor(hout), tensor(rout), { ...rule, biasNbUnits: units })),
  ];
  let carriedHidden = new Array(d).fill(0), carriedCell = new Array(d).fill(0);
  const inputs: number[][] = new Array(steps.length);
  for (let t = steps.length - 1; t >= 0; t--) {
    const { x, previousHidden, previousCell, i, f, z, pre, cell } = steps[t]!;
    const product = (gate: number, signals: number[], relevance: number[]) =>
      shareProduct(pre[gate]!, signals, relevance, { ...rule, productRule });
    const [ofOutput, throughTanh] = product(3, cell, add(carriedHidden, ofHidden[t]!));
    const ofCell = add(carriedCell, throughTanh);
    const kept = f.map((value, j) => value * previousCell[j]!);
    const written = i.map((value, j) => value * Math.tanh(z[j]!));
    const [ofForget, ofPrevious] = product(
      1,
      previousCell,
      linear(kept, identity, zeros([d]), cell, ofCell, 2 * d),
    );
    const [ofInput, ofCandidate] = product(
      0,
      z,
      linear(written, identity, zeros([d]), cell, ofCell, 2 * d),
    );
    carriedCell = ofPrevious;
    inputs[t] = x.map(() => 0);
    carriedHidden = previousHidden.map(() => 0);
    for (const [gate, relevance] of [ofInput, ofForget, ofCandidate, ofOutput].entries()) {
      // Under LRP-all nothing is sent through the gates, not even by a stabilizer of 0 / 0.
      if (relevance.every((value) => value === 0)) continue;
      const share = (lower: number[], weights: LstmParameters["inputWeights"]) =>
        linear(lower, transposed(weights, gate), bias(gate), pre[gate]!, relevance, d + e);
      inputs[t] = add(inputs[t]!, share(x, p.inputWeights));
      carriedHidden = add(carriedHidden, share(previousHidden, p.recurrentWeights));
    }
  }
  return { inputs, rest: sum(carriedHidden) + sum(carriedCell) };
}

/** Scores and relevance of a class by definition, directions of the lowest layer apart. */
export function lstmByDefinition(
  { layers, output }: RandomLstm,
  inputs: readonly number[][],
  { target, productRule = "all", ...rule }: {
    target: number;
    eps: number;
    biasFactor: number;
    productRule?: ProductRule;
  },
): { scores: number[]; forward: number[][]; reverse: number[][] | undefined; rest: number } {
  let below = inputs.map((x) => [...x]);
  const runs = layers.map(({ forward, reverse }) => {
    const result = { forward: run(forward, below), reverse: reverse && run(reverse, below.toReversed()) };
    below = result.forward.map((step, t) => [
      ...step.hidden,
      ...(result.reverse?.at(-1 - t)?.hidden ?? []),
    ]);
    return result;
  });
  const top = runs.at(-1)!;
  const hidden = [...top.forward.at(-1)!.hidden, ...(top.reverse?.at(-1)?.hidden ?? [])];
  const scores = Array.from(
    { length: output.bias.shape[0]! },
    (_, k) => output.bias.get(k) + sum(hidden.map((value, j) => value * output.weights.get(k, j))),
  );
  const start = scores.map((score, k) => k === target ? score : 0);
  const ofTop = [...contiguous(
    lrpLinear(tensor(hidden), output.weights.transpose(1, 0), output.bias, tensor(scores), tensor(start), {
      ...rule,
      biasNbUnits: hidden.length,
    }),
  )];
  let rest = 0;
  let ofForward: number[][] = [], ofReverse: number[][] | undefined;
  const lastOnly = (values: number[]): number[][] =>
    inputs.map((_, t) => t === inputs.length - 1 ? values : values.map(() => 0));
  for (let index = layers.length - 1; index >= 0; index--) {
    const { forward, reverse } = layers[index]!;
    const d = forward.recurrentWeights.shape[1]!;
    if (index === layers.length - 1) {
      ofForward = lastOnly(ofTop.slice(0, d));
      ofReverse = reverse && lastOnly(ofTop.slice(d));
    } else {
      const both = ofReverse ? ofForward.map((row, t) => add(row, ofReverse![t]!)) : ofForward;
      ofForward = both.map((row) => row.slice(0, d));
      ofReverse = reverse && both.map((row) => row.slice(d)).toReversed();
    }
    const sentForward = sendBack(forward, runs[index]!.forward, ofForward, { ...rule, productRule });
    const sentReverse = reverse &&
      sendBack(reverse, runs[index]!.reverse!, ofReverse!, { ...rule, productRule });
    rest += sentForward.rest + (sentReverse?.rest ?? 0);
    ofForward = sentForward.inputs;
    ofReverse = sentReverse?.inputs.toReversed();
  }
  return { scores, forward: ofForward, reverse: ofReverse, rest };
}
