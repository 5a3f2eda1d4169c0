import { CommandList } from "./commands.ts";
import type { GruTrace } from "./gru_sequence.ts";
import type { GruWeights } from "./gru_step.ts";
import type { RecurrentRelevance, RelevanceOptions } from "./lstm_relevance.ts";
import { type PackedGru, packedGruSize, packGru } from "./packed_gru.ts";
import { putRows, takeRows } from "./padded_rows.ts";
import {
  type CellRoom,
  cellRoom,
  type KernelChoice,
  readRelevance,
  roomyCapacity,
  runCommands,
} from "./wasm_cell.ts";

/** One GRU direction on the WebAssembly kernels: the functions of the TypeScript twins, with weights packed once. */
export class WasmGru {
  readonly #weights: GruWeights;
  readonly #choice: KernelChoice;
  #room: CellRoom<PackedGru> | undefined;
  /** The trace whose states the room holds still. */
  #resident: GruTrace | undefined;

  constructor(weights: GruWeights, choice: KernelChoice) {
    this.#weights = weights;
    this.#choice = choice;
  }

  /** What `gruForward` gives. */
  forward(input: Float64Array, steps: number): GruTrace {
    const { inputSize: e, hiddenSize: d } = this.#weights;
    const room = this.#prepare(steps);
    const { arena, at, packed } = room;
    const { inputs, units, gateColumns } = packed;
    putRows(arena, { address: at["input"]!, rows: steps, used: e, width: inputs }, input);
    const commands = new CommandList();
    // deno-fmt-ignore
    commands.add("multiply", steps, gateColumns, inputs, at["input"]!, inputs, packed.input, at["gateRows"]!,
      gateColumns, packed.bias);
    // deno-fmt-ignore
    commands.add("gruForward", 1, at["lengths"]!, units, steps, gateColumns, at["gateRows"]!, at["order"]!,
      packed.recurrent, packed.recurrentBias, at["step"]!, at["gates"]!, at["candidate"]!, at["recalled"]!,
      at["hidden"]!);
    runCommands(room, steps, commands);
    const read = (name: string, rows: number): Float64Array =>
      takeRows(arena, { address: at[name]!, rows, used: d, width: units });
    return this.#resident = {
      steps,
      input,
      gates: read("gates", 3 * steps),
      candidate: read("candidate", steps),
      recalled: read("recalled", steps),
      hidden: read("hidden", steps + 1),
    };
  }

  /** What `gruRelevance` gives with the product rule `all`. */
  relevance(
    trace: GruTrace,
    hiddenRelevance: Float64Array,
    { epsilon, biasFactor }: RelevanceOptions,
  ): RecurrentRelevance {
    const { inputSize: e, hiddenSize: d } = this.#weights;
    const { steps } = trace;
    const room = this.#restore(trace);
    const { arena, at, packed } = room;
    const { inputs, units, inputColumns, unitColumns } = packed;
    putRows(arena, { address: at["above"]!, rows: steps, used: d, width: units }, hiddenRelevance);
    arena.view(at["ofHidden"]!, units).fill(0);
    const commands = new CommandList();
    const ofCandidate = 2 * units * arena.size;
    // deno-fmt-ignore
    commands.add("gruRelevance", 1, at["lengths"]!, units, d, steps, packed.bias + ofCandidate,
      packed.recurrentBias + ofCandidate, packed.candidateToHidden, unitColumns, at["gates"]!, at["candidate"]!,
      at["hidden"]!, at["above"]!, at["pulled"]!, at["kept"]!, at["step"]!, d + e, { real: epsilon },
      { real: biasFactor }, at["ofHidden"]!, at["gateRows"]!, at["sums"]!, 0, 0, 0, 0, 0, 0);
    const shares = at["sums"]! + 3 * steps * arena.size;
    // deno-fmt-ignore
    commands.add("pullInputs", steps, inputColumns, units, at["gateRows"]!, packed.candidateToInput, at["pulled"]!,
      inputs, at["input"]!, at["order"]!, shares, at["result"]!, at["order"]!, inputs, 0, at["rowSums"]!);
    runCommands(room, steps, commands);
    return { ...readRelevance(room, this.#weights, { steps, biasFactor }), restCell: new Float64Array() };
  }

  /** What `gruGradient` gives. */
  gradient(trace: GruTrace, hiddenGradient: Float64Array): Float64Array {
    const { inputSize: e, hiddenSize: d } = this.#weights;
    const { steps } = trace;
    const room = this.#restore(trace);
    const { arena, at, packed } = room;
    const { inputs, units, inputColumns, unitColumns } = packed;
    putRows(arena, { address: at["above"]!, rows: steps, used: d, width: units }, hiddenGradient);
    arena.view(at["ofHidden"]!, units).fill(0);
    const commands = new CommandList();
    // deno-fmt-ignore
    commands.add("gruGradient", 1, at["lengths"]!, units, steps, packed.gatesToHidden, unitColumns, at["gates"]!,
      at["recalled"]!, at["hidden"]!, at["above"]!, at["pulled"]!, at["kept"]!, at["step"]!, at["ofHidden"]!,
      at["gateRows"]!);
    // deno-fmt-ignore
    commands.add("pullInputs", steps, inputColumns, 3 * units, at["gateRows"]!, packed.gatesToInput, at["pulled"]!,
      inputs, 0, at["order"]!, 0, at["result"]!, at["order"]!, inputs, 0, at["rowSums"]!);
    runCommands(room, steps, commands);
    return takeRows(arena, { address: at["result"]!, rows: steps, used: e, width: inputs });
  }

  #prepare(steps: number): CellRoom<PackedGru> {
    if (this.#room && steps <= this.#room.capacity) return this.#room;
    const weights = this.#weights, capacity = roomyCapacity(steps);
    const { inputs, units, numbers } = packedGruSize(weights);
    this.#resident = undefined;
    return this.#room = cellRoom(this.#choice, {
      capacity,
      weightNumbers: numbers,
      pack: (arena) => packGru(arena, weights),
      pieces: {
        input: capacity * inputs,
        result: capacity * inputs,
        above: capacity * units,
        gateRows: capacity * (3 * units + 8),
        gates: 3 * capacity * units,
        candidate: capacity * units,
        recalled: capacity * units,
        hidden: (capacity + 1) * units,
        sums: 5 * capacity,
        rowSums: capacity,
        step: 3 * units + 8,
        pulled: Math.max(32 * (inputs + 8), units + 8),
        kept: units,
        ofHidden: units,
      },
    });
  }

  /** Makes sure that the arena holds the states of a trace. */
  #restore(trace: GruTrace): CellRoom<PackedGru> {
    const room = this.#prepare(trace.steps);
    if (this.#resident === trace) return room;
    const { arena, at, packed } = room;
    const { inputSize: e, hiddenSize: d } = this.#weights;
    const { steps, input, gates, candidate, recalled, hidden } = trace;
    const write = (name: string, rows: number, values: Float64Array): void =>
      putRows(arena, { address: at[name]!, rows, used: d, width: packed.units }, values);
    putRows(arena, { address: at["input"]!, rows: steps, used: e, width: packed.inputs }, input);
    write("gates", 3 * steps, gates);
    write("candidate", steps, candidate);
    write("recalled", steps, recalled);
    write("hidden", steps + 1, hidden);
    // Padded units are kept off 0, where epsilon 0 would divide by it.
    for (let row = 0; row <= steps; row++) {
      for (let j = d; j < packed.units; j++) {
        if (row < steps) arena.numbers[at["candidate"]! / arena.size + row * packed.units + j] = 1;
        arena.numbers[at["hidden"]! / arena.size + row * packed.units + j] = 1;
      }
    }
    this.#resident = trace;
    return room;
  }
}
