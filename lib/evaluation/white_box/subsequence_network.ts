import type { RecurrentClassifier } from "../../recurrent/mod.ts";
import type { WhiteBoxOptions } from "./counter_network.ts";
import { matrix, repeat, whiteBox } from "./gate_weights.ts";

const SYMBOLS = "abcd";
/** The forbidden subsequences, each as the symbol that opens the door and the one that then counts. */
const PAIRS: readonly string[] = ["ab", "bc", "dc", "cd"];

/**
 * An LSTM without training that says whether a string holds one of the subsequences ab, bc, cd and dc: four cells count the
 * symbols, three more count b, c and d once the door is open.
 *
 * @param options.step Default 0.7.
 *
 * @example b before a is allowed, after it is not
 * ```ts
 * import { subsequenceNetwork } from "@relprop/lrp/evaluation";
 * import { explain, lrp } from "@relprop/lrp/attribution";
 * import { assertEquals } from "@std/assert";
 *
 * const say = (text: string) => explain(subsequenceNetwork(), text, { method: lrp() }).target.name;
 * assertEquals([say("bba"), say("bab")], ["none", "found"]);
 * ```
 *
 * @see Hao 2020, Evaluating Attribution Methods using White-Box LSTMs, https://arxiv.org/abs/2010.08606
 */
export function subsequenceNetwork({ gate = 50, step = 0.7 }: WhiteBoxOptions = {}): RecurrentClassifier {
  // Units 0 to 3 count a to d, units 4 to 6 count b, c and d behind their doors.
  const counted = (unit: number): string => SYMBOLS[unit < 4 ? unit : unit - 3]!;
  const opens = (unit: number, door: number): boolean =>
    unit >= 4 && door < 4 && PAIRS.includes(SYMBOLS[door]! + counted(unit));
  return whiteBox({
    symbols: SYMBOLS,
    labels: ["none", "found"],
    gates: {
      i: {
        recurrent: matrix(7, 7, (unit, door) => opens(unit, door) ? 2 * gate : 0),
        bias: [...repeat(gate, 4), ...repeat(-gate, 3)],
      },
      f: { bias: repeat(gate, 7) },
      g: { input: matrix(7, 4, (unit, k) => SYMBOLS[k] === counted(unit) ? step : 0) },
      o: { bias: repeat(gate, 7) },
    },
    output: {
      weights: [repeat(0, 7), [...repeat(0, 4), ...repeat(1, 3)]],
      bias: [Math.tanh(Math.tanh(step)) / 20, 0],
    },
  });
}

/**
 * Whether a string holds one of the subsequences ab, bc, cd and dc, found without a network.
 *
 * @example
 * ```ts
 * import { hasForbiddenSubsequence } from "@relprop/lrp/evaluation";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals([hasForbiddenSubsequence("bda"), hasForbiddenSubsequence("aadb")], [false, true]);
 * ```
 */
export function hasForbiddenSubsequence(text: string): boolean {
  return PAIRS.some(([first, second]) => {
    const start = text.indexOf(first!);
    return start >= 0 && text.indexOf(second!, start) >= 0;
  });
}
