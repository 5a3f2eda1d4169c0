import type { BlockLayout } from "./block_layout.ts";
import { type LayerShares, layerShares } from "./layer_shares.ts";

/** What a block answers for one of its sequences. */
export interface BlockAnswer {
  readonly scores: Float64Array;
  readonly chosen: number;
  /**
   * Relevance of the tokens, `[T]`, or relevance or gradients of the inputs, `[T, E]`; one array per direction if they are
   * kept apart.
   */
  readonly results: readonly Float64Array[];
  /** Whether all scores and results are finite. */
  readonly finite: boolean;
  /** What the output layer sent, and what its bias and stabilizer took before `biasFactor` sent a part of it on. */
  readonly head: { readonly received: number; readonly bias: number; readonly stabilizer: number };
  /** From the top layer down. */
  readonly layers: readonly LayerShares[];
  /**
   * For a sequence alone, five sums per step of each direction of the lowest layer, `[5, T]`, before `biasFactor`: carried
   * on, bias, stabilizer, the share of each lower unit, entered.
   */
  readonly steps?: readonly Float64Array[] | undefined;
}

/** What a block answers for all of its sequences, copied out of the arena. */
export interface BlockNumbers {
  readonly layout: BlockLayout;
  /** Numbers per token in the results. */
  readonly inputSize: number;
  /** `[n, K]`. */
  readonly scores: Float64Array;
  readonly chosen: Int32Array;
  /** For each of the results the sum of each row. */
  readonly tokenSums: readonly Float64Array[];
  readonly results: readonly Float64Array[];
  /** `[n, 3]`; nothing where no relevance was sent. */
  readonly head: Float64Array | undefined;
  /** `[n, 5]` of each layer, from the top down. */
  readonly shares: readonly Float64Array[];
  readonly steps: readonly Float64Array[] | undefined;
}

/** The answer for one sequence: views of what was copied for all, made when they are asked for. */
export class SequenceAnswer implements BlockAnswer {
  readonly #block: BlockNumbers;
  readonly #sequence: number;

  constructor(block: BlockNumbers, sequence: number) {
    this.#block = block;
    this.#sequence = sequence;
  }

  get scores(): Float64Array {
    const { scores, layout } = this.#block, classes = scores.length / layout.lengths.length;
    return scores.subarray(this.#sequence * classes, (this.#sequence + 1) * classes);
  }

  get chosen(): number {
    return this.#block.chosen[this.#sequence]!;
  }

  get results(): readonly Float64Array[] {
    const { results, inputSize, layout: { offsets, lengths } } = this.#block;
    const first = offsets[this.#sequence]!, end = first + lengths[this.#sequence]!;
    return results.map((all) => all.subarray(first * inputSize, end * inputSize));
  }

  /** Sums of finite numbers that overflow count as not finite. */
  get finite(): boolean {
    const { scores, tokenSums, layout: { offsets, lengths } } = this.#block;
    const classes = scores.length / lengths.length, first = offsets[this.#sequence]!;
    let sum = 0;
    for (let k = this.#sequence * classes; k < (this.#sequence + 1) * classes; k++) sum += scores[k]!;
    for (const all of tokenSums) {
      for (let token = first; token < first + lengths[this.#sequence]!; token++) sum += all[token]!;
    }
    return Number.isFinite(sum);
  }

  get head(): BlockAnswer["head"] {
    const { head } = this.#block, at = 3 * this.#sequence;
    if (!head) return { received: 0, bias: 0, stabilizer: 0 };
    return { received: head[at]!, bias: head[at + 1]!, stabilizer: head[at + 2]! };
  }

  get layers(): readonly LayerShares[] {
    return this.#block.shares.map((all) => layerShares(all, 5 * this.#sequence));
  }

  get steps(): readonly Float64Array[] | undefined {
    return this.#block.steps;
  }
}
