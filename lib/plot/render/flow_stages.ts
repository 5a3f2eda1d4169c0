import type { LayerAbsorption, LedgerAccount } from "../ledger_waterfall.ts";

/** Relevance that a layer takes out of the flow; below zero where it adds to it. */
export interface Absorbed {
  readonly name: "bias" | "stabilizer" | "rule" | "rest";
  readonly amount: number;
}

/** One place on the way from the score to the input. */
export interface FlowStage {
  readonly label: string;
  /** Relevance that came in with the main stream. */
  readonly received: number;
  /** Relevance that goes on with the main stream. */
  readonly sent: number;
  readonly absorbed: readonly Absorbed[];
  /** The larger of all that comes in and all that goes out. */
  readonly size: number;
}

/** The way of relevance from the score to the input, with what the layers absorb. */
export function flowStages(ledger: LedgerAccount, layers: readonly LayerAbsorption[]): FlowStage[] {
  let level = ledger.received;
  const stages = layers.map(({ layer, bias, stabilizer, lost }, i): FlowStage => {
    const all: Absorbed[] = [
      { name: "bias", amount: bias },
      { name: "stabilizer", amount: stabilizer },
      { name: "rule", amount: lost },
    ];
    // Initial states lie beyond the last layer that relevance passes through.
    if (i === layers.length - 1) all.push({ name: "rest", amount: ledger.rest });
    const absorbed = all.filter(({ amount }) => amount !== 0);
    const received = level;
    level = absorbed.reduce((rest, { amount }) => rest - amount, level);
    return { label: layer, received, sent: level, absorbed, size: stageSize(received, level, absorbed) };
  });
  const input = {
    label: "input",
    received: ledger.input,
    sent: 0,
    absorbed: [],
    size: Math.abs(ledger.input),
  };
  const score = {
    label: "score",
    received: ledger.received,
    sent: ledger.received,
    absorbed: [],
    size: Math.abs(ledger.received),
  };
  return [score, ...stages, input];
}

function stageSize(received: number, sent: number, absorbed: readonly Absorbed[]): number {
  const sign = Math.sign(received || 1);
  const leaving = absorbed.reduce((sum, { amount }) => sum + Math.max(0, sign * amount), 0);
  const coming = absorbed.reduce((sum, { amount }) => sum + Math.max(0, -sign * amount), 0);
  return Math.max(Math.abs(received) + coming, Math.abs(sent) + leaving);
}

/** The words with the largest amounts in their order, and one entry for the others. */
export function largestWords(
  tokens: readonly string[],
  relevance: readonly number[],
  most: number,
): { label: string; amount: number }[] {
  const words = tokens.map((label, i) => ({ label, amount: relevance[i]! }));
  if (words.length <= most) return words;
  const bySize = words.toSorted((a, b) => Math.abs(b.amount) - Math.abs(a.amount));
  const kept = new Set(bySize.slice(0, most));
  const others = bySize.slice(most);
  const amount = others.reduce((sum, word) => sum + word.amount, 0);
  return [...words.filter((word) => kept.has(word)), { label: `${others.length} other words`, amount }];
}
