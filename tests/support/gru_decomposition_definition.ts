/** Contextual decomposition of one GRU direction with all three parts carried along. Slow; shares no code. */
import type { GruParameters } from "../../lib/recurrent/mod.ts";
import type { Parts } from "./decomposition_definition.ts";

/** Parts of a number: from the token, from all others, from biases alone. */
type Three = readonly [relevant: number, irrelevant: number, bias: number];

const sigmoid = (z: number): number => 1 / (1 + Math.exp(-z));

const act3 = ([a, b, c]: Three, act: (z: number) => number): Three => [
  0.5 * ((act(a + c) - act(c)) + (act(a + b + c) - act(b + c))),
  0.5 * ((act(b + c) - act(c)) + (act(a + b + c) - act(a + c))),
  act(c),
];

const multiply3 = ([pr, pi, pb]: Three, [qr, qi, qb]: Three): Three => [
  pr * (qr + qb) + pb * qr,
  pi * (qr + qi + qb) + (pr + pb) * qi,
  pb * qb,
];

/** The parts of the hidden states, given the parts of the inputs. */
export function decomposeGruCell(p: Required<GruParameters>, { relevant, irrelevant }: Parts): Parts {
  const d = p.recurrentWeights.shape[1]!;
  let hr = new Array<number>(d).fill(0), hi = new Array<number>(d).fill(0);
  const result: Parts = { relevant: [], irrelevant: [] };
  const row = (weights: Required<GruParameters>["inputWeights"], at: number, x: readonly number[]): number =>
    x.reduce((sum, value, k) => sum + value * weights.get(at, k), 0);
  for (const [t, x] of relevant.entries()) {
    const other = irrelevant[t]!, nextR: number[] = [], nextI: number[] = [];
    for (let j = 0; j < d; j++) {
      const whole = (at: number): Three => [
        row(p.inputWeights, at, x) + row(p.recurrentWeights, at, hr),
        row(p.inputWeights, at, other) + row(p.recurrentWeights, at, hi),
        p.inputBias.get(at) + p.recurrentBias.get(at),
      ];
      const n = 2 * d + j;
      const [rr, ri, rb] = multiply3(act3(whole(j), sigmoid), [
        row(p.recurrentWeights, n, hr),
        row(p.recurrentWeights, n, hi),
        p.recurrentBias.get(n),
      ]);
      const written = act3(
        [row(p.inputWeights, n, x) + rr, row(p.inputWeights, n, other) + ri, p.inputBias.get(n) + rb],
        Math.tanh,
      );
      const [zr, zi, zb] = act3(whole(d + j), sigmoid);
      const [nr, ni, nb] = multiply3([-zr, -zi, 1 - zb], written);
      nextR.push(nr + (zr + zb) * hr[j]!);
      nextI.push(ni + nb + (zr + zi + zb) * hi[j]! + zi * hr[j]!);
    }
    [hr, hi] = [nextR, nextI];
    result.relevant.push(nextR);
    result.irrelevant.push(nextI);
  }
  return result;
}
