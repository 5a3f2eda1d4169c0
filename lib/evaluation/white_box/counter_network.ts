import type { RecurrentClassifier } from "../../recurrent/mod.ts";
import { repeat, whiteBox } from "./gate_weights.ts";

/** The constants of a net whose weights are written by hand. */
export interface WhiteBoxOptions {
  /** What saturates the gates. Default 50. */
  readonly gate?: number;
  /** What a symbol adds before its tanh. */
  readonly step?: number;
}

/**
 * An LSTM without training that says whether a string has more a than b: its one cell counts.
 *
 * ```text
 * g = tanh(step · (+1 for a, -1 for b)),  all gates sigmoid(gate) ≈ 1
 * ```
 *
 * @param options.step Default 0.5.
 *
 * @example Two a, one b
 * ```ts
 * import { counterNetwork } from "@relprop/lrp/evaluation";
 * import { explain, lrp } from "@relprop/lrp/attribution";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(explain(counterNetwork(), "aba", { method: lrp() }).target.name, "more a");
 * ```
 *
 * @see Hao 2020, Evaluating Attribution Methods using White-Box LSTMs, https://arxiv.org/abs/2010.08606
 */
export function counterNetwork({ gate = 50, step = 0.5 }: WhiteBoxOptions = {}): RecurrentClassifier {
  const open = { bias: repeat(gate, 1) };
  return whiteBox({
    symbols: "ab",
    labels: ["not more a", "more a"],
    gates: { i: open, f: open, g: { input: [[step, -step]] }, o: open },
    output: { weights: [[0], [1]], bias: [Math.tanh(Math.tanh(step)) / 2, 0] },
  });
}
