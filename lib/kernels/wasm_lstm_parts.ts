import { type Arena, roundUp } from "./arena.ts";
import { CommandList } from "./commands.ts";
import type { InputParts } from "./input_parts.ts";
import type { LstmTrace, LstmWeights } from "./lstm_forward.ts";
import { joinPlaces, packPanels, panelWidth, places } from "./pack_panels.ts";
import { putRows, takeRows } from "./padded_rows.ts";
import { type CellRoom, cellRoom, type KernelChoice, roomyCapacity, runCommands } from "./wasm_cell.ts";

/** Addresses of the weights of the gates i, f and g, which are what takes parts. */
interface PackedParts {
  readonly inputs: number;
  readonly units: number;
  readonly columns: number;
  readonly input: number;
  readonly recurrent: number;
  readonly bias: number;
}

/** How much a room holds: steps, parts, and rows of what comes in and of what comes out. */
type RoomSize = Readonly<Record<"steps" | "parts" | "inputRows" | "hiddenRows", number>>;

/**
 * Contextual decomposition of one LSTM direction on the WebAssembly kernels, in a memory of its own: who never asks for it
 * makes no room for parts.
 */
export class WasmLstmParts {
  readonly #weights: LstmWeights;
  readonly #choice: KernelChoice;
  #room: CellRoom<PackedParts> | undefined;
  #size: RoomSize = { steps: 0, parts: 0, inputRows: 0, hiddenRows: 0 };
  /** The trace whose states the room holds still. */
  #resident: LstmTrace | undefined;

  constructor(weights: LstmWeights, choice: KernelChoice) {
    this.#weights = weights;
    this.#choice = choice;
  }

  /** What `lstmDecomposition` gives for each of the parts. */
  decompose(trace: LstmTrace, parts: InputParts): Float64Array {
    const { inputSize: e, hiddenSize: d } = this.#weights, { steps } = trace;
    const { count, begun, values, once, lastOnly } = parts;
    const inputRows = once ? count : steps * count, hiddenRows = lastOnly ? count : steps * count;
    const room = this.#prepare({ steps, parts: count, inputRows, hiddenRows });
    const { arena, at, packed } = room, { inputs, units, columns } = packed;
    const commands = new CommandList();
    if (this.#resident !== trace) this.#restore(commands, room, trace);
    putRows(arena, { address: at["values"]!, rows: inputRows, used: e, width: inputs }, values);
    arena.words.set(begun, at["begun"]! / 4);
    // deno-fmt-ignore
    commands.add("lstmDecomposition", steps, count, units, columns, at["begun"]!, inputs, at["values"]!,
      once ? 0 : count, packed.input, packed.recurrent, packed.bias, at["projections"]!, at["added"]!, at["gates"]!,
      at["cell"]!, lastOnly ? 0 : count, at["rows"]!, at["unitRows"]!, at["cellParts"]!, at["hiddenParts"]!);
    runCommands(room, steps, commands);
    this.#resident = trace;
    return takeRows(arena, { address: at["hiddenParts"]!, rows: hiddenRows, used: d, width: units });
  }

  /** Puts the states of a trace into the room, and has the pre-activations of its gates computed. */
  #restore(commands: CommandList, { arena, at, packed }: CellRoom<PackedParts>, trace: LstmTrace): void {
    const { inputSize: e, hiddenSize: d } = this.#weights, { steps } = trace;
    const { inputs, units, columns } = packed;
    putRows(arena, { address: at["input"]!, rows: steps, used: e, width: inputs }, trace.input);
    const write = (name: string, rows: number, values: Float64Array): void =>
      putRows(arena, { address: at[name]!, rows, used: d, width: units }, values);
    write("gates", 4 * steps, trace.gates);
    write("cell", steps + 1, trace.cell);
    write("hidden", steps, trace.hidden.subarray(0, steps * d));
    // deno-fmt-ignore
    commands.add("multiply", steps, columns, inputs, at["input"]!, inputs, packed.input, at["projections"]!, 4 * units,
      packed.bias);
    // deno-fmt-ignore
    commands.add("multiply", steps, columns, units, at["hidden"]!, units, packed.recurrent, at["added"]!, 4 * units, 0);
  }

  #prepare(needed: RoomSize): CellRoom<PackedParts> {
    const had = this.#size, names = Object.keys(needed) as (keyof RoomSize)[];
    if (this.#room && names.every((name) => needed[name] <= had[name])) return this.#room;
    const size = Object.fromEntries(
      names.map((name) => [name, Math.max(had[name], roomyCapacity(needed[name]))]),
    ) as RoomSize;
    const weights = this.#weights;
    const inputs = roundUp(weights.inputSize, 4), units = roundUp(weights.hiddenSize, 4);
    const { steps, parts, inputRows, hiddenRows } = size;
    const room = cellRoom(this.#choice, {
      capacity: steps,
      weightNumbers: 4 * units * (inputs + units + 1) + 3 * 16,
      pack: (arena) => pack(arena, weights),
      pieces: {
        begun: steps,
        input: steps * inputs,
        projections: 4 * steps * units,
        added: 4 * steps * units,
        gates: 4 * steps * units,
        cell: (steps + 1) * units,
        hidden: steps * units,
        values: inputRows * inputs,
        rows: 8 * parts * units,
        unitRows: 13 * units,
        cellParts: parts * units,
        hiddenParts: hiddenRows * units,
      },
    });
    this.#resident = undefined;
    this.#size = size;
    return this.#room = room;
  }
}

function pack(arena: Arena, weights: LstmWeights): PackedParts {
  const { inputSize: e, hiddenSize: d, inputWeights, recurrentWeights, bias } = weights;
  const inputs = roundUp(e, 4), units = roundUp(d, 4);
  // No more than 4 units: they are at least 4, and a panel is at most 8 wide.
  const columns = roundUp(3 * units, panelWidth(arena));
  const gates = (stride: number): Int32Array => {
    const three = [0, 1, 2].map((gate) => places(d, units, { start: gate * d * stride, stride }));
    return joinPlaces(...three, places(0, columns - 3 * units));
  };
  const packedBias = arena.allocate(columns), biases = arena.view(packedBias, columns).fill(0);
  for (let gate = 0; gate < 3; gate++) biases.set(bias.subarray(gate * d, (gate + 1) * d), gate * units);
  return {
    inputs,
    units,
    columns,
    input: packPanels(arena, inputWeights, { rows: places(e, inputs), columns: gates(e) }),
    recurrent: packPanels(arena, recurrentWeights, { rows: places(d, units), columns: gates(d) }),
    bias: packedBias,
  };
}
