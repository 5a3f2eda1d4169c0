/** The slots that the tokens of a block have among the projected vectors. */
export interface TakenSlots {
  /** The slot of each token. */
  readonly slots: Int32Array;
  /** Tokens that found their place in the table just now; their slots follow each other. */
  readonly added: Int32Array;
  /** The slot of the first added token. */
  readonly first: number;
  /** Tokens that have no place in the table, in the order of their slots from `scratch` on. */
  readonly missing: Int32Array;
  /** The slot of the first missing token. */
  readonly scratch: number;
}

/** Stands in the place of an id for a vector of zeros. */
export const ZERO_VECTOR = -2;

/**
 * Which tokens have their projections in a table of fixed size, so that a distinct token is projected once. Tokens stay
 * where they are, so that any number of blocks may read the table while it is filled; those that come when it is full, by
 * then the rare ones, are projected once per block into slots of the block's own.
 */
export class TokenSlots {
  readonly #size: number;
  readonly #slotOf: Int32Array;
  readonly #seenBy: Int32Array;
  readonly #missingAs: Int32Array;
  #next = 0;
  #block = 0;

  /**
   * @param size Number of slots of the table.
   * @param vocabulary Number of ids.
   */
  constructor(size: number, vocabulary: number) {
    this.#size = size;
    this.#slotOf = new Int32Array(vocabulary).fill(-1);
    // The last place is that of zeros.
    this.#seenBy = new Int32Array(vocabulary + 1);
    this.#missingAs = new Int32Array(vocabulary + 1);
  }

  /**
   * Finds a slot for each token of a block.
   *
   * @param ids The token ids; -1 for a vector without id, which gets a slot of its own; {@linkcode ZERO_VECTOR} for zeros.
   * @param scratch The first of as many slots as there are tokens, for those without a place in the table.
   */
  take(ids: Int32Array, scratch: number): TakenSlots {
    const count = ids.length, slots = new Int32Array(count), added: number[] = [], missing: number[] = [];
    const first = this.#next, block = ++this.#block;
    for (let token = 0; token < count; token++) {
      const id = ids[token]!, name = id === ZERO_VECTOR ? this.#slotOf.length : id;
      let slot = id < 0 ? -1 : this.#slotOf[id]!;
      if (slot < 0 && id >= 0 && this.#next < this.#size) {
        slot = this.#slotOf[id] = this.#next++;
        added.push(token);
      }
      if (slot < 0 && name >= 0 && this.#seenBy[name] === block) slot = scratch + this.#missingAs[name]!;
      if (slot < 0) {
        slot = scratch + missing.length;
        if (name >= 0) {
          this.#seenBy[name] = block;
          this.#missingAs[name] = missing.length;
        }
        missing.push(token);
      }
      slots[token] = slot;
    }
    return { slots, added: Int32Array.from(added), first, missing: Int32Array.from(missing), scratch };
  }
}
