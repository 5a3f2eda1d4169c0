import { formatTable, htmlTable } from "./table.ts";

/** One line of a {@linkcode Ledger}: what a layer, or one step of a recurrent layer, did with the relevance it received. */
export interface LedgerEntry {
  /** The layer. */
  readonly layer: string;
  /** The position in the input, for a step of a recurrent layer. */
  readonly position?: number;
  /** Relevance that came in. */
  readonly received: number;
  /** Relevance sent on, to the layer below and to neighbouring steps. */
  readonly sent: number;
  /** Relevance absorbed by biases. */
  readonly bias: number;
  /** Relevance absorbed by stabilizers. */
  readonly stabilizer: number;
  /** The rule, where layers may have different ones. */
  readonly rule?: string;
  /** Relevance that the rule itself took away or, negative, added: the account of rules that do not conserve. */
  readonly lost?: number;
}

/** The totals of a {@linkcode Ledger}. */
export interface LedgerTotals {
  /** Relevance given to the scores. */
  readonly received: number;
  /** Relevance that arrived at the input. */
  readonly input: number;
  /** Relevance left in initial states and constants. */
  readonly rest: number;
}

const AMOUNTS = ["received", "sent", "bias", "stabilizer", "lost"] as const;
const HEAD: readonly string[] = ["layer", "rule", ...AMOUNTS];
/** The columns of {@linkcode HEAD} before the amounts. */
const NAMES = HEAD.length - AMOUNTS.length;

/**
 * Where the relevance went. Every line and the whole must balance: what came in is what was sent on, plus what biases
 * and stabilizers absorbed and what rules that do not conserve took away.
 *
 * ```text
 * received = input + rest + bias + stabilizer + lost + gap
 * ```
 *
 * The gap is rounding: some 1e-16 of the relevance in flow in float64.
 *
 * @example A ledger of one layer that closes
 * ```ts
 * import { Ledger } from "@relprop/lrp/rules";
 * import { assertEquals } from "@std/assert";
 *
 * const ledger = new Ledger(
 *   [{ layer: "dense", received: 4, sent: 3, bias: 0.75, stabilizer: 0.25 }],
 *   { received: 4, input: 3, rest: 0 },
 * );
 * assertEquals(ledger.gap, 0);
 * assertEquals(ledger.bias, 0.75);
 * ```
 */
export class Ledger {
  /** Relevance given to the scores. */
  readonly received: number;
  /** Relevance that arrived at the input. */
  readonly input: number;
  /** Relevance left in initial states and constants. */
  readonly rest: number;
  /** Relevance absorbed by all biases. */
  readonly bias: number;
  /** Relevance absorbed by all stabilizers. */
  readonly stabilizer: number;
  /** Relevance that rules took away or, negative, added; 0 where all rules conserve. */
  readonly lost: number;
  /** One line per layer or step, in the order in which relevance passed through. */
  readonly entries: readonly LedgerEntry[];

  /** Adds the lines up. */
  constructor(entries: readonly LedgerEntry[], { received, input, rest }: LedgerTotals) {
    this.entries = Object.freeze([...entries]);
    this.received = received;
    this.input = input;
    this.rest = rest;
    this.bias = entries.reduce((sum, entry) => sum + entry.bias, 0);
    this.stabilizer = entries.reduce((sum, entry) => sum + entry.stabilizer, 0);
    this.lost = entries.reduce((sum, entry) => sum + (entry.lost ?? 0), 0);
  }

  /** Relevance that is in no account: rounding. */
  get gap(): number {
    return this.received - this.input - this.rest - this.bias - this.stabilizer - this.lost;
  }

  /**
   * The largest gap of any line or of the whole, divided by {@linkcode scale}: how well the books are kept, in units of
   * the relevance that flowed. Where the flow is much larger than the score, divide the gap by the score instead.
   */
  get relativeGap(): number {
    const largest = this.entries.reduce(
      (gap, entry) => Math.max(gap, Math.abs(gapOf(entry))),
      Math.abs(this.gap),
    );
    return largest / (this.scale || 1);
  }

  /** The largest amount in any account or line, in absolute value: the measure of what rounding can lose. */
  get scale(): number {
    let scale = Math.max(
      ...[this.received, this.input, this.rest, this.bias, this.stabilizer, this.lost].map(Math.abs),
    );
    for (const { received, sent, bias, stabilizer, lost = 0 } of this.entries) {
      scale = Math.max(scale, ...[received, sent, bias, stabilizer, lost].map(Math.abs));
    }
    return scale;
  }

  /** The totals as plain data. */
  toJSON(): Record<string, number> {
    const { received, input, rest, bias, stabilizer, lost, gap } = this;
    const named = this.entries.some((entry) => entry.lost !== undefined);
    return { received, input, rest, bias, stabilizer, ...named && { lost }, gap };
  }

  /** One line per layer, all steps together, in the order in which relevance passed through. */
  byLayer(): LedgerEntry[] {
    const layers = new Map<string, LedgerEntry>();
    for (const entry of this.entries) {
      const key = JSON.stringify([entry.layer, entry.rule]);
      const sum = layers.get(key);
      const { position: _, ...line } = entry;
      layers.set(
        key,
        sum === undefined ? line : {
          ...line,
          received: sum.received + entry.received,
          sent: sum.sent + entry.sent,
          bias: sum.bias + entry.bias,
          stabilizer: sum.stabilizer + entry.stabilizer,
          ...entry.lost !== undefined && { lost: sum.lost! + entry.lost },
        },
      );
    }
    return [...layers.values()];
  }

  /** One line per layer as a table for a terminal. */
  toTable(): string {
    return formatTable(HEAD, this.#rows(), { names: NAMES });
  }

  /** What a notebook shows when a cell ends with a ledger: one line per layer. */
  [Symbol.for("Jupyter.display")](): Record<string, string> {
    return {
      "text/html": htmlTable(HEAD, this.#rows(), { names: NAMES }),
      "text/plain": `${this.toTable()}\n\n${this}`,
    };
  }

  #rows(): string[][] {
    return this.byLayer().map((entry) => [
      entry.layer,
      entry.rule ?? "",
      ...AMOUNTS.map((amount) => (entry[amount] ?? 0).toPrecision(6)),
    ]);
  }

  /** The totals as a table for a terminal. */
  toString(): string {
    return Object.entries(this.toJSON())
      .map(([account, amount]) => `${account.padEnd(10)} ${amount.toPrecision(6).padStart(13)}`)
      .join("\n");
  }

  /** What `console.log()` writes. */
  [Symbol.for("Deno.customInspect")](): string {
    return this.toString();
  }
}

/** What a line does not account for. */
function gapOf({ received, sent, bias, stabilizer, lost = 0 }: LedgerEntry): number {
  return received - sent - bias - stabilizer - lost;
}
