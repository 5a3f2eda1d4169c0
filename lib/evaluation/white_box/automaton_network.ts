import type { RecurrentClassifier } from "../../recurrent/mod.ts";
import type { WhiteBoxOptions } from "./counter_network.ts";
import { matrix, repeat, whiteBox } from "./gate_weights.ts";
import { hasForbiddenSubsequence } from "./subsequence_network.ts";

const SYMBOLS = "abcd";

/**
 * An LSTM without training that decides the same question as {@linkcode subsequenceNetwork} by a finite automaton: a unit per
 * pair of state and last symbol, of which one is on. Nothing is remembered in the cell: the forget gate is shut.
 *
 * @param options.step Default 0.5.
 *
 * @example The same answers
 * ```ts
 * import { automatonNetwork } from "@relprop/lrp/evaluation";
 * import { explain, lrp } from "@relprop/lrp/attribution";
 * import { assertEquals } from "@std/assert";
 *
 * const say = (text: string) => explain(automatonNetwork(), text, { method: lrp() }).target.name;
 * assertEquals([say("bba"), say("bab")], ["none", "found"]);
 * ```
 *
 * @see Hao 2020, Evaluating Attribution Methods using White-Box LSTMs, https://arxiv.org/abs/2010.08606
 */
export function automatonNetwork({ gate = 50, step = 0.5 }: WhiteBoxOptions = {}): RecurrentClassifier {
  const { states, next } = automaton();
  const sink = states - 1, units = states * SYMBOLS.length;
  const stateOf = (unit: number): number => Math.floor(unit / SYMBOLS.length);
  const symbolOf = (unit: number): number => unit % SYMBOLS.length;
  const reaches = (state: number, unit: number): boolean => next[state]![symbolOf(unit)] === stateOf(unit);
  // Before the first symbol no unit is on: the bias alone says what the start leads to.
  const bias = Array.from({ length: units }, (_, unit) => reaches(0, unit) ? gate : -gate);
  // A unit that is on has this hidden state; the weights undo it, so that pre-activations are ±gate.
  const on = Math.tanh(Math.tanh(step));
  return whiteBox({
    symbols: SYMBOLS,
    labels: ["none", "found"],
    gates: {
      i: {
        recurrent: matrix(
          units,
          units,
          (unit, from) => ((reaches(stateOf(from), unit) ? gate : -gate) - bias[unit]!) / on,
        ),
        bias,
      },
      f: { bias: repeat(-gate, units) },
      g: { input: matrix(units, SYMBOLS.length, (unit, k) => symbolOf(unit) === k ? step : 0) },
      o: { bias: repeat(gate, units) },
    },
    output: {
      weights: matrix(2, units, (found, unit) => Number((stateOf(unit) === sink) === (found === 1))),
      bias: [0, 0],
    },
  });
}

/** Which state each symbol leads to. A state is the set of symbols seen, where that matters; the last is "found". */
function automaton(): { states: number; next: number[][] } {
  // What can still follow depends on the symbols seen, in whatever order: sets that allow the same are one state.
  const keyOf = (seen: string): string =>
    [...SYMBOLS].filter((symbol) => [...seen].some((first) => hasForbiddenSubsequence(first + symbol))).join(
      "",
    );
  const known = new Map<string, number>([["", 0]]), seenIn = [""], next: number[][] = [];
  for (let state = 0; state < seenIn.length; state++) {
    next.push([...SYMBOLS].map((symbol) => {
      const seen = seenIn[state]! + symbol, key = keyOf(seen);
      if (keyOf(seenIn[state]!).includes(symbol)) return -1;
      if (!known.has(key)) {
        known.set(key, seenIn.length);
        seenIn.push(seen);
      }
      return known.get(key)!;
    }));
  }
  const sink = seenIn.length;
  next.push(repeat(sink, SYMBOLS.length));
  return { states: sink + 1, next: next.map((row) => row.map((state) => state < 0 ? sink : state)) };
}
