/** One step of a GRU as the papers write it, relevance by one call of the linear rule per arrow. Slow. */
import type { GruWeights } from "../../lib/kernels/mod.ts";
import type { ProductRule } from "../../lib/recurrent/mod.ts";
import { lrpLinear } from "../../lib/rules/mod.ts";
import { contiguous, type Tensor, tensor, zeros } from "../../lib/tensor/mod.ts";

interface Rule {
  eps: number;
  biasFactor: number;
  productRule: ProductRule;
}

const sigmoid = (z: number): number => 1 / (1 + Math.exp(-z));
const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);

function share(
  gate: number,
  signal: number,
  relevance: number,
  { productRule, ...rule }: Rule,
): [number, number] {
  if (productRule === "all") return [0, relevance];
  if (productRule === "half") return [relevance / 2, relevance / 2];
  const factors = [gate, signal].map((z) => productRule === "abs" ? Math.abs(z) : z);
  const options = { ...rule, biasNbUnits: 2 };
  const both = lrpLinear(
    tensor(factors),
    tensor([[1], [1]]),
    zeros([1]),
    tensor([sum(factors)]),
    tensor([relevance]),
    options,
  );
  return [both.get(0), both.get(1)];
}

/** The hidden state after a step, and the relevance of the input and of the hidden state before. */
export function gruStepByDefinition(
  w: GruWeights,
  x: readonly number[],
  h: readonly number[],
  { relevance, ...rule }: { relevance: readonly number[] } & Rule,
): { hidden: number[]; input: number[]; before: number[] } {
  const { inputSize: e, hiddenSize: d } = w;
  const own = (row: number): number =>
    w.inputBias[row]! + sum(x.map((value, k) => value * w.inputWeights[row * e + k]!));
  const back = (row: number): number =>
    w.recurrentBias[row]! + sum(h.map((value, k) => value * w.recurrentWeights[row * d + k]!));
  const units = Array.from({ length: d }, (_, j) => j);
  const zr = units.map((j) => own(j) + back(j)), zz = units.map((j) => own(d + j) + back(d + j));
  const r = zr.map(sigmoid), z = zz.map(sigmoid);
  const recalled = units.map((j) => back(2 * d + j));
  const zn = units.map((j) => own(2 * d + j) + r[j]! * recalled[j]!);
  const hidden = units.map((j) => (1 - z[j]!) * Math.tanh(zn[j]!) + z[j]! * h[j]!);

  const identity = tensor(units.map((a) => units.map((b) => a === b ? 1 : 0)));
  const linear = (
    hin: number[],
    weights: Tensor,
    bias: number[],
    out: number[],
    of: number[],
    count: number,
  ): number[] => [
    ...contiguous(lrpLinear(tensor(hin), weights, tensor(bias), tensor(out), tensor(of), {
      eps: rule.eps,
      biasFactor: rule.biasFactor,
      biasNbUnits: count,
    })),
  ];
  const nothing = units.map(() => 0);
  const written = linear(units.map((j) => (1 - z[j]!) * Math.tanh(zn[j]!)), identity, nothing, hidden, [
    ...relevance,
  ], 2 * d);
  const kept = linear(units.map((j) => z[j]! * h[j]!), identity, nothing, hidden, [...relevance], 2 * d);
  // 1 - z = sigmoid(-z's pre-activation)
  const writing = units.map((j) => share(-zz[j]!, zn[j]!, written[j]!, rule));
  const keeping = units.map((j) => share(zz[j]!, h[j]!, kept[j]!, rule));
  const ofNew = writing.map(([, signal]) => signal);
  const ofUpdate = units.map((j) => writing[j]![0] + keeping[j]![0]);
  let before = keeping.map(([, signal]) => signal);

  const columns = (from: number, width: number, weights: Float64Array, factor: number[]): Tensor =>
    tensor(
      Array.from(
        { length: width },
        (_, k) => units.map((j) => factor[j]! * weights[(from + j) * width + k]!),
      ),
    );
  const ones = units.map(() => 1);
  // What the product of the reset gate shares: per unit, the recurrent part of n's pre-activation.
  const part = units.map((j) =>
    r[j]! * recalled[j]! * ofNew[j]! / (zn[j]! + (zn[j]! >= 0 ? rule.eps : -rule.eps))
  );
  const resetting = units.map((j) => share(zr[j]!, recalled[j]!, part[j]!, rule));
  const ofReset = resetting.map(([gate]) => gate);
  const signal = units.map((j) =>
    rule.productRule === "all" ? 1 : part[j] === 0 ? 0.5 : resetting[j]![1] / part[j]!
  );
  const bias = units.map((j) => w.inputBias[2 * d + j]! + r[j]! * signal[j]! * w.recurrentBias[2 * d + j]!);
  let input = linear([...x], columns(2 * d, e, w.inputWeights, ones), bias, zn, ofNew, d + e);
  const recurrent = columns(2 * d, d, w.recurrentWeights, units.map((j) => r[j]! * signal[j]!));
  const add = (a: number[], b: number[]): number[] => a.map((value, i) => value + b[i]!);
  before = add(before, linear([...h], recurrent, bias, zn, ofNew, d + e));
  for (const [from, of, out] of [[0, ofReset, zr], [d, ofUpdate, zz]] as const) {
    if (rule.productRule === "all") continue;
    const both = units.map((j) => w.inputBias[from + j]! + w.recurrentBias[from + j]!);
    input = add(input, linear([...x], columns(from, e, w.inputWeights, ones), both, out, of, d + e));
    before = add(before, linear([...h], columns(from, d, w.recurrentWeights, ones), both, out, of, d + e));
  }
  return { hidden, input, before };
}
