import type { BlockAnswer } from "../kernels/mod.ts";
import { Ledger, type LedgerEntry } from "../rules/ledger.ts";
import { exactSum } from "../statistics.ts";
import { reverseSteps } from "./directions.ts";
import { entriesOf } from "./ledger_entries.ts";
import type { RecurrentClassifier } from "./recurrent_classifier.ts";

/** The account of a net with one layer that was run alone with its directions apart, step by step. */
export function singleLedger(
  { layers }: RecurrentClassifier,
  { head, results, steps: sums, layers: shares }: BlockAnswer,
  biasFactor: number,
): Ledger {
  const absorbed = 1 - biasFactor, { forward, reverse } = layers[0]!, { entered, rest } = shares[0]!;
  const entries: LedgerEntry[] = [{
    layer: "output",
    received: head.received,
    sent: entered,
    bias: absorbed * head.bias,
    stabilizer: absorbed * head.stabilizer,
  }];
  [forward, reverse].forEach((cell, direction) => {
    if (!cell) return;
    const all = sums![direction]!, steps = all.length / 5, reversed = direction === 1;
    const part = (index: number, factor = 1): Float64Array =>
      all.slice(index * steps, (index + 1) * steps).map((value) => factor * value);
    const input = results[direction]!;
    const ofSteps = {
      input: reversed ? reverseSteps(input, steps, cell.inputSize) : input,
      carried: part(0),
      bias: part(1, absorbed),
      stabilizer: part(2, absorbed),
      entered: part(4),
    };
    entries.push(...entriesOf(cell, ofSteps, reversed));
  });
  const input = exactSum(results.flatMap((all) => [...all]));
  return new Ledger(entries, { received: head.received, input, rest });
}
