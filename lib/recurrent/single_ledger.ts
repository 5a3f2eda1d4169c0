import type { BlockAnswer, ProductRule } from "../kernels/mod.ts";
import { Ledger, type LedgerEntry } from "../rules/ledger.ts";
import { exactSum } from "../statistics.ts";
import { reverseSteps } from "./directions.ts";
import { entriesOf } from "./ledger_entries.ts";
import type { RecurrentClassifier } from "./recurrent_classifier.ts";
import type { Sequence } from "./sequence.ts";

/** What was run. */
interface SingleRun {
  readonly sequence: Sequence;
  /** The factor of each score. */
  readonly weights: Float64Array;
  readonly epsilon: number;
  readonly biasFactor: number;
  readonly productRule?: ProductRule;
}

/**
 * The account, step by step, of a net that was run alone with its directions apart. The kernels keep the sums of every
 * step for a net of one layer; the lines of others come from a second run, cell by cell.
 */
export function singleLedger(model: RecurrentClassifier, answer: BlockAnswer, run: SingleRun): Ledger {
  const entries = model.layers.length === 1
    ? ofOneLayer(model, answer, 1 - run.biasFactor)
    : model.forward(run.sequence).relevance(run.weights, run).ledger.entries;
  return new Ledger(entries, {
    received: answer.head.received,
    input: exactSum(answer.results.flatMap((all) => [...all])),
    rest: answer.layers.reduce((sum, { rest }) => sum + rest, 0),
  });
}

function ofOneLayer(
  { layers }: RecurrentClassifier,
  { head, results, steps: sums, layers: shares }: BlockAnswer,
  absorbed: number,
): LedgerEntry[] {
  const { forward, reverse } = layers[0]!, { entered } = shares[0]!;
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
  return entries;
}
