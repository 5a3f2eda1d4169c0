import { Arena } from "./arena.ts";
import { type BlockAnswer, type BlockNumbers, SequenceAnswer } from "./block_answer.ts";
import { BlockProgram, type BlockRequest } from "./block_commands.ts";
import { type BlockLayout, blockLayout } from "./block_layout.ts";
import {
  type BlockLimits,
  type BlockRoom,
  type BlockSlot,
  bytesOf,
  takeRoom,
  takeSlot,
} from "./block_room.ts";
import { type NetworkWeights, type PackedNetwork, packedNetworkSize, packNetwork } from "./packed_network.ts";
import { takeRows } from "./padded_rows.ts";
import { takeTokenRoom, TokenTable } from "./token_table.ts";
import type { KernelChoice } from "./wasm_cell.ts";

/** One sequence of a block: token ids, or the input vectors `[T, E]` themselves, or both. */
export interface BlockItem {
  readonly steps: number;
  /** Where there are vectors too, -1 says which steps take theirs; `ZERO_VECTOR` says which have only zeros. */
  readonly ids?: ArrayLike<number>;
  readonly values?: Float64Array;
  /** The class to explain; -1 for the one with the highest score, -2 for the weighting `factors`. */
  readonly choice: number;
  readonly factors?: Float64Array;
}

/** A block that was written into the arena. */
export interface BlockJob {
  readonly worker: number;
  /** The address that `run` takes. */
  readonly commands: number;
  readonly items: readonly BlockItem[];
  readonly request: BlockRequest;
  readonly layout: BlockLayout;
  readonly slot: BlockSlot;
}

/** Lengths of single sequences whose layouts are kept. */
const SINGLES_KEPT = 64;

/** Blocks that a worker has at once: one that runs, and one that waits so that it never idles. */
export const SLOTS_PER_WORKER = 2;

/** A network and the room of some workers in one shared memory. */
export class BlockEngine {
  readonly arena: Arena;
  readonly limits: BlockLimits;
  readonly #network: PackedNetwork;
  readonly #inputSize: number;
  /** The vectors of all token ids, `[V, E]`. */
  readonly embeddings: Float64Array;
  /** Threads that it has room for. */
  readonly workers: number;
  readonly #singles = new Map<number, BlockLayout>();
  readonly #tokens: TokenTable;
  readonly #workers: readonly { room: BlockRoom; slots: readonly BlockSlot[] }[];

  /**
   * @param embeddings The vectors of all token ids, `[V, E]`; empty if inputs come as vectors only.
   * @throws {RangeError} If there is not enough memory.
   */
  constructor(network: NetworkWeights, { workers, limits, embeddings, choice }: {
    workers: number;
    limits: BlockLimits;
    embeddings: Float64Array;
    choice: KernelChoice;
  }) {
    const Memory = choice.memory ?? Arena, size = choice.precision === "float64" ? 8 : 4;
    this.limits = limits;
    this.embeddings = embeddings;
    this.workers = workers;
    this.#inputSize = network.layers[0]!.forward.inputSize;
    const probe = new Memory((packedNetworkSize(network) + 4096) * size, choice);
    const shape = packNetwork(probe, network);
    const needs = { workers, choice, vocabulary: embeddings.length / this.#inputSize };
    const bytes = bytesOf(size, (arena) => this.#take(arena, shape, needs));
    this.arena = new Memory(probe.top + bytes, choice);
    // Addresses are the same in both arenas, which start alike.
    this.arena.numbers.set(probe.numbers.subarray(0, probe.top / size));
    this.arena.top = probe.top;
    this.#network = shape;
    this.#workers = this.#take(this.arena, shape, needs);
    const { tokens } = this.#workers[0]!.room, inputSize = this.#inputSize;
    this.#tokens = new TokenTable(this.arena, { network: shape, room: tokens, embeddings, inputSize });
  }

  /**
   * Writes a block for a worker.
   *
   * @param items Longest first, within the limits.
   * @param index Which of the worker's slots; its answer must have been read.
   */
  write(
    items: readonly BlockItem[],
    { worker, index, request }: { worker: number; index: number; request: BlockRequest },
  ): BlockJob {
    const { room, slots } = this.#workers[worker]!, slot = slots[index]!;
    const { words, size } = this.arena;
    const layout = this.#layout(items);
    const { lengths, following, forwardTokens, reverseTokens, offsets, rows } = layout;
    const ids = new Int32Array(rows).fill(-1);
    items.forEach(({ ids: own }, s) => own && ids.set(own, offsets[s]!));
    const taken = this.#tokens.take(ids, worker * this.limits.rows);
    this.#writeVectors(items, { layout, missing: taken.missing, address: slot.values });
    words.set(lengths, slot.lengths / 4);
    words.set(following, slot.following / 4);
    words.set(forwardTokens, slot.tokens[0] / 4);
    words.set(reverseTokens, slot.tokens[1] / 4);
    const [first, second] = [slot.slots[0] / 4, slot.slots[1] / 4];
    for (let row = 0; row < rows; row++) {
      words[first + row] = taken.slots[forwardTokens[row]!]!;
      words[second + row] = taken.slots[reverseTokens[row]!]!;
    }
    words.set(items.map(({ choice }) => choice), slot.choices / 4);
    const { classes } = this.#network;
    items.forEach(({ factors }, s) => {
      if (factors) this.arena.numbers.set(factors, slot.factors / size + s * classes);
    });
    const program = new BlockProgram(this.arena, { network: this.#network, room, slot, layout, request });
    words.set(program.words(taken), slot.commands / 4);
    return { worker, commands: slot.commands, items, request, layout, slot };
  }

  /** Reads the answers of a block that was run, in the order of its items. */
  read(job: BlockJob): BlockAnswer[] {
    const { arena } = this, { request: { send, directions }, layout: { rows, lengths }, slot } = job;
    const { classes, layers } = this.#network, count = lengths.length, inputSize = this.#inputSize;
    const relevance = send === "tokens" || send === "relevance";
    const parts = send === "nothing" ? 0 : directions ? layers[0]!.length : 1;
    const copy = (address: number, numbers: number): Float64Array =>
      new Float64Array(arena.view(address, numbers));
    const tokenSums = slot.tokenSums.slice(0, parts).map((address) => copy(address, rows));
    const place = { rows, used: inputSize, width: layers[0]![0]!.inputs };
    const block: BlockNumbers = {
      layout: job.layout,
      inputSize: send === "tokens" ? 1 : inputSize,
      scores: copy(slot.scores, count * classes),
      chosen: arena.words.slice(slot.chosen / 4, slot.chosen / 4 + count),
      tokenSums,
      results: send === "tokens"
        ? tokenSums
        : tokenSums.map((_, part) => takeRows(arena, { ...place, address: slot.results[part]! })),
      head: relevance ? copy(slot.headSums, 3 * count) : undefined,
      shares: relevance ? slot.shares.map((address) => copy(address, 5 * count)).reverse() : [],
      steps: relevance && count === 1 ? slot.sums[0]!.map((address) => copy(address, 5 * rows)) : undefined,
    };
    return job.items.map((_, sequence) => new SequenceAnswer(block, sequence));
  }

  /** The layout of a block; that of a single sequence is made once per length. */
  #layout(items: readonly BlockItem[]): BlockLayout {
    const { steps } = items[0]!;
    const kept = items.length === 1 ? this.#singles.get(steps) : undefined;
    if (kept) return kept;
    const layout = blockLayout(Int32Array.from(items, (item) => item.steps));
    if (items.length === 1 && this.#singles.size < SINGLES_KEPT) this.#singles.set(steps, layout);
    return layout;
  }

  /** Vectors of tokens that are not in the table, one after the other. */
  #writeVectors(
    items: readonly BlockItem[],
    { layout, missing, address }: { layout: BlockLayout; missing: Int32Array; address: number },
  ): void {
    const bytes = this.#network.layers[0]![0]!.inputs * this.arena.size;
    let s = 0;
    missing.forEach((token, i) => {
      while (token >= layout.offsets[s]! + items[s]!.steps) s++;
      this.#tokens.writeStep(items[s]!, token - layout.offsets[s]!, address + i * bytes);
    });
  }

  #take(
    arena: Parameters<typeof takeRoom>[0],
    network: PackedNetwork,
    { workers, ...needs }: { workers: number; choice: KernelChoice; vocabulary: number },
  ): { room: BlockRoom; slots: readonly BlockSlot[] }[] {
    const { limits } = this;
    const tokens = takeTokenRoom(arena, network, { ...needs, scratch: workers * limits.rows });
    return Array.from({ length: workers }, () => ({
      room: takeRoom(arena, network, { limits, tokens }),
      slots: Array.from({ length: SLOTS_PER_WORKER }, () => takeSlot(arena, network, limits)),
    }));
  }
}
