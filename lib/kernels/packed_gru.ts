import { type Arena, roundUp } from "./arena.ts";
import type { GruWeights } from "./gru_step.ts";
import { joinPlaces, packPanels, panelWidth, places } from "./pack_panels.ts";

/** Addresses of the weights of one GRU direction, as the kernels read them. */
export interface PackedGru {
  /** Inputs as stored: a multiple of 4. */
  readonly inputs: number;
  /** Units as stored: a multiple of 4. */
  readonly units: number;
  /** Columns of a product that ends at the gates: a multiple of a panel. */
  readonly gateColumns: number;
  /** Columns of a product that ends at the inputs: a multiple of a panel. */
  readonly inputColumns: number;
  /** Columns of a product that ends at the hidden units: a multiple of a panel. */
  readonly unitColumns: number;
  /** `[inputs, gateColumns]`. */
  readonly input: number;
  /** `[units, gateColumns]`. */
  readonly recurrent: number;
  /** `[gateColumns]`. */
  readonly bias: number;
  /** `[gateColumns]`. */
  readonly recurrentBias: number;
  /** From the candidate to the inputs, `[units, inputColumns]`. */
  readonly candidateToInput: number;
  /** From the candidate to the hidden units, `[units, unitColumns]`. */
  readonly candidateToHidden: number;
  /** From all gates to the inputs, `[3 units, inputColumns]`. */
  readonly gatesToInput: number;
  /** From all gates to the hidden units, `[3 units, unitColumns]`. */
  readonly gatesToHidden: number;
}

/** Sizes as stored, and the numbers that packing takes. */
export function packedGruSize(
  { inputSize, hiddenSize }: { inputSize: number; hiddenSize: number },
  inputs: number = roundUp(inputSize, 4),
): { inputs: number; units: number; numbers: number } {
  const units = roundUp(hiddenSize, 4), gates = 3 * units + 8;
  // A panel is at most 8 wide; every piece starts at a multiple of 8 numbers or more.
  const numbers = (inputs + units + 2) * gates + 4 * units * (inputs + 8 + units + 8) + 8 * 16;
  return { inputs, units, numbers };
}

/**
 * Packs the weights of one GRU direction.
 *
 * @param inputPlaces Which input each stored input is, -1 for none; by default in order, filled up to a multiple of 4.
 */
export function packGru(
  arena: Arena,
  weights: GruWeights,
  inputPlaces: Int32Array = places(weights.inputSize, roundUp(weights.inputSize, 4)),
): PackedGru {
  const { inputSize: e, hiddenSize: d, inputWeights, recurrentWeights, inputBias, recurrentBias } = weights;
  const inputs = inputPlaces.length, units = roundUp(d, 4), width = panelWidth(arena);
  const inputColumns = roundUp(inputs, width), unitColumns = roundUp(units, width);
  const gateColumns = roundUp(3 * units, width);
  const wide = joinPlaces(inputPlaces, places(0, inputColumns - inputs));
  const hidden = places(d, units), wideHidden = places(d, unitColumns);
  // Rows of the given weights are those of the gates r, z, n.
  const gates = (stride: number): Int32Array =>
    joinPlaces(...[0, 1, 2].map((gate) => places(d, units, { start: gate * d * stride, stride })));
  const wideGates = (stride: number): Int32Array =>
    joinPlaces(gates(stride), places(0, gateColumns - 3 * units));
  const candidate = (stride: number): Int32Array => places(d, units, { start: 2 * d * stride, stride });
  const packBias = (bias: Float64Array, padding: number): number => {
    const address = arena.allocate(gateColumns), view = arena.view(address, gateColumns).fill(0);
    for (let gate = 0; gate < 3; gate++) view.set(bias.subarray(gate * d, (gate + 1) * d), gate * units);
    view.fill(padding, 2 * units + d, 3 * units);
    return address;
  };
  return {
    inputs,
    units,
    gateColumns,
    inputColumns,
    unitColumns,
    input: packPanels(arena, inputWeights, { rows: inputPlaces, columns: wideGates(e) }),
    recurrent: packPanels(arena, recurrentWeights, { rows: hidden, columns: wideGates(d) }),
    bias: packBias(inputBias, 1),
    recurrentBias: packBias(recurrentBias, 0),
    candidateToInput: packPanels(arena, inputWeights, { rows: candidate(e), columns: wide }),
    candidateToHidden: packPanels(arena, recurrentWeights, { rows: candidate(d), columns: wideHidden }),
    gatesToInput: packPanels(arena, inputWeights, { rows: gates(e), columns: wide }),
    gatesToHidden: packPanels(arena, recurrentWeights, { rows: gates(d), columns: wideHidden }),
  };
}
