import type { Allocator, Arena } from "./arena.ts";
import { CommandList } from "./commands.ts";
import type { PackedNetwork } from "./packed_network.ts";
import { type TakenSlots, TokenSlots, ZERO_VECTOR } from "./token_slots.ts";
import type { KernelChoice } from "./wasm_cell.ts";

/** Addresses of vectors and of their projections, slot by slot: those of the table, then those of single blocks. */
export interface TokenRoom {
  /** Slots of the table. */
  readonly slots: number;
  /** `[slots + scratch, inputs]`. */
  readonly values: number;
  /** `[slots + scratch, gateColumns]` for each direction of the lowest layer. */
  readonly projections: readonly number[];
  readonly commands: number;
}

/** How large a table may become, in bytes: some 8,000 words of a net with 60 inputs and 2 × 60 units in float64. */
const TABLE_BYTES = 2 ** 25;

/**
 * Takes the room of a table.
 *
 * @param choice Says how large a number and, in tests, the table is.
 * @param scratch Slots for tokens that find no place in the table.
 * @param vocabulary Number of ids.
 */
export function takeTokenRoom(
  arena: Allocator,
  { layers }: PackedNetwork,
  { choice: { precision, tableBytes = TABLE_BYTES }, scratch, vocabulary }: {
    choice: KernelChoice;
    scratch: number;
    vocabulary: number;
  },
): TokenRoom {
  const [lowest] = layers, size = precision === "float64" ? 8 : 4;
  const numbers = lowest!.reduce((sum, { gateColumns }) => sum + gateColumns, lowest![0]!.inputs);
  const slots = Math.min(vocabulary, Math.floor(tableBytes / (size * numbers)));
  return {
    slots,
    values: arena.allocate((slots + scratch) * lowest![0]!.inputs),
    projections: lowest!.map(({ gateColumns }) => arena.allocate((slots + scratch) * gateColumns)),
    commands: arena.allocateWords(64),
  };
}

/** The vectors of the most frequent tokens with their projections, each made when the token comes for the first time. */
export class TokenTable {
  readonly #arena: Arena;
  readonly #network: PackedNetwork;
  readonly #room: TokenRoom;
  readonly #embeddings: Float64Array;
  readonly #inputSize: number;
  readonly #slots: TokenSlots;

  /** @param embeddings The vectors of all token ids, `[V, E]`. */
  constructor(
    arena: Arena,
    { network, room, embeddings, inputSize }: {
      network: PackedNetwork;
      room: TokenRoom;
      embeddings: Float64Array;
      inputSize: number;
    },
  ) {
    this.#arena = arena;
    this.#network = network;
    this.#room = room;
    this.#embeddings = embeddings;
    this.#inputSize = inputSize;
    this.#slots = new TokenSlots(room.slots, embeddings.length / inputSize);
  }

  /**
   * Finds a slot for each token of a block; those of the table can be read at once.
   *
   * @param scratch The block's own slots, counted from the end of the table.
   */
  take(ids: Int32Array, scratch: number): TakenSlots {
    const room = this.#room, taken = this.#slots.take(ids, room.slots + scratch);
    const { added, first } = taken;
    if (added.length === 0) return taken;
    const [cell] = this.#network.layers[0]!, { inputs } = cell!, { size } = this.#arena;
    const values = room.values + first * inputs * size;
    added.forEach((token, i) => this.#writeVector(this.#embeddings, ids[token]!, values + i * inputs * size));
    const list = new CommandList();
    this.#network.layers[0]!.forEach((packed, direction) => {
      const wide = packed.gateColumns, target = room.projections[direction]! + first * wide * size;
      // deno-fmt-ignore
      list.add("multiply", added.length, wide, inputs, values, inputs, packed.input, target, wide, packed.bias);
    });
    this.#arena.words.set(list.words, room.commands / 4);
    this.#arena.run(room.commands);
    return taken;
  }

  /** Copies the vector of a step to an address: that of its id, its own, or zeros. */
  writeStep(
    { ids, values }: { readonly ids?: ArrayLike<number>; readonly values?: Float64Array },
    step: number,
    address: number,
  ): void {
    const id = ids?.[step] ?? -1, { numbers, size } = this.#arena;
    if (id >= 0) this.#writeVector(this.#embeddings, id, address);
    else if (id !== ZERO_VECTOR) this.#writeVector(values!, step, address);
    else numbers.fill(0, address / size, address / size + this.#network.layers[0]![0]!.inputs);
  }

  /** Copies row `row` of `source`, `[*, E]`, to an address. */
  #writeVector(source: Float64Array, row: number, address: number): void {
    const { numbers, size } = this.#arena, e = this.#inputSize, at = address / size, start = row * e;
    for (let k = 0; k < e; k++) numbers[at + k] = source[start + k]!;
    for (let k = e; k < this.#network.layers[0]![0]!.inputs; k++) numbers[at + k] = 0;
  }
}
