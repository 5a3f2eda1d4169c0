import { type Arena, roundUp } from "./arena.ts";
import type { LstmWeights } from "./lstm_forward.ts";
import { joinPlaces, packPanels, panelWidth, places } from "./pack_panels.ts";

/** Addresses of the weights of one LSTM direction, as the kernels read them. */
export interface PackedLstm {
  /** Inputs as stored: a multiple of 4. */
  readonly inputs: number;
  /** Units as stored: a multiple of 4. */
  readonly units: number;
  /** Columns of a product that ends at the gates. */
  readonly gateColumns: number;
  /** Columns of a product that ends at the inputs: a multiple of a panel. */
  readonly inputColumns: number;
  /** Columns of a product that ends at the hidden units: a multiple of a panel. */
  readonly unitColumns: number;
  /** `[inputs, 4 units]`. */
  readonly input: number;
  /** `[units, 4 units]`. */
  readonly recurrent: number;
  /** `[4 units]`. */
  readonly bias: number;
  /** From the candidate to the inputs, `[units, inputColumns]`. */
  readonly candidateToInput: number;
  /** From the candidate to the hidden units, `[units, unitColumns]`. */
  readonly candidateToHidden: number;
  /** From all gates to the inputs, `[4 units, inputColumns]`. */
  readonly gatesToInput: number;
  /** From all gates to the hidden units, `[4 units, unitColumns]`. */
  readonly gatesToHidden: number;
}

/** Sizes as stored, and the numbers that packing takes. */
export function packedLstmSize(
  { inputSize, hiddenSize }: { inputSize: number; hiddenSize: number },
  inputs: number = roundUp(inputSize, 4),
): { inputs: number; units: number; numbers: number } {
  const units = roundUp(hiddenSize, 4);
  // A panel is at most 8 wide; every piece starts at a multiple of 8 numbers or more.
  return { inputs, units, numbers: 9 * units * (inputs + 8) + 9 * units * (units + 8) + 4 * units + 7 * 16 };
}

/**
 * Packs the weights of one LSTM direction.
 *
 * @param inputPlaces Which input each stored input is, -1 for none; by default in order, filled up to a multiple of 4.
 */
export function packLstm(
  arena: Arena,
  weights: LstmWeights,
  inputPlaces: Int32Array = places(weights.inputSize, roundUp(weights.inputSize, 4)),
): PackedLstm {
  const { inputSize: e, hiddenSize: d, inputWeights, recurrentWeights, bias } = weights;
  const inputs = inputPlaces.length, units = roundUp(d, 4), width = panelWidth(arena);
  const inputColumns = roundUp(inputs, width), unitColumns = roundUp(units, width);
  const wide = joinPlaces(inputPlaces, places(0, inputColumns - inputs));
  const hidden = places(d, units), wideHidden = places(d, unitColumns);
  // Rows of the given weights are those of the gates i, f, g, o.
  const gates = (stride: number): Int32Array =>
    joinPlaces(...[0, 1, 2, 3].map((gate) => places(d, units, { start: gate * d * stride, stride })));
  const candidate = (stride: number): Int32Array => places(d, units, { start: 2 * d * stride, stride });
  const packedBias = arena.allocate(4 * units);
  const biases = arena.view(packedBias, 4 * units).fill(0);
  for (let gate = 0; gate < 4; gate++) biases.set(bias.subarray(gate * d, (gate + 1) * d), gate * units);
  biases.fill(1, 2 * units + d, 3 * units);
  return {
    inputs,
    units,
    gateColumns: 4 * units,
    inputColumns,
    unitColumns,
    input: packPanels(arena, inputWeights, { rows: inputPlaces, columns: gates(e) }),
    recurrent: packPanels(arena, recurrentWeights, { rows: hidden, columns: gates(d) }),
    bias: packedBias,
    candidateToInput: packPanels(arena, inputWeights, { rows: candidate(e), columns: wide }),
    candidateToHidden: packPanels(arena, recurrentWeights, { rows: candidate(d), columns: wideHidden }),
    gatesToInput: packPanels(arena, inputWeights, { rows: gates(e), columns: wide }),
    gatesToHidden: packPanels(arena, recurrentWeights, { rows: gates(d), columns: wideHidden }),
  };
}
