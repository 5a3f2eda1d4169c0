import { Arena, type Precision, type Rounding } from "./arena.ts";
import type { CommandList } from "./commands.ts";
import { emptyRelevance, type RecurrentRelevance } from "./lstm_relevance.ts";
import { takeRows } from "./padded_rows.ts";

/** How the kernels count. */
export interface KernelChoice {
  readonly precision: Precision;
  readonly rounding: Rounding;
  /** The memory to work in; tests give one that watches its edges. */
  readonly memory?: typeof Arena;
  /** The most bytes for projected tokens; tests give so few that not all find room. */
  readonly tableBytes?: number;
}

/** The weights of a cell and the states of its latest run, in an arena that holds runs of up to `capacity` steps. */
export interface CellRoom<Packed> {
  readonly arena: Arena;
  readonly capacity: number;
  readonly packed: Packed;
  /** Addresses of the pieces that the cell asked for. */
  readonly at: Readonly<Record<string, number>>;
}

const COMMAND_WORDS = 128;

/**
 * Makes room for a cell.
 *
 * @param weightNumbers Numbers that the packed weights take.
 * @param pack Packs the weights.
 * @param pieces Numbers of each further piece.
 */
export function cellRoom<Packed>(
  choice: KernelChoice,
  { capacity, weightNumbers, pack, pieces }: {
    capacity: number;
    weightNumbers: number;
    pack: (arena: Arena) => Packed;
    pieces: Readonly<Record<string, number>>;
  },
): CellRoom<Packed> {
  const size = choice.precision === "float64" ? 8 : 4;
  const numbers = Object.values(pieces).reduce((sum, count) => sum + count + 16, weightNumbers);
  const arena = new (choice.memory ?? Arena)(numbers * size + 4 * (capacity + COMMAND_WORDS + 64), choice);
  const packed = pack(arena);
  const at: Record<string, number> = {
    lengths: arena.allocateWords(1),
    commands: arena.allocateWords(COMMAND_WORDS),
  };
  at["order"] = arena.place(Int32Array.from({ length: capacity }, (_, step) => step));
  for (const [name, count] of Object.entries(pieces)) at[name] = arena.allocate(count);
  return { arena, capacity, packed, at };
}

/** Steps to make room for: twice what is needed, so that a longer input seldom asks for a new arena. */
export function roomyCapacity(steps: number): number {
  return 2 ** Math.ceil(Math.log2(Math.max(steps, 32)));
}

/** Runs commands on a single sequence. */
export function runCommands<Packed>(
  { arena, at }: CellRoom<Packed>,
  steps: number,
  commands: CommandList,
): void {
  arena.words[at["lengths"]! / 4] = steps;
  arena.words.set(commands.words, at["commands"]! / 4);
  arena.run(at["commands"]!);
}

/** Reads what the commands of a backward run left: sums per step, relevance of the inputs and of the initial states. */
export function readRelevance<Packed extends { readonly inputs: number }>(
  { arena, at, packed }: CellRoom<Packed>,
  { inputSize, hiddenSize }: { inputSize: number; hiddenSize: number },
  { steps, biasFactor }: { steps: number; biasFactor: number },
): RecurrentRelevance {
  const result = emptyRelevance(steps, 0, hiddenSize);
  const sums = arena.view(at["sums"]!, 5 * steps), absorbed = 1 - biasFactor;
  for (let t = 0; t < steps; t++) {
    result.entered[t] = sums[4 * steps + t]!;
    result.carried[t] = sums[t]!;
    result.bias[t] = absorbed * sums[steps + t]!;
    result.stabilizer[t] = absorbed * sums[2 * steps + t]!;
  }
  result.restHidden.set(arena.view(at["ofHidden"]!, hiddenSize));
  return {
    ...result,
    input: takeRows(arena, { address: at["result"]!, rows: steps, used: inputSize, width: packed.inputs }),
  };
}
