/** Contextual decomposition as its paper writes it: both parts carried along, biases as a third. Slow; shares no code. */
import type { LstmParameters } from "../../lib/recurrent/mod.ts";
import type { RandomLstm } from "./random_lstm.ts";

/** The part that belongs to a token and the part that does not, one vector per step. */
export interface Parts {
  readonly relevant: number[][];
  readonly irrelevant: number[][];
}

type Activation = (z: number) => number;
const sigmoid: Activation = (z) => 1 / (1 + Math.exp(-z));

/** The three parts of act(a + b + c). */
function split3(a: number, b: number, c: number, act: Activation): [number, number, number] {
  return [
    0.5 * ((act(a + c) - act(c)) + (act(a + b + c) - act(b + c))),
    0.5 * ((act(b + c) - act(c)) + (act(a + b + c) - act(a + c))),
    act(c),
  ];
}

/** The first of the two parts of tanh(a + b). */
const split2 = (a: number, b: number): number => 0.5 * (Math.tanh(a) + (Math.tanh(a + b) - Math.tanh(b)));

function decomposeCell(p: LstmParameters, { relevant, irrelevant }: Parts): Parts {
  const d = p.recurrentWeights.shape[1]!;
  const zero = (): number[] => new Array(d).fill(0);
  let cellRelevant = zero(), cellIrrelevant = zero(), relevantHidden = zero(), irrelevantHidden = zero();
  const result: Parts = { relevant: [], irrelevant: [] };
  const linear = (row: number, x: number[], h: number[]): number =>
    x.reduce((sum, value, k) => sum + value * p.inputWeights.get(row, k), 0) +
    h.reduce((sum, value, k) => sum + value * p.recurrentWeights.get(row, k), 0);
  for (const [t, x] of relevant.entries()) {
    const next = { cr: zero(), ci: zero(), hr: zero(), hi: zero() };
    for (let j = 0; j < d; j++) {
      const parts = (gate: number): [number, number, number] => [
        linear(gate * d + j, x, relevantHidden),
        linear(gate * d + j, irrelevant[t]!, irrelevantHidden),
        (p.inputBias?.get(gate * d + j) ?? 0) + (p.recurrentBias?.get(gate * d + j) ?? 0),
      ];
      const [ir, ii, ib] = split3(...parts(0), sigmoid);
      const [fr, fi, fb] = split3(...parts(1), sigmoid);
      const [gr, gi, gb] = split3(...parts(2), Math.tanh);
      const [a, b, c] = parts(3);
      const o = sigmoid(a + b + c);
      next.cr[j] = ir * (gr + gb) + ib * gr + (fr + fb) * cellRelevant[j]!;
      next.ci[j] = ii * (gr + gi + gb) + (ir + ib) * gi + ib * gb + (fr + fi + fb) * cellIrrelevant[j]! +
        fi * cellRelevant[j]!;
      next.hr[j] = o * split2(next.cr[j]!, next.ci[j]!);
      next.hi[j] = o * split2(next.ci[j]!, next.cr[j]!);
    }
    [cellRelevant, cellIrrelevant, relevantHidden, irrelevantHidden] = [next.cr, next.ci, next.hr, next.hi];
    result.relevant.push(next.hr);
    result.irrelevant.push(next.hi);
  }
  return result;
}

/** Both parts of a score, without the bias of the output layer, for one token. */
export function decompositionByDefinition(
  { layers, output }: RandomLstm,
  inputs: readonly number[][],
  { token, target }: { token: number; target: number },
): { relevant: number; irrelevant: number } {
  let parts: Parts = {
    relevant: inputs.map((x, t) => t === token ? [...x] : x.map(() => 0)),
    irrelevant: inputs.map((x, t) => t === token ? x.map(() => 0) : [...x]),
  };
  const turned = ({ relevant, irrelevant }: Parts): Parts => ({
    relevant: relevant.toReversed(),
    irrelevant: irrelevant.toReversed(),
  });
  let last = { relevant: [] as number[], irrelevant: [] as number[] };
  for (const { forward, reverse } of layers) {
    const up = decomposeCell(forward, parts);
    const down = reverse && turned(decomposeCell(reverse, turned(parts)));
    const join = (a: number[][], b: number[][] | undefined): number[][] =>
      a.map((row, t) => [...row, ...(b?.[t] ?? [])]);
    parts = {
      relevant: join(up.relevant, down?.relevant),
      irrelevant: join(up.irrelevant, down?.irrelevant),
    };
    last = {
      relevant: [...up.relevant.at(-1)!, ...(down?.relevant[0] ?? [])],
      irrelevant: [...up.irrelevant.at(-1)!, ...(down?.irrelevant[0] ?? [])],
    };
  }
  const read = (hidden: number[]): number =>
    hidden.reduce((sum, value, j) => sum + value * output.weights.get(target, j), 0);
  return { relevant: read(last.relevant), irrelevant: read(last.irrelevant) };
}
