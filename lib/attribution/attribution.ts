import { formatShape } from "../errors.ts";
import type { Drawing, MimeBundle } from "../plot/mod.ts";
import type { Ledger } from "../rules/mod.ts";
import { exactSum } from "../statistics.ts";
import { contiguous, type Tensor, tensor } from "../tensor/mod.ts";
import type { MethodResult } from "./method.ts";
import type { ResolvedTarget } from "./target.ts";

/** The most tokens that are written into a line. */
const SHOWN = 60;

/** What an {@linkcode Attribution} is made of. */
export interface AttributionParts extends MethodResult {
  /** The token of each step; none where the input is not a sequence. */
  readonly tokens: readonly string[];
  /** The scores of the run, `[K]`. */
  readonly scores: Float64Array;
  /** The names of the classes, `[K]`. */
  readonly labels: readonly string[];
  /** What was explained. */
  readonly target: ResolvedTarget;
  /** How it was explained. */
  readonly method: { readonly name: string; readonly options: Readonly<Record<string, unknown>> };
}

/**
 * The answer to *why did the network say that?*: relevance of every input component and of every token, what was
 * explained and how, and where the rest of the relevance went.
 */
export class Attribution {
  readonly #parts: AttributionParts;
  #ledger: Ledger | undefined;
  #tokenRelevance: Float64Array | undefined;

  /** Puts the parts together; they may come about when they are asked for. */
  constructor(parts: AttributionParts) {
    this.#parts = parts;
  }

  /** Relevance of the input: `[T, E]`, or `[T]` for methods that see only whole tokens. */
  get relevance(): Tensor {
    return this.#parts.relevance;
  }

  /** The two directions of a bidirectional net apart; they add up to the relevance. */
  get directions(): { readonly forward: Tensor; readonly reverse: Tensor } | undefined {
    return this.#parts.directions;
  }

  /** The token of each step. */
  get tokens(): readonly string[] {
    return this.#parts.tokens;
  }

  /** Relevance left in initial states. */
  get rest(): number {
    return this.#parts.rest ?? 0;
  }

  /** The scores of the run, `[K]`. */
  get scores(): Float64Array {
    return this.#parts.scores;
  }

  /** The names of the classes, `[K]`. */
  get labels(): readonly string[] {
    return this.#parts.labels;
  }

  /** What was explained. */
  get target(): ResolvedTarget {
    return this.#parts.target;
  }

  /** How it was explained. */
  get method(): { readonly name: string; readonly options: Readonly<Record<string, unknown>> } {
    return this.#parts.method;
  }

  /** Cautions that a reader of the numbers should know. */
  get notes(): readonly string[] {
    return this.#parts.notes ?? [];
  }

  /** Relevance of each step, `[T]`: the sum over its components. Both directions together. */
  get tokenRelevance(): Float64Array {
    return this.#tokenRelevance ??= sumOverComponents(this.relevance);
  }

  /** Where the relevance went, for methods that keep account. */
  get ledger(): Ledger | undefined {
    const { ledger } = this.#parts;
    return this.#ledger ??= typeof ledger === "function" ? ledger() : ledger;
  }

  /** The explained score: the weighted sum of scores that the target asks for. */
  get score(): number {
    return exactSum(this.scores.map((score, k) => score * this.target.weights[k]!));
  }

  /**
   * The tokens, the pixels of an image (other axes before the last two are summed), or the numbers of a list, on colors; for
   * other pictures and options see `@relprop/lrp/plot`.
   */
  async toPicture(): Promise<Drawing> {
    const { imageHeatmap, wordHeatmap } = await import("../plot/mod.ts");
    const caption = `${this.method.name} of ${this.target.name}, score ${this.score.toPrecision(4)}`;
    if (this.tokens.length > 0) return wordHeatmap(this.tokens, this, { caption });
    const flat = contiguous(this.relevance), [height, width] = this.relevance.shape.slice(-2);
    if (width === undefined) {
      const names = Array.from(flat, (_, i) => `x${i}`);
      return wordHeatmap(names, flat, { title: "Relevance of the inputs", caption, values: true });
    }
    const area = height! * width;
    return imageHeatmap(tensor(flat, [flat.length / area, height!, width]), { caption });
  }

  /** Shows the picture in a notebook, or prints it in a terminal. */
  async show(): Promise<void> {
    await (await this.toPicture()).show();
  }

  /** What a notebook shows when a cell ends with an attribution. */
  async [Symbol.for("Jupyter.display")](): Promise<MimeBundle> {
    return await (await this.toPicture()).toBundle();
  }

  /** The answer in a line: what was explained and how, and the relevance of the tokens, or of an input without tokens its shape. */
  toString(): string {
    const { method, target, tokens, relevance, tokenRelevance } = this;
    const what = `${method.name} of ${target.name}, score ${this.score.toPrecision(4)}`;
    if (tokens.length === 0) {
      return `${what}: relevance ${formatShape(relevance.shape)}, sum ${signed(exactSum(tokenRelevance))}`;
    }
    const shown = tokens.slice(0, SHOWN).map((token, t) => `${token}(${signed(tokenRelevance[t]!)})`);
    if (tokens.length > SHOWN) shown.push(`and ${tokens.length - SHOWN} more`);
    return `${what}: ${shown.join(" ")}`;
  }

  /** What `console.log()` writes. */
  [Symbol.for("Deno.customInspect")](): string {
    return `${this}`;
  }

  /** The answer as plain data, one number per token. */
  toJSON(): Record<string, unknown> {
    const { method, target, labels, tokens, rest, notes } = this;
    return {
      method: { name: method.name, ...method.options },
      target: target.class ?? target.name,
      labels,
      scores: [...this.scores],
      tokens,
      relevance: [...this.tokenRelevance],
      rest,
      ...(this.ledger && { ledger: this.ledger.toJSON() }),
      ...(notes.length > 0 && { notes }),
    };
  }
}

function sumOverComponents(relevance: Tensor): Float64Array {
  const steps = relevance.shape[0] ?? 1;
  const flat = contiguous(relevance);
  const size = flat.length / steps;
  return Float64Array.from(
    { length: steps },
    (_, t) => exactSum(flat.subarray(t * size, (t + 1) * size)),
  );
}

/** A number in three digits with its sign. Pictures, which have this too, are loaded only when they are asked for. */
function signed(value: number): string {
  return `${value > 0 ? "+" : ""}${Number(value.toPrecision(3))}`;
}
