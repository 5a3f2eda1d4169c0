import type { RecurrentRelevance } from "../kernels/mod.ts";
import type { LedgerEntry } from "../rules/mod.ts";
import { exactSum } from "../statistics.ts";
import type { RecurrentCell } from "./cell.ts";

/** The lines of one cell in the order of its backward run; a step receives from above and from the step after it. */
export function entriesOf(
  cell: RecurrentCell,
  shares: Omit<RecurrentRelevance, "restHidden" | "restCell">,
  reversed: boolean,
): LedgerEntry[] {
  const { input, entered, carried, bias, stabilizer } = shares;
  const steps = entered.length, size = cell.inputSize;
  return Array.from({ length: steps }, (_, index) => {
    const t = steps - 1 - index;
    return {
      layer: cell.name,
      position: reversed ? index : t,
      received: entered[t]! + (carried[t + 1] ?? 0),
      sent: exactSum(input.subarray(t * size, (t + 1) * size)) + carried[t]!,
      bias: bias[t]!,
      stabilizer: stabilizer[t]!,
    };
  });
}
