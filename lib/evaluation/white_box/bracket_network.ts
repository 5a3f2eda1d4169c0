import type { RecurrentClassifier } from "../../recurrent/mod.ts";
import { matrix, repeat, whiteBox } from "./gate_weights.ts";

const SYMBOLS = "([)]";

/**
 * An LSTM without training that says which bracket must close next: its cells are a stack of bounded depth.
 *
 * The first `depth` cells hold the kinds of the open brackets, the next `depth` how deep the stack is, the last two what is
 * on top and whether nothing is.
 *
 * @param options.depth How many brackets may be open at a time. Default 10.
 * @param options.gate What saturates gates and states. Default 50.
 *
 * @example
 * ```ts
 * import { bracketNetwork } from "@relprop/lrp/evaluation";
 * import { explain, lrp } from "@relprop/lrp/attribution";
 * import { assertEquals } from "@std/assert";
 *
 * const say = (text: string) => explain(bracketNetwork(), text, { method: lrp() }).target.name;
 * assertEquals([say("([]"), say("(["), say("()")], [")", "]", "none"]);
 * ```
 *
 * @see Hao 2020, Evaluating Attribution Methods using White-Box LSTMs, https://arxiv.org/abs/2010.08606
 */
export function bracketNetwork(
  { depth = 10, gate = 50 }: { readonly depth?: number; readonly gate?: number } = {},
): RecurrentClassifier {
  const n = depth, units = 2 * n + 2, top = 2 * n, empty = 2 * n + 1;
  /** 1 where the stack is exactly this deep, seen from the cells that say how deep it is. */
  const level = (row: number, column: number): number =>
    row < 0 || row >= n ? 0 : column === row ? 1 : column === row + 1 ? -1 : 0;
  const isKind = (unit: number): boolean => unit < n;
  const isDepth = (unit: number): boolean => unit >= n && unit < 2 * n;
  const opening = (k: number): boolean => k < 2;
  const factor = gate / Math.tanh(1);
  const recurrentCandidate = (unit: number, from: number): number => {
    if (isKind(unit)) return from === top ? 1 : 0;
    if (unit === top) return isKind(from) ? 2 ** (from + 1) : 0;
    return unit === empty && isDepth(from) ? -Math.tanh(1) : 0;
  };
  const candidate = (unit: number, k: number): number => {
    if (!opening(k)) return 0;
    if (isDepth(unit)) return 1;
    if (unit === top) return k === 0 ? 2 ** (n + 1) : -(2 ** (n + 1));
    return unit === empty ? -2 : 0;
  };
  return whiteBox({
    symbols: SYMBOLS,
    labels: ["none", ")", "]"],
    gates: {
      i: {
        input: matrix(units, 4, (unit, k) => {
          if (isKind(unit) && !opening(k)) return -2 * gate;
          return unit === n && opening(k) ? 2 * gate : 0;
        }),
        recurrent: matrix(units, units, (unit, from) => {
          if (!isDepth(from)) return 0;
          if (isKind(unit)) return 2 * gate * level(unit, from - n);
          return isDepth(unit) ? 2 * gate * level(unit - n - 1, from - n) : 0;
        }),
        bias: [...repeat(-gate, 2 * n), gate, gate],
      },
      f: {
        input: matrix(units, 4, (unit, k) => unit < 2 * n && opening(k) ? 2 * gate : 0),
        recurrent: matrix(units, units, (unit, from) => {
          if (!isDepth(from)) return 0;
          if (isKind(unit)) return -2 * gate * level(unit + 1, from - n);
          return isDepth(unit) ? -2 * gate * level(unit - n, from - n) : 0;
        }),
        bias: [...repeat(gate, 2 * n), -gate, -gate],
      },
      g: {
        input: matrix(units, 4, (unit, k) => gate * candidate(unit, k)),
        recurrent: matrix(units, units, (unit, from) => factor * recurrentCandidate(unit, from)),
        bias: [...repeat(0, 2 * n + 1), 1.5 * gate],
      },
      o: { bias: repeat(gate, units) },
    },
    output: {
      weights: [[...repeat(0, 2 * n), 0, 1], [...repeat(0, 2 * n), 1, 0], [...repeat(0, 2 * n), -1, 0]],
      bias: [0, 0, 0],
    },
  });
}
