/** The slots that the tokens of a block have in the table of distinct tokens. */
export interface TakenSlots {
  /** The slot of each token. */
  readonly slots: Int32Array;
  /** Tokens whose slots must be written first; their slots follow each other. */
  readonly missing: Int32Array;
  /** The slot of the first missing token. */
  readonly first: number;
}

/**
 * Which tokens have their projections in a table of fixed size, so that a distinct token is projected once while it
 * stays there. Slots are handed out in a circle; what is overwritten is forgotten.
 */
export class TokenSlots {
  readonly #size: number;
  readonly #slotOf: Int32Array;
  readonly #idAt: Int32Array;
  readonly #seenBy: Int32Array;
  #block = 0;
  #next = 0;

  /**
   * @param size Number of slots: at least the tokens of a block.
   * @param vocabulary Number of ids.
   */
  constructor(size: number, vocabulary: number) {
    this.#size = size;
    this.#slotOf = new Int32Array(vocabulary).fill(-1);
    this.#seenBy = new Int32Array(vocabulary).fill(-1);
    this.#idAt = new Int32Array(size).fill(-1);
  }

  /**
   * Finds a slot for each token of a block.
   *
   * @param ids The token ids; -1 for a vector without id, which gets a slot of its own.
   */
  take(ids: Int32Array): TakenSlots {
    const distinct: number[] = [];
    let needed = 0;
    this.#block++;
    for (const id of ids) {
      if (id < 0) needed++;
      else if (this.#seenBy[id] !== this.#block) {
        this.#seenBy[id] = this.#block;
        distinct.push(id);
      }
    }
    const unnamed = needed;
    let first = this.#next;
    // Tokens of this block whose slots are about to be overwritten need new ones too, which overwrites more.
    for (let last = -1; needed !== last;) {
      last = needed;
      if (first + needed > this.#size) first = 0;
      needed = unnamed;
      for (const id of distinct) {
        const slot = this.#slotOf[id]!;
        if (slot < 0 || slot >= first && slot < first + last) needed++;
      }
      needed = Math.max(needed, last);
    }
    for (let slot = first; slot < first + needed; slot++) {
      const id = this.#idAt[slot]!;
      if (id >= 0) this.#slotOf[id] = -1;
      this.#idAt[slot] = -1;
    }
    const slots = new Int32Array(ids.length), missing = new Int32Array(needed);
    let count = 0;
    for (let token = 0; token < ids.length; token++) {
      const id = ids[token]!;
      const known = id < 0 ? -1 : this.#slotOf[id]!;
      if (known >= 0) {
        slots[token] = known;
        continue;
      }
      const slot = first + count;
      if (id >= 0) {
        this.#slotOf[id] = slot;
        this.#idAt[slot] = id;
      }
      missing[count++] = token;
      slots[token] = slot;
    }
    this.#next = first + count;
    return { slots, missing: missing.subarray(0, count), first };
  }
}
