import { type Allocator, roundUp } from "./arena.ts";
import type { PackedNetwork } from "./packed_network.ts";
import type { TokenRoom } from "./token_table.ts";

/** How much a block may hold. */
export interface BlockLimits {
  /** Steps of all sequences together. */
  readonly rows: number;
  readonly sequences: number;
}

/** Addresses of what one worker needs while it runs a block. */
export interface BlockRoom {
  /** States of each cell of each layer. */
  readonly states: readonly (readonly CellStates[])[];
  /** Inputs of each layer above the first, and relevance on its way through them. */
  readonly inputs: readonly { readonly values: number; readonly signal: number }[];
  /** The table of distinct tokens, shared by all workers. */
  readonly tokens: TokenRoom;
  readonly projections: number;
  readonly recurrent: number;
  readonly sent: number;
  readonly above: number;
  readonly pulled: number;
  readonly ofCell: number;
  readonly ofHidden: number;
}

/** Addresses of the states of one cell. */
export interface CellStates {
  readonly gates: number;
  readonly candidate: number;
  readonly cell: number;
  readonly hidden: number;
}

/** Addresses of what belongs to one block: what it reads, its commands, and what it answers. */
export interface BlockSlot {
  readonly commands: number;
  readonly lengths: number;
  readonly following: number;
  readonly tokens: readonly [number, number];
  readonly slots: readonly [number, number];
  readonly choices: number;
  readonly factors: number;
  readonly values: number;
  readonly scores: number;
  readonly chosen: number;
  readonly headSums: number;
  /** What each cell of the top layer gets from the output layer. */
  readonly ofHidden: readonly number[];
  /** Five sums per row for each cell of each layer. */
  readonly sums: readonly (readonly number[])[];
  /** Five sums per sequence for each layer. */
  readonly shares: readonly number[];
  /** Relevance of the inputs; of each direction if they are kept apart. */
  readonly results: readonly number[];
  /** The relevance of each token, or for each of the results the sum of its row, where padding may be part of it. */
  readonly tokenSums: readonly number[];
}

/** Takes the room of one worker. */
export function takeRoom(
  arena: Allocator,
  network: PackedNetwork,
  { limits: { rows, sequences }, tokens }: { limits: BlockLimits; tokens: TokenRoom },
): BlockRoom {
  const { layers } = network;
  const widest = Math.max(...layers.flat().map(({ units }) => units));
  // By some rules the gates of an LSTM send relevance too.
  const sent = Math.max(...layers.flat().map(({ kind, units }) => kind === "gru" ? units : 4 * units));
  const stacked = layers.length > 1 ? rows : 0;
  const columns = Math.max(...layers.flat().map(({ inputColumns }) => inputColumns));
  return {
    states: layers.map((cells) =>
      cells.map(({ units }) => ({
        gates: arena.allocate(4 * units * rows),
        candidate: arena.allocate(units * rows),
        cell: arena.allocate(units * (rows + sequences)),
        hidden: arena.allocate(units * (rows + sequences)),
      }))
    ),
    inputs: layers.slice(1).map(([cell]) => ({
      values: arena.allocate(rows * cell!.inputs),
      signal: arena.allocate(rows * cell!.inputs),
    })),
    tokens,
    projections: arena.allocate(stacked * 4 * widest),
    recurrent: arena.allocate(sequences * 4 * widest),
    sent: arena.allocate(rows * sent),
    above: arena.allocate(stacked * widest),
    pulled: arena.allocate(Math.max(32 * columns, sequences * roundUp(widest, 8))),
    ofCell: arena.allocate(sequences * widest),
    ofHidden: arena.allocate(sequences * widest),
  };
}

/** Takes the room of one block. */
export function takeSlot(
  arena: Allocator,
  { layers, classes }: PackedNetwork,
  { rows, sequences }: BlockLimits,
): BlockSlot {
  const top = layers.at(-1)!, { inputs } = layers[0]![0]!;
  return {
    commands: arena.allocateWords(256 + 320 * layers.length),
    lengths: arena.allocateWords(sequences),
    following: arena.allocateWords(rows),
    tokens: [arena.allocateWords(rows), arena.allocateWords(rows)],
    slots: [arena.allocateWords(rows), arena.allocateWords(rows)],
    choices: arena.allocateWords(sequences),
    factors: arena.allocate(sequences * classes),
    values: arena.allocate(rows * inputs),
    scores: arena.allocate(sequences * classes),
    chosen: arena.allocateWords(sequences),
    headSums: arena.allocate(3 * sequences),
    ofHidden: top.map(({ units }) => arena.allocate(sequences * units)),
    sums: layers.map((cells) => cells.map(() => arena.allocate(5 * rows))),
    shares: layers.map(() => arena.allocate(5 * sequences)),
    results: [arena.allocate(rows * inputs), arena.allocate(rows * inputs)],
    tokenSums: [arena.allocate(rows), arena.allocate(rows)],
  };
}

/** Bytes that `take` takes from an arena with numbers of some size. */
export function bytesOf(size: number, take: (arena: Allocator) => unknown): number {
  let bytes = 0;
  take({
    allocate: (count) => (bytes += roundUp(count * size, 64)),
    allocateWords: (count) => (bytes += roundUp(count * 4, 64)),
  });
  return bytes;
}
