import { type Arena, roundUp } from "./arena.ts";
import type { GruWeights } from "./gru_step.ts";
import type { LstmWeights } from "./lstm_forward.ts";
import { joinPlaces, places } from "./pack_panels.ts";
import { type PackedGru, packedGruSize, packGru } from "./packed_gru.ts";
import { type PackedLstm, packedLstmSize, packLstm } from "./packed_lstm.ts";

/** The weights of one direction of one layer. */
export type CellWeights = LstmWeights | GruWeights;

/** The weights of a recurrent classifier. */
export interface NetworkWeights {
  /** The layers from the input upward; each reads the hidden states of the one below, forward direction first. */
  readonly layers: readonly { readonly forward: CellWeights; readonly reverse?: CellWeights }[];
  /** `[K, units]`, reading the last hidden states of the top layer, forward direction first. */
  readonly outputWeights: Float64Array;
  /** `[K]`. */
  readonly outputBias: Float64Array;
}

/** One direction of one layer, packed. */
export type PackedCell = (PackedLstm & { readonly kind: "lstm" } | PackedGru & { readonly kind: "gru" }) & {
  /** Units in use. */
  readonly used: number;
  /** Inputs in use, both directions below together. */
  readonly usedInputs: number;
  readonly reversed: boolean;
};

/** A network in an arena. */
export interface PackedNetwork {
  /** The cells of each layer, forward direction first. */
  readonly layers: readonly (readonly PackedCell[])[];
  readonly classes: number;
  /** `[K, units]` of each direction, row-major. */
  readonly outputWeights: readonly number[];
  readonly outputBias: number;
}

/** Numbers that a packed network takes. */
export function packedNetworkSize({ layers, outputWeights, outputBias }: NetworkWeights): number {
  let numbers = 2 * outputWeights.length + 4 * outputBias.length * 2 + outputBias.length + 64;
  for (const cells of cellsOf(layers)) for (const { size } of cells) numbers += size.numbers;
  return numbers;
}

/** Packs a network. */
export function packNetwork(arena: Arena, weights: NetworkWeights): PackedNetwork {
  const { layers, outputWeights, outputBias } = weights;
  const packed = cellsOf(layers).map((cells) =>
    cells.map(({ weights, reversed, inputPlaces }): PackedCell => ({
      ...packCell(arena, weights, inputPlaces),
      used: weights.hiddenSize,
      usedInputs: weights.inputSize,
      reversed,
    }))
  );
  const classes = outputBias.length, columns = outputWeights.length / classes;
  let first = 0;
  const heads = packed.at(-1)!.map(({ used, units }) => {
    const address = arena.allocate(classes * units);
    const view = arena.view(address, classes * units).fill(0);
    for (let k = 0; k < classes; k++) {
      view.set(outputWeights.subarray(k * columns + first, k * columns + first + used), k * units);
    }
    first += used;
    return address;
  });
  const bias = arena.allocate(classes);
  arena.view(bias, classes).set(outputBias);
  return { layers: packed, classes, outputWeights: heads, outputBias: bias };
}

function packCell(
  arena: Arena,
  weights: CellWeights,
  inputPlaces: Int32Array,
): PackedLstm & { kind: "lstm" } | PackedGru & { kind: "gru" } {
  return isGru(weights)
    ? { ...packGru(arena, weights, inputPlaces), kind: "gru" }
    : { ...packLstm(arena, weights, inputPlaces), kind: "lstm" };
}

function isGru(weights: CellWeights): weights is GruWeights {
  return "recurrentBias" in weights;
}

/** The cells of each layer with what packing needs; hidden states are stored with each direction filled up. */
function cellsOf(layers: NetworkWeights["layers"]): {
  weights: CellWeights;
  reversed: boolean;
  inputPlaces: Int32Array;
  size: ReturnType<typeof packedLstmSize>;
}[][] {
  let below: Int32Array | undefined;
  return layers.map(({ forward, reverse }) => {
    const inputPlaces = below ?? places(forward.inputSize, roundUp(forward.inputSize, 4));
    const directions = reverse ? [forward, reverse] : [forward];
    let start = 0;
    below = joinPlaces(...directions.map(({ hiddenSize }) => {
      const list = places(hiddenSize, roundUp(hiddenSize, 4), { start });
      start += hiddenSize;
      return list;
    }));
    return directions.map((weights, index) => ({
      weights,
      reversed: index === 1,
      inputPlaces,
      size: (isGru(weights) ? packedGruSize : packedLstmSize)(weights, inputPlaces.length),
    }));
  });
}
