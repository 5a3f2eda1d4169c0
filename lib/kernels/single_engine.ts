import { type Allocator, Arena } from "./arena.ts";
import { BlockProgram, type BlockRequest } from "./block_commands.ts";
import type { BlockAnswer } from "./block_answer.ts";
import type { BlockItem } from "./block_engine.ts";
import { type BlockLayout, blockLayout } from "./block_layout.ts";
import { type BlockRoom, type BlockSlot, bytesOf, takeRoom, takeSlot } from "./block_room.ts";
import { layerShares } from "./layer_shares.ts";
import { type NetworkWeights, type PackedNetwork, packedNetworkSize, packNetwork } from "./packed_network.ts";
import { takeRows } from "./padded_rows.ts";
import type { TakenSlots } from "./token_slots.ts";
import { takeTokenRoom, TokenTable } from "./token_table.ts";
import type { KernelChoice } from "./wasm_cell.ts";

/** The commands for sequences of one length whose tokens are in the table. */
interface Program {
  readonly layout: BlockLayout;
  readonly words: Int32Array;
}

/** Lengths of sequences whose programs are kept. */
const PROGRAMS_KEPT = 64;

const NONE = new Int32Array();
const NOTHING_MISSING: TakenSlots = { slots: NONE, added: NONE, first: 0, missing: NONE, scratch: 0 };

/**
 * A network and the room for one sequence, for an answer at once: the kernels are those of a block, and what is the same
 * for every sequence of one length is written once.
 */
export class SingleEngine {
  /** Steps that it has room for. */
  readonly rows: number;
  readonly #arena: Arena;
  readonly #network: PackedNetwork;
  readonly #inputSize: number;
  readonly #room: BlockRoom;
  readonly #slot: BlockSlot;
  readonly #tokens: TokenTable;
  readonly #programs = new Map<number, Program>();
  #request: BlockRequest | undefined;
  /** The layout that lies in the arena. */
  #written: BlockLayout | undefined;

  /**
   * @param embeddings The vectors of all token ids, `[V, E]`; empty if inputs come as vectors only.
   * @throws {RangeError} If there is not enough memory.
   */
  constructor(network: NetworkWeights, { rows, embeddings, choice }: {
    rows: number;
    embeddings: Float64Array;
    choice: KernelChoice;
  }) {
    const Memory = choice.memory ?? Arena, size = choice.precision === "float64" ? 8 : 4;
    const limits = { rows, sequences: 1 };
    this.rows = rows;
    this.#inputSize = network.layers[0]!.forward.inputSize;
    const probe = new Memory((packedNetworkSize(network) + 4096) * size, choice);
    const shape = this.#network = packNetwork(probe, network);
    const inputSize = this.#inputSize, vocabulary = embeddings.length / inputSize;
    const take = (arena: Allocator): [BlockRoom, BlockSlot] => {
      const tokens = takeTokenRoom(arena, shape, { choice, scratch: rows, vocabulary });
      return [takeRoom(arena, shape, { limits, tokens }), takeSlot(arena, shape, limits)];
    };
    const bytes = bytesOf(size, take);
    const arena = this.#arena = new Memory(probe.top + bytes, choice);
    // Addresses are the same in both arenas, which start alike.
    arena.numbers.set(probe.numbers.subarray(0, probe.top / size));
    arena.top = probe.top;
    [this.#room, this.#slot] = take(arena);
    this.#tokens = new TokenTable(arena, { network: shape, room: this.#room.tokens, embeddings, inputSize });
  }

  /** Runs one sequence. */
  run(item: BlockItem, request: BlockRequest): BlockAnswer {
    if (!isSame(request, this.#request)) {
      this.#programs.clear();
      this.#request = request;
    }
    const { words, size } = this.#arena, slot = this.#slot;
    const { layout, words: program } = this.#write(item, request);
    words[slot.choices / 4] = item.choice;
    if (item.factors) this.#arena.numbers.set(item.factors, slot.factors / size);
    words.set(program, slot.commands / 4);
    this.#arena.run(slot.commands);
    return this.#read(layout, request);
  }

  /** Writes what a sequence is made of, and answers what runs it. */
  #write(item: BlockItem, request: BlockRequest): Program {
    const { steps, ids } = item, { words } = this.#arena, slot = this.#slot;
    const known = this.#programs.get(steps);
    const layout = known?.layout ?? blockLayout(Int32Array.of(steps));
    if (layout !== this.#written) {
      words[slot.lengths / 4] = steps;
      words.set(layout.following, slot.following / 4);
      words.set(layout.forwardTokens, slot.tokens[0] / 4);
      words.set(layout.reverseTokens, slot.tokens[1] / 4);
      this.#written = layout;
    }
    const taken = this.#tokens.take(ids ? new Int32Array(ids) : new Int32Array(steps).fill(-1), 0);
    const [first, second] = [slot.slots[0] / 4, slot.slots[1] / 4 + steps - 1];
    for (let t = 0; t < steps; t++) words[first + t] = words[second - t] = taken.slots[t]!;
    const parts = { network: this.#network, room: this.#room, slot, layout, request };
    const program = (missing: typeof taken): Int32Array =>
      Int32Array.from(new BlockProgram(this.#arena, parts).words(missing));
    if (taken.missing.length > 0) {
      this.#writeVectors(item, taken.missing);
      return { layout, words: program(taken) };
    }
    if (known) return known;
    const made = { layout, words: program(NOTHING_MISSING) };
    if (this.#programs.size === PROGRAMS_KEPT) this.#programs.clear();
    this.#programs.set(steps, made);
    return made;
  }

  /** Vectors of tokens that are not in the table, one after the other. */
  #writeVectors(item: BlockItem, missing: Int32Array): void {
    const bytes = this.#network.layers[0]![0]!.inputs * this.#arena.size;
    missing.forEach((token, i) => this.#tokens.writeStep(item, token, this.#slot.values + i * bytes));
  }

  #read({ rows }: BlockLayout, { send, directions }: BlockRequest): BlockAnswer {
    const arena = this.#arena, { numbers, size, words } = arena, slot = this.#slot;
    const { classes, layers } = this.#network, [lowest] = layers;
    const relevance = send === "relevance", head = slot.headSums / size;
    const parts = send === "nothing" ? 0 : directions ? lowest!.length : 1;
    const scores = Float64Array.from(arena.view(slot.scores, classes));
    let check = 0;
    for (let k = 0; k < classes; k++) check += scores[k]!;
    const results: Float64Array[] = [];
    for (let part = 0; part < parts; part++) {
      const address = slot.results[part]!, sums = slot.tokenSums[part]! / size;
      results.push(takeRows(arena, { address, rows, used: this.#inputSize, width: lowest![0]!.inputs }));
      for (let t = 0; t < rows; t++) check += numbers[sums + t]!;
    }
    const shares = relevance ? slot.shares.map((address) => layerShares(numbers, address / size)) : [];
    return {
      scores,
      chosen: words[slot.chosen / 4]!,
      results,
      finite: Number.isFinite(check),
      head: {
        received: relevance ? numbers[head]! : 0,
        bias: relevance ? numbers[head + 1]! : 0,
        stabilizer: relevance ? numbers[head + 2]! : 0,
      },
      layers: shares.reverse(),
      ...(relevance && {
        steps: slot.sums[0]!.map((address) => Float64Array.from(arena.view(address, 5 * rows))),
      }),
    };
  }
}

function isSame(a: BlockRequest, b: BlockRequest | undefined): boolean {
  return a.send === b?.send && a.epsilon === b.epsilon && a.biasFactor === b.biasFactor &&
    a.productRule === b.productRule && a.directions === b.directions;
}
