import { CommandList } from "./commands.ts";
import type { InputParts } from "./input_parts.ts";
import type { LstmTrace, LstmWeights } from "./lstm_forward.ts";
import type { RecurrentRelevance, RelevanceOptions } from "./lstm_relevance.ts";
import { type PackedLstm, packedLstmSize, packLstm } from "./packed_lstm.ts";
import { putRows, takeRows } from "./padded_rows.ts";
import { PRODUCT_CODES, type ProductRelevanceOptions } from "./product_rule.ts";
import {
  type CellRoom,
  cellRoom,
  type KernelChoice,
  readRelevance,
  roomyCapacity,
  runCommands,
} from "./wasm_cell.ts";
import { WasmLstmParts } from "./wasm_lstm_parts.ts";

/** One LSTM direction on the WebAssembly kernels: the functions of the TypeScript twins, with weights packed once. */
export class WasmLstm {
  readonly #weights: LstmWeights;
  readonly #choice: KernelChoice;
  #room: CellRoom<PackedLstm> | undefined;
  /** The trace whose states the room holds still. */
  #resident: LstmTrace | undefined;
  #parts: WasmLstmParts | undefined;

  constructor(weights: LstmWeights, choice: KernelChoice) {
    this.#weights = weights;
    this.#choice = choice;
  }

  /** What `lstmForward` gives. */
  forward(input: Float64Array, steps: number): LstmTrace {
    const { inputSize: e, hiddenSize: d } = this.#weights;
    const room = this.#prepare(steps);
    const { arena, at, packed } = room;
    const { inputs, units } = packed;
    putRows(arena, { address: at["input"]!, rows: steps, used: e, width: inputs }, input);
    const commands = new CommandList();
    // deno-fmt-ignore
    commands.add("multiply", steps, 4 * units, inputs, at["input"]!, inputs, packed.input, at["gateRows"]!, 4 * units,
      packed.bias);
    // deno-fmt-ignore
    commands.add("lstmForward", 1, at["lengths"]!, units, steps, at["gateRows"]!, at["order"]!, packed.recurrent,
      at["step"]!, at["gates"]!, at["candidate"]!, at["cell"]!, at["hidden"]!);
    runCommands(room, steps, commands);
    const read = (name: string, rows: number): Float64Array =>
      takeRows(arena, { address: at[name]!, rows, used: d, width: units });
    return this.#resident = {
      steps,
      input,
      gates: read("gates", 4 * steps),
      candidate: read("candidate", steps),
      cell: read("cell", steps + 1),
      hidden: read("hidden", steps + 1),
    };
  }

  /** What `lstmRelevance` gives, or by a rule at which gates take a part `lstmProductRelevance`. */
  relevance(
    trace: LstmTrace,
    hiddenRelevance: Float64Array,
    options: ProductRelevanceOptions,
  ): RecurrentRelevance {
    const { hiddenSize: d } = this.#weights, { biasFactor, productRule = "all" } = options;
    const { steps } = trace;
    const room = this.#restore(trace), { arena, at, packed } = room;
    const { inputs, units, inputColumns } = packed;
    putRows(arena, { address: at["above"]!, rows: steps, used: d, width: units }, hiddenRelevance);
    arena.view(at["ofHidden"]!, units).fill(0);
    const commands = new CommandList(), shares = at["sums"]! + 3 * steps * arena.size;
    if (productRule === "all") this.#ofSignals(commands, room, { steps, ...options });
    else this.#ofProducts(commands, room, { steps, ...options, productRule });
    const [inner, weights] = productRule === "all"
      ? [units, packed.candidateToInput]
      : [4 * units, packed.gatesToInput];
    // deno-fmt-ignore
    commands.add("pullInputs", steps, inputColumns, inner, at["gateRows"]!, weights, at["pulled"]!, inputs, at["input"]!,
      at["order"]!, shares, at["result"]!, at["order"]!, inputs, 0, at["rowSums"]!);
    runCommands(room, steps, commands);
    const result = readRelevance(room, this.#weights, { steps, biasFactor });
    result.restCell.set(arena.view(at["ofCell"]!, d));
    return result;
  }

  #ofSignals(
    commands: CommandList,
    { arena, at, packed }: CellRoom<PackedLstm>,
    { steps, epsilon, biasFactor }: RelevanceOptions & { steps: number },
  ): void {
    const { inputSize: e, hiddenSize: d } = this.#weights, { units, unitColumns } = packed;
    const candidateBias = packed.bias + 2 * units * arena.size;
    // deno-fmt-ignore
    commands.add("lstmCoefficients", steps, units, at["gates"]!, at["candidate"]!, at["cell"]!, { real: epsilon },
      at["prepared"]!);
    // deno-fmt-ignore
    commands.add("lstmRelevance", 1, at["lengths"]!, units, d, steps, candidateBias, packed.candidateToHidden,
      unitColumns, at["prepared"]!, at["candidate"]!, at["hidden"]!, at["above"]!, at["step"]!, d + e,
      { real: epsilon }, { real: biasFactor }, at["ofHidden"]!, at["ofCell"]!, at["gateRows"]!, at["sums"]!, 0, 0, 0, 0, 0);
  }

  #ofProducts(
    commands: CommandList,
    { at, packed }: CellRoom<PackedLstm>,
    { steps, epsilon, biasFactor, productRule }:
      & RelevanceOptions
      & { steps: number; productRule: keyof typeof PRODUCT_CODES },
  ): void {
    const { inputSize: e, hiddenSize: d } = this.#weights, { inputs, units, unitColumns } = packed;
    // deno-fmt-ignore
    commands.add("multiply", steps, 4 * units, inputs, at["input"]!, inputs, packed.input, at["prepared"]!, 4 * units,
      packed.bias);
    // deno-fmt-ignore
    commands.add("multiply", steps, 4 * units, units, at["hidden"]!, units, packed.recurrent, at["gateRows"]!, 4 * units,
      0);
    // deno-fmt-ignore
    commands.add("lstmProductRelevance", 1, at["lengths"]!, units, d, steps, packed.bias, packed.gatesToHidden,
      unitColumns, at["gates"]!, at["cell"]!, at["hidden"]!, at["above"]!, at["prepared"]!, at["order"]!,
      at["preactivations"]!, at["step"]!, d + e, PRODUCT_CODES[productRule], { real: epsilon }, { real: biasFactor },
      at["ofHidden"]!, at["ofCell"]!, at["gateRows"]!, at["sums"]!, 0, 0, 0);
  }

  /** What `lstmGradient` gives. */
  gradient(trace: LstmTrace, hiddenGradient: Float64Array): Float64Array {
    const { inputSize: e, hiddenSize: d } = this.#weights;
    const { steps } = trace;
    const room = this.#restore(trace);
    const { arena, at, packed } = room;
    const { inputs, units, inputColumns, unitColumns } = packed;
    putRows(arena, { address: at["above"]!, rows: steps, used: d, width: units }, hiddenGradient);
    arena.view(at["ofHidden"]!, units).fill(0);
    const commands = new CommandList();
    // deno-fmt-ignore
    commands.add("lstmGradient", 1, at["lengths"]!, units, steps, packed.gatesToHidden, unitColumns, at["gates"]!,
      at["cell"]!, at["above"]!, at["step"]!, at["ofCell"]!, at["ofHidden"]!, at["gateRows"]!);
    // deno-fmt-ignore
    commands.add("pullInputs", steps, inputColumns, 4 * units, at["gateRows"]!, packed.gatesToInput, at["pulled"]!,
      inputs, 0, at["order"]!, 0, at["result"]!, at["order"]!, inputs, 0, at["rowSums"]!);
    runCommands(room, steps, commands);
    return takeRows(arena, { address: at["result"]!, rows: steps, used: e, width: inputs });
  }

  /** What `lstmDecomposition` gives, for parts side by side. */
  decomposition(trace: LstmTrace): (parts: InputParts) => Float64Array {
    const kernels = this.#parts ??= new WasmLstmParts(this.#weights, this.#choice);
    return (parts) => kernels.decompose(trace, parts);
  }

  #prepare(steps: number): CellRoom<PackedLstm> {
    if (this.#room && steps <= this.#room.capacity) return this.#room;
    const weights = this.#weights, capacity = roomyCapacity(steps);
    const { inputs, units, numbers } = packedLstmSize(weights);
    this.#resident = undefined;
    return this.#room = cellRoom(this.#choice, {
      capacity,
      weightNumbers: numbers,
      pack: (arena) => packLstm(arena, weights),
      pieces: {
        input: capacity * inputs,
        result: capacity * inputs,
        above: capacity * units,
        gateRows: 4 * capacity * units,
        gates: 4 * capacity * units,
        // Coefficients, or projections of the inputs.
        prepared: 4 * capacity * units,
        candidate: capacity * units,
        cell: (capacity + 1) * units,
        hidden: (capacity + 1) * units,
        sums: 5 * capacity,
        rowSums: capacity,
        step: 4 * units + 8,
        preactivations: 4 * units,
        pulled: 32 * (inputs + 8),
        ofHidden: units,
        ofCell: units,
      },
    });
  }

  /** Makes sure that the arena holds the states of a trace. */
  #restore(trace: LstmTrace): CellRoom<PackedLstm> {
    const room = this.#prepare(trace.steps);
    if (this.#resident === trace) return room;
    const { arena, at, packed } = room;
    const { inputSize: e, hiddenSize: d } = this.#weights;
    const { steps, input, gates, candidate, cell, hidden } = trace;
    const write = (name: string, rows: number, values: Float64Array): void =>
      putRows(arena, { address: at[name]!, rows, used: d, width: packed.units }, values);
    putRows(arena, { address: at["input"]!, rows: steps, used: e, width: packed.inputs }, input);
    write("gates", 4 * steps, gates);
    write("candidate", steps, candidate);
    write("cell", steps + 1, cell);
    write("hidden", steps + 1, hidden);
    // Padded units are kept off 0, where epsilon 0 would divide by it.
    for (let row = 0; row <= steps; row++) {
      for (let j = d; j < packed.units; j++) {
        if (row < steps) arena.numbers[at["candidate"]! / arena.size + row * packed.units + j] = 1;
        arena.numbers[at["cell"]! / arena.size + row * packed.units + j] = 1;
      }
    }
    this.#resident = trace;
    return room;
  }
}
