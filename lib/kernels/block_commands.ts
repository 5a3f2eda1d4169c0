import type { Arena } from "./arena.ts";
import type { BlockLayout } from "./block_layout.ts";
import type { BlockRoom, BlockSlot } from "./block_room.ts";
import { CommandList } from "./commands.ts";
import type { PackedCell, PackedNetwork } from "./packed_network.ts";
import { PRODUCT_CODES, type ProductRule } from "./product_rule.ts";
import type { TakenSlots } from "./token_slots.ts";

/** What is asked of a block. */
export interface BlockRequest {
  /** Only scores, relevance of the tokens or of the inputs by LRP, or gradients of the inputs. */
  readonly send: "nothing" | "tokens" | "relevance" | "gradient";
  readonly epsilon: number;
  readonly biasFactor: number;
  /** What gates and signals get of relevance, in LSTMs. Default `"all"`. */
  readonly productRule?: ProductRule;
  /** Whether the two directions of the lowest layer are kept apart. */
  readonly directions: boolean;
}

const MODES = { nothing: 0, tokens: 1, relevance: 1, gradient: 2 } as const;

/** Writes the commands that run a block: forward through all layers, the output layer, and back. */
export class BlockProgram {
  readonly #list = new CommandList();
  readonly #arena: Arena;
  readonly #network: PackedNetwork;
  readonly #room: BlockRoom;
  readonly #slot: BlockSlot;
  readonly #layout: BlockLayout;
  readonly #request: BlockRequest;

  constructor(
    arena: Arena,
    { network, room, slot, layout, request }: {
      network: PackedNetwork;
      room: BlockRoom;
      slot: BlockSlot;
      layout: BlockLayout;
      request: BlockRequest;
    },
  ) {
    this.#arena = arena;
    this.#network = network;
    this.#room = room;
    this.#slot = slot;
    this.#layout = layout;
    this.#request = request;
  }

  /** The commands. */
  words(taken: TakenSlots): number[] {
    this.#projectTokens(taken);
    const { layers } = this.#network, { send } = this.#request;
    layers.forEach((cells, layer) => {
      if (layer > 0) this.#joinDirections(layer);
      cells.forEach((_, direction) => this.#forward(layer, direction));
    });
    this.#head();
    if (send === "nothing") return this.#list.words;
    for (let layer = layers.length - 1; layer >= 0; layer--) {
      layers[layer]!.forEach((_, direction) => this.#sendDown(layer, direction));
    }
    return this.#list.words;
  }

  /** Vectors of tokens that are not in the table, and their projections for each direction. */
  #projectTokens({ missing, scratch }: TakenSlots): void {
    const [cell] = this.#network.layers[0]!, { tokens } = this.#room, count = missing.length;
    if (count === 0) return;
    const { inputs } = cell!, values = this.#at(tokens.values, scratch * inputs);
    this.#list.add("copyRows", count, inputs, inputs, this.#slot.values, 0, inputs, values, 0, inputs);
    this.#network.layers[0]!.forEach((packed, direction) => {
      const wide = packed.gateColumns, target = this.#at(tokens.projections[direction]!, scratch * wide);
      this.#list.add(
        "multiply",
        count,
        wide,
        inputs,
        values,
        inputs,
        packed.input,
        target,
        wide,
        packed.bias,
      );
    });
  }

  #forward(layer: number, direction: number): void {
    const cell = this.#network.layers[layer]![direction]!, { units, inputs } = cell;
    const { states: room, tokens, recurrent, inputs: between } = this.#room, { rows, lengths } = this.#layout;
    const { gates, candidate, cell: cellStates, hidden } = room[layer]![direction]!;
    let { projections } = this.#room, order = this.#slot.tokens[direction]!;
    if (layer === 0) {
      projections = tokens.projections[direction]!;
      order = this.#slot.slots[direction]!;
    } else {
      const { values } = between[layer - 1]!;
      // deno-fmt-ignore
      this.#list.add("multiply", rows, cell.gateColumns, inputs, values, inputs, cell.input, projections,
        cell.gateColumns, cell.bias);
    }
    if (cell.kind === "gru") {
      // deno-fmt-ignore
      this.#list.add("gruForward", lengths.length, this.#slot.lengths, units, rows, cell.gateColumns, projections, order,
        cell.recurrent, cell.recurrentBias, recurrent, gates, candidate, cellStates, hidden);
      return;
    }
    // deno-fmt-ignore
    const states = [lengths.length, this.#slot.lengths, units, rows, projections, order, cell.recurrent, recurrent, gates];
    const { epsilon } = this.#request;
    if (!this.#ofRelevance || this.#gatesTake) {
      this.#list.add("lstmForward", ...states, candidate, cellStates, hidden);
    } // deno-fmt-ignore
    else {
      this.#list.add("lstmForwardForRelevance", ...states, this.#kept(candidate), cellStates, hidden, { real: epsilon });
    }
  }

  /** Hidden states of both directions of the layer below, side by side, token by token. */
  #joinDirections(layer: number): void {
    const { inputs } = this.#network.layers[layer]![0]!, { values } = this.#room.inputs[layer - 1]!;
    let column = 0;
    this.#network.layers[layer - 1]!.forEach(({ units, used }, direction) => {
      const { hidden } = this.#room.states[layer - 1]![direction]!;
      // deno-fmt-ignore
      this.#list.add("copyRows", this.#layout.rows, units, used, hidden, this.#slot.following, units,
        this.#at(values, column), this.#slot.tokens[direction]!, inputs);
      column += units;
    });
  }

  #head(): void {
    const { classes, layers, outputWeights, outputBias } = this.#network;
    const { send, epsilon, biasFactor } = this.#request, { rows, lengths } = this.#layout, slot = this.#slot;
    const [forward, reverse] = layers.at(-1)!, states = this.#room.states.at(-1)!;
    const last = (direction: number, cell: PackedCell | undefined): number =>
      cell ? this.#at(states[direction]!.hidden, rows * cell.units) : 0;
    // deno-fmt-ignore
    this.#list.add("head", lengths.length, classes, forward!.used, forward!.units, reverse?.used ?? 0,
      reverse?.units ?? 0, last(0, forward), last(1, reverse), outputWeights[0]!, outputWeights[1] ?? 0, outputBias,
      slot.choices, slot.factors, MODES[send], { real: epsilon }, { real: biasFactor }, slot.scores,
      slot.ofHidden[0]!, slot.ofHidden[1] ?? 0, slot.chosen, slot.headSums);
  }

  #sendDown(layer: number, direction: number): void {
    const { layers } = this.#network, cell = layers[layer]![direction]!, { units, used } = cell;
    const { rows, lengths } = this.#layout, count = lengths.length, room = this.#room;
    let above = 0, ofHidden = this.#slot.ofHidden[direction]!;
    if (layer + 1 < layers.length) {
      const { signal } = room.inputs[layer]!, { inputs } = layers[layer + 1]![0]!;
      const column = direction === 0 ? 0 : layers[layer]![0]!.units;
      above = room.above;
      ofHidden = room.ofHidden;
      // deno-fmt-ignore
      this.#list.add("copyRows", rows, units, used, this.#at(signal, column), this.#slot.tokens[direction]!, inputs,
        above, 0, units);
      this.#list.add("copyRows", count, units, 0, ofHidden, 0, units, ofHidden, 0, units);
    }
    const { gates, candidate, cell: cellStates, hidden } = room.states[layer]![direction]!;
    if (!this.#ofRelevance) {
      // The gradient of the gates takes the place of the gates.
      if (cell.kind === "gru") {
        // deno-fmt-ignore
        this.#list.add("gruGradient", count, this.#slot.lengths, units, rows, cell.gatesToHidden, cell.unitColumns, gates,
          cellStates, hidden, above, room.pulled, room.ofCell, room.recurrent, ofHidden, gates);
      } // deno-fmt-ignore
      else {this.#list.add("lstmGradient", count, this.#slot.lengths, units, rows, cell.gatesToHidden, cell.unitColumns, gates,
        cellStates, above, room.pulled, room.ofCell, ofHidden, gates);}
      return this.#pullInputs(layer, direction, gates);
    }
    const { epsilon, biasFactor, send } = this.#request,
      bias = this.#at(cell.bias, 2 * units),
      slot = this.#slot;
    const tokens = layer === 0 && send === "tokens", sums = slot.sums[layer]![direction]!;
    const ofTokens = [slot.slots[direction]!, slot.tokens[direction]!, slot.tokenSums[0]!, direction];
    const projections = tokens ? room.tokens.projections[direction]! : 0;
    if (cell.kind === "gru") {
      // deno-fmt-ignore
      this.#list.add("gruRelevance", count, slot.lengths, units, used, rows, bias, this.#at(cell.recurrentBias, 2 * units),
        cell.candidateToHidden, cell.unitColumns, gates, candidate, hidden, above, room.pulled, room.ofCell,
        room.recurrent, used + cell.usedInputs, { real: epsilon }, { real: biasFactor }, ofHidden, room.sent, sums,
        projections, cell.gateColumns, ...ofTokens);
    } else if (this.#gatesTake) {
      this.#sendThroughProducts(layer, direction, { above, ofHidden, tokens });
    } // deno-fmt-ignore
    else {this.#list.add("lstmRelevance", count, slot.lengths, units, used, rows, bias, cell.candidateToHidden,
      cell.unitColumns, gates, this.#kept(candidate), hidden, above, room.pulled, used + cell.usedInputs,
      { real: epsilon }, { real: biasFactor }, ofHidden, room.ofCell, room.sent, sums, projections, ...ofTokens);}
    this.#list.add("sumSteps", count, slot.lengths, rows, sums, direction, slot.shares[layer]!);
    if (!tokens) this.#pullInputs(layer, direction, room.sent);
  }

  #sendThroughProducts(
    layer: number,
    direction: number,
    { above, ofHidden, tokens }: { above: number; ofHidden: number; tokens: boolean },
  ): void {
    const { layers } = this.#network, cell = layers[layer]![direction]! as PackedCell & { kind: "lstm" };
    const { units, used, inputs, gateColumns: wide } = cell, { rows, lengths } = this.#layout;
    const { epsilon, biasFactor, productRule } = this.#request, room = this.#room, slot = this.#slot;
    const { gates, cell: cellStates, hidden } = room.states[layer]![direction]!;
    let projections = room.tokens.projections[direction]!, order = slot.slots[direction]!;
    if (layer > 0) {
      const { values } = room.inputs[layer - 1]!;
      projections = room.projections;
      order = slot.tokens[direction]!;
      // Those of the run forward were overwritten by the layers above.
      this.#list.add(
        "multiply",
        rows,
        wide,
        inputs,
        values,
        inputs,
        cell.input,
        projections,
        wide,
        cell.bias,
      );
    }
    this.#list.add("multiply", rows, wide, units, hidden, units, cell.recurrent, room.sent, wide, 0);
    // deno-fmt-ignore
    this.#list.add("lstmProductRelevance", lengths.length, slot.lengths, units, used, rows, cell.bias, cell.gatesToHidden,
      cell.unitColumns, gates, cellStates, hidden, above, projections, order, room.recurrent, room.pulled,
      used + cell.usedInputs, PRODUCT_CODES[productRule as keyof typeof PRODUCT_CODES], { real: epsilon },
      { real: biasFactor }, ofHidden, room.ofCell, room.sent, slot.sums[layer]![direction]!,
      tokens ? slot.tokenSums[0]! : 0, slot.tokens[direction]!, direction);
  }

  /** Whether relevance is sent by a rule at which gates take a part. */
  get #gatesTake(): boolean {
    return this.#ofRelevance && (this.#request.productRule ?? "all") !== "all";
  }

  get #ofRelevance(): boolean {
    const { send } = this.#request;
    return send === "tokens" || send === "relevance";
  }

  /** Where pre-activations of the candidate go: only a share of the stabilizer needs them again. */
  #kept(candidate: number): number {
    return this.#request.biasFactor === 0 ? 0 : candidate;
  }

  #pullInputs(layer: number, direction: number, sent: number): void {
    const cell = this.#network.layers[layer]![direction]!, { inputs, units, inputColumns } = cell;
    const { rows } = this.#layout, { directions } = this.#request, relevance = this.#ofRelevance;
    const throughGates = !relevance || this.#gatesTake;
    const order = this.#slot.tokens[direction]!, apart = layer === 0 && directions;
    const values = layer === 0 ? this.#room.tokens.values : this.#room.inputs[layer - 1]!.values;
    const result = layer > 0
      ? this.#room.inputs[layer - 1]!.signal
      : this.#slot.results[apart ? direction : 0]!;
    const shares = this.#at(this.#slot.sums[layer]![direction]!, 3 * rows);
    // deno-fmt-ignore
    this.#list.add("pullInputs", rows, inputColumns, throughGates ? (cell.kind === "gru" ? 3 : 4) * units : units, sent,
      throughGates ? cell.gatesToInput : cell.candidateToInput, this.#room.pulled, inputs, relevance ? values : 0,
      layer === 0 ? this.#slot.slots[direction]! : order, relevance ? shares : 0, result, order, inputs,
      direction === 1 && !apart ? 1 : 0,
      this.#slot.tokenSums[apart ? direction : 0]!);
  }

  #at(address: number, numbers: number): number {
    return address + numbers * this.#arena.size;
  }
}
